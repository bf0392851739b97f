/// How a user names a board: `usb:SERIAL`, `usb@BUS-PORT`, `unix:PATH` or `serial:PATH`.
public enum DeviceAddress: Hashable, Sendable, CustomStringConvertible {
  /// A virtual board's socket.
  case socket(path: String)
  /// A board on USB with this serial number.
  case usb(serial: String)
  /// A board on USB at this place, such as `1-1.2`.
  case usbPlace(String)
  /// A board on a serial line, such as `/dev/ttyUSB0`.
  case serial(path: String)

  /// Parses an address; `./board.sock` and `/run/board.sock` are short for `unix:`.
  ///
  /// - Throws: `BoardLinkError.badAddress`.
  public init(parsing text: String) throws(BoardLinkError) {
    func rest(after prefix: String) -> String? {
      text.hasPrefix(prefix) && text.utf8.count > prefix.utf8.count ? String(text.dropFirst(prefix.count)) : nil
    }
    if let path = rest(after: "unix:") {
      self = .socket(path: path)
    } else if let serial = rest(after: "usb:") {
      self = .usb(serial: serial)
    } else if let place = rest(after: "usb@") {
      self = .usbPlace(place)
    } else if let path = rest(after: "serial:") {
      self = .serial(path: path)
    } else if text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") {
      self = .socket(path: text)
    } else {
      throw .badAddress(text)
    }
  }

  public var description: String {
    switch self {
    case .socket(let path): "unix:\(path)"
    case .usb(let serial): "usb:\(serial)"
    case .usbPlace(let place): "usb@\(place)"
    case .serial(let path): "serial:\(path)"
    }
  }

  /// The address of the same board wherever it appears again: after an unplugging it may be at another place.
  func afterUnplugging(serial: String) -> DeviceAddress {
    if case .usbPlace = self, !serial.isEmpty { return .usb(serial: serial) }
    return self
  }
}
