#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What Linux has read of a device when it was plugged in, so that nobody has to ask the device again.
enum SystemText {
  private static let greatestBytes = 256

  /// The text of `serial`, `product` or another attribute of the device at a place; nil where there is none.
  static func read(_ attribute: String, of place: String) -> String? {
    guard let file = fopen("/sys/bus/usb/devices/\(place)/\(attribute)", "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: greatestBytes)
    let count = fread(&bytes, 1, bytes.count, file)
    let text = String(decoding: bytes.prefix(count).prefix { $0 != 0 && $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    // A device may call itself anything, and its name is printed on terminals.
    let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }
    return text.isEmpty ? nil : String(String.UnicodeScalarView(scalars))
  }
}
