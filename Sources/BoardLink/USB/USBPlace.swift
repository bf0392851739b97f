/// Where a device is plugged in: the bus, and the port of each hub on the way, such as `1-1.2`.
struct USBPlace: Comparable, CustomStringConvertible {
  let bus: UInt8
  /// Empty for a root hub.
  let ports: [UInt8]

  var description: String {
    ports.isEmpty ? "usb\(bus)" : "\(bus)-\(ports.map(String.init).joined(separator: "."))"
  }

  static func < (left: Self, right: Self) -> Bool {
    left.bus != right.bus ? left.bus < right.bus : left.ports.lexicographicallyPrecedes(right.ports)
  }
}

/// A vendor and a product number.
struct USBIdentity: Equatable, CustomStringConvertible {
  let vendor: UInt16
  let product: UInt16

  /// Whether boards have these numbers. A hint only: others may have them too, and what makes a board is its interface.
  var isKnown: Bool { vendor == 0x1209 && (1...3).contains(product) }

  /// Such as `1209:0001`.
  var description: String { "\(hex(vendor)):\(hex(product))" }

  private func hex(_ number: UInt16) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
