/// What the devices of the fake bus say they are.
enum Descriptors {
  static let firstPlace = "1-1"
  /// Interface 0 is somebody else's: a host has to look for the right one.
  static let boardInterface: UInt8 = 1

  /// String `index`, empty where there is none.
  static func string(_ index: UInt8, serial: String) -> [UInt8] {
    let text: String
    switch index {
    case 0: return [4, 3, 9, 4]
    case 1: text = "snnmap tests"
    case 2: text = "snnmap board"
    case 3: text = serial
    default: return []
    }
    return [UInt8(2 + 2 * text.utf8.count), 3] + text.utf8.flatMap { [$0, 0] }
  }

  /// The descriptors of the device and of its configuration.
  static func bytes(isForeign: Bool, speed: Int) -> [UInt8] {
    let isSuper = speed >= 5000
    let device: [UInt8] = [
      18, 1, 0x10, UInt8(isSuper ? 3 : 2), 0, 0, 0, isSuper ? 9 : 64, 0x09, 0x12, 1, 0, 0, 1, 1, 2, 3, 1,
    ]
    let packet: [UInt8] = isSuper ? [0x00, 0x04] : [0x00, 0x02]
    let companion: [UInt8] = isSuper ? [6, 0x30, 0, 0, 0, 0] : []
    func endpoint(_ address: UInt8, _ kind: UInt8) -> [UInt8] { [7, 5, address, kind] + packet + [4] + companion }
    var body: [UInt8] = [9, 4, 0, 0, 1, 0xFF, 0, 0, 0] + endpoint(0x81, 3)
    if !isForeign {
      body += [9, 4, boardInterface, 0, 2, 0xFF, 0x53, 0x4E, 0] + endpoint(0x82, 2) + endpoint(0x03, 2)
    }
    let total = 9 + body.count
    return device
      + [9, 2, UInt8(total & 255), UInt8(total >> 8), isForeign ? 1 : 2, 1, 0, 0x80, 0xFA] + body
  }
}

extension FakeBoard {
  /// As hexadecimal digits.
  var descriptors: String {
    Descriptors.bytes(isForeign: isForeign, speed: speed).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
