/// The element types of numpy arrays that are read here.
public enum NpyType: Sendable, Hashable {
  case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32, float64
  /// Text of a fixed number of UTF-32 code units.
  case unicode(Int)

  /// The bytes of one element.
  public var width: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    case .unicode(let length): length * 4
    }
  }

  /// The name in an npy header, little-endian: `|u1`, `<f4`, `<U5`.
  public var name: String {
    switch self {
    case .bool: "|b1"
    case .uint8: "|u1"
    case .int8: "|i1"
    case .uint16: "<u2"
    case .int16: "<i2"
    case .uint32: "<u4"
    case .int32: "<i4"
    case .uint64: "<u8"
    case .int64: "<i8"
    case .float32: "<f4"
    case .float64: "<f8"
    case .unicode(let length): "<U\(length)"
    }
  }

  /// The type of a name in an npy header, and whether its elements are big-endian; nil when it is not
  /// read here.
  static func named(_ name: String) -> (type: NpyType, swapped: Bool)? {
    guard let order = name.first, "|<>=".contains(order) else { return nil }
    let code = name.dropFirst()
    let numbers: [NpyType] = [
      .bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64, .float32, .float64,
    ]
    if let type = numbers.first(where: { $0.name.dropFirst() == code }) {
      return (type, order == ">" && type.width > 1)
    }
    guard code.first == "U", let length = Int(code.dropFirst()), (0...65535).contains(length) else { return nil }
    return (.unicode(length), order == ">")
  }

  /// The width of the unit that byte order applies to.
  var swapWidth: Int {
    if case .unicode = self { 4 } else { width }
  }
}
