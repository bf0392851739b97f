import WireProtocol

/// The USB descriptors of a board at one speed (USB 2.0 chapter 9, USB 3.2 chapter 9.6).
struct DescriptorSet: Sendable {
  static let outEndpoint: UInt8 = 0x01
  static let inEndpoint: UInt8 = 0x81
  static let manufacturer = "snnmap"
  static let productName = "snnmap board"
  static let deviceType: UInt8 = 1
  static let configurationType: UInt8 = 2
  static let stringType: UInt8 = 3
  static let interfaceType: UInt8 = 4
  static let endpointType: UInt8 = 5
  static let qualifierType: UInt8 = 6
  static let otherSpeedType: UInt8 = 7
  static let objectStoreType: UInt8 = 15

  let vendor: UInt16
  let product: UInt16
  let serial: String
  let speed: USBSpeed
  /// 1.0, in binary-coded decimals.
  let release: UInt16 = 0x0100

  var usbVersion: UInt16 { speed == .super ? 0x0300 : USBBinding.bcdUSB }

  /// The descriptor that GET_DESCRIPTOR names; nil for one that the board does not have.
  func descriptor(type: UInt8, index: UInt8) -> [UInt8]? {
    switch type {
    case Self.deviceType: device
    case Self.configurationType: index == 0 ? configuration(type: type, at: speed) : nil
    case Self.stringType: string(index)
    case Self.qualifierType: speed.other.map { _ in qualifier }
    case Self.otherSpeedType: index == 0 ? speed.other.map { configuration(type: type, at: $0) } : nil
    case Self.objectStoreType: objectStore
    default: nil
    }
  }

  private var device: [UInt8] {
    // A SuperSpeed device tells the power of two.
    [18, Self.deviceType] + usbVersion.littleEndianBytes + [0, 0, 0, speed == .super ? 9 : 64]
      + vendor.littleEndianBytes + product.littleEndianBytes + release.littleEndianBytes + [1, 2, 3, 1]
  }

  private var qualifier: [UInt8] {
    [10, Self.qualifierType] + usbVersion.littleEndianBytes + [0, 0, 0, 64, 1, 0]
  }

  private func configuration(type: UInt8, at speed: USBSpeed) -> [UInt8] {
    var interface: [UInt8] = [
      9, Self.interfaceType, 0, 0, 2, USBBinding.interfaceClass, USBBinding.interfaceSubclass,
      USBBinding.interfaceProtocol, 0,
    ]
    for address in [Self.outEndpoint, Self.inEndpoint] {
      interface += [7, Self.endpointType, address, 2] + UInt16(speed.packetBytes).littleEndianBytes + [0]
      // The companion: no bursts, no streams.
      if speed == .super { interface += [6, 0x30, 0, 0, 0, 0] }
    }
    // Self-powered, and draws nothing.
    return [9, type] + UInt16(9 + interface.count).littleEndianBytes + [1, 1, 0, 0xC0, 0] + interface
  }

  private func string(_ index: UInt8) -> [UInt8]? {
    switch index {
    // English, of the United States.
    case 0: [4, Self.stringType, 0x09, 0x04]
    case 1: Self.string(Self.manufacturer)
    case 2: Self.string(Self.productName)
    case 3: Self.string(serial)
    default: nil
    }
  }

  private static func string(_ text: String) -> [UInt8] {
    let units = text.utf16.prefix(126).flatMap(\.littleEndianBytes)
    return [UInt8(units.count + 2), stringType] + units
  }
}

extension FixedWidthInteger {
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> Self($0 * 8)) }
  }
}
