/// The binary object store, and by it what Windows wants to know: its own driver WinUSB serves the board
/// (Microsoft OS 2.0 descriptors). Nobody has tried this on Windows yet.
extension DescriptorSet {
  /// `bRequest` of the request for the Microsoft descriptors; any number will do.
  static let windowsRequest: UInt8 = 0x20
  /// `wIndex` of that request.
  static let windowsIndex: UInt16 = 7
  private static let windowsVersion: UInt32 = 0x0603_0000

  /// The BOS descriptor: link power management, for SuperSpeed its speeds, and the Microsoft platform.
  var objectStore: [UInt8] {
    var capabilities: [[UInt8]] = [[7, 0x10, 2, 0, 0, 0, 0]]
    if speed == .super {
      // Full, high and super speed; all of it works from full speed on; no delays worth naming.
      capabilities.append([10, 0x10, 3, 0, 0x0E, 0, 1, 0, 0, 0])
    }
    let platform: [UInt8] = [
      0xDF, 0x60, 0xDD, 0xD8, 0x89, 0x45, 0xC7, 0x4C, 0x9C, 0xD2, 0x65, 0x9D, 0x9E, 0x64, 0x8A, 0x9F,
    ]
    capabilities.append(
      [28, 0x10, 5, 0] + platform + Self.windowsVersion.littleEndianBytes
        + UInt16(windowsDescriptors.count).littleEndianBytes + [Self.windowsRequest, 0])
    let body = capabilities.flatMap { $0 }
    return [5, Self.objectStoreType] + UInt16(5 + body.count).littleEndianBytes + [UInt8(capabilities.count)] + body
  }

  /// The Microsoft OS 2.0 descriptor set: the driver WINUSB, and the GUID by which programs find the interface.
  var windowsDescriptors: [UInt8] {
    func text(_ text: String) -> [UInt8] { text.utf16.flatMap(\.littleEndianBytes) }
    let compatible: [UInt8] = [20, 0, 3, 0] + Array("WINUSB".utf8) + [UInt8](repeating: 0, count: 10)
    let name = text("DeviceInterfaceGUIDs\0")
    let data = text("{5B1C7F52-8E0D-4B7A-9B60-53A2D1F04E31}\0\0")
    let property =
      UInt16(10 + name.count + data.count).littleEndianBytes + UInt16(4).littleEndianBytes
      // A list of texts.
      + UInt16(7).littleEndianBytes + UInt16(name.count).littleEndianBytes + name
      + UInt16(data.count).littleEndianBytes + data
    let total = 10 + compatible.count + property.count
    return [10, 0, 0, 0] + Self.windowsVersion.littleEndianBytes + UInt16(total).littleEndianBytes + compatible
      + property
  }
}
