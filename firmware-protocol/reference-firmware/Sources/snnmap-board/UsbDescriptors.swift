import CFunctionFS

/// What the function tells the kernel of itself: one vendor interface with a bulk endpoint each way.
enum UsbDescriptors {
  /// The greatest packets of full speed, high speed and SuperSpeed.
  static let packetBytes: [UInt16] = [64, 512, 1024]

  /// The block of descriptors for ep0, for all three speeds.
  static var descriptors: [UInt8] {
    var speeds: [UInt8] = []
    for (speed, packet) in packetBytes.enumerated() {
      speeds += interface
      for address: UInt8 in [0x01, 0x81] {
        speeds += [7, UInt8(USB_DT_ENDPOINT), address, UInt8(USB_ENDPOINT_XFER_BULK)] + bytes(packet) + [0]
        // SuperSpeed's companion: bursts of 16 packets.
        if speed == 2 { speeds += [6, UInt8(USB_DT_SS_ENDPOINT_COMP), 15, 0, 0, 0] }
      }
    }
    let flags = [
      FUNCTIONFS_HAS_FS_DESC, FUNCTIONFS_HAS_HS_DESC, FUNCTIONFS_HAS_SS_DESC, FUNCTIONFS_HAS_MS_OS_DESC,
    ].reduce(0) { $0 | $1.rawValue }
    // How many descriptors each speed has, and how many Microsoft's.
    let counts: [UInt32] = [3, 3, 5, 1]
    let byteCount = 12 + 4 * counts.count + speeds.count + windows.count
    let head: [UInt32] = [UInt32(FUNCTIONFS_DESCRIPTORS_MAGIC_V2), UInt32(byteCount), flags] + counts
    return head.flatMap(bytes) + speeds + windows
  }

  /// Microsoft's OS descriptor 1.0 "extended compatible id": Windows takes WinUSB for interface 0.
  private static var windows: [UInt8] {
    let feature: [UInt8] = [0, 1] + Array("WINUSB".utf8) + Array(repeating: 0, count: 2 + 8 + 6)
    // Interface, length, version 1, index 4, one feature, reserved.
    let head: [UInt8] = [0] + bytes(UInt32(11 + feature.count)) + bytes(UInt16(1)) + bytes(UInt16(4)) + [1, 0]
    return head + feature
  }

  /// The block of strings for ep0: the interface's name, in English.
  static var strings: [UInt8] {
    let text: [UInt8] = bytes(UInt16(0x0409)) + Array("snnmap".utf8) + [0]
    let head: [UInt32] = [UInt32(FUNCTIONFS_STRINGS_MAGIC), UInt32(16 + text.count), 1, 1]
    return head.flatMap(bytes) + text
  }

  private static let interface: [UInt8] = [9, UInt8(USB_DT_INTERFACE), 0, 0, 2, 0xFF, 0x53, 0x4E, 1]

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
