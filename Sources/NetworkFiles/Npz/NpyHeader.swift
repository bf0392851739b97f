/// The header of an npy file: element type, order of axes and shape.
public struct NpyHeader: Sendable, Equatable {
  public let type: NpyType
  /// Whether the elements are big-endian.
  public let swapped: Bool
  /// Whether the first axis is the fastest.
  public let fortranOrder: Bool
  public let shape: [Int]
  /// The byte at which the elements start.
  public let dataOffset: Int
  /// The number of elements.
  public let count: Int

  /// The bytes of all elements.
  public var dataBytes: Int { count * type.width }

  /// The longest header that is read.
  public static let maximumBytes = 65536
  /// The most axes that are read; numpy's own limit.
  public static let maximumAxes = 64

  /// Reads a header at the start of some bytes.
  ///
  /// - Parameters:
  ///   - bytes: the file, or as much of its beginning as there is.
  ///   - path: what errors name.
  public static func parse(_ bytes: UnsafeRawBufferPointer, path: String) throws(NetworkFilesError) -> NpyHeader {
    guard bytes.count >= 10 else {
      throw .truncated(path: path, what: "an npy header", needed: 10, available: bytes.count)
    }
    let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
    guard bytes[..<6].elementsEqual(magic) else {
      throw .corrupt(path: path, problem: "is not an npy array: wrong magic")
    }
    let start: Int
    let length: Int
    switch bytes[6] {
    case 1:
      start = 10
      length = Int(bytes[8]) | Int(bytes[9]) << 8
    case 2, 3:
      guard bytes.count >= 12 else {
        throw .truncated(path: path, what: "an npy header", needed: 12, available: bytes.count)
      }
      start = 12
      length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    default: throw .unsupported(path: path, problem: "npy version \(bytes[6]) is not read; 1 to 3 are")
    }
    guard start + length <= maximumBytes else {
      throw .tooLarge(path: path, what: "the npy header", bytes: start + length, limit: maximumBytes)
    }
    guard bytes.count >= start + length else {
      throw .truncated(path: path, what: "an npy header", needed: start + length, available: bytes.count)
    }
    guard let text = String(validating: bytes[start..<start + length], as: UTF8.self) else {
      throw .corrupt(path: path, problem: "the npy header is not text")
    }
    guard let fields = NpyDictionary.parse(text) else {
      throw .corrupt(path: path, problem: "the npy header is not a dictionary of descr, fortran_order and shape")
    }
    guard let (type, swapped) = NpyType.named(fields.descr) else {
      throw .unsupported(
        path: path,
        problem: "the array's type \(shown(fields.descr)) is not read; bool, integers, float32, float64 and text are")
    }
    guard fields.shape.count <= maximumAxes, let count = NpyArray.elementCount(of: fields.shape),
      NpyArray.elementCount(of: [count, type.width]) != nil
    else {
      throw .corrupt(path: path, problem: "the array's shape \(shown("\(fields.shape)")) is not possible")
    }
    return NpyHeader(
      type: type, swapped: swapped, fortranOrder: fields.fortranOrder, shape: fields.shape,
      dataOffset: start + length, count: count)
  }

  /// The bytes of a version 1 header for little-endian elements in C order.
  public static func bytes(type: NpyType, shape: [Int]) -> [UInt8] {
    let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(type.name)', 'fortran_order': False, 'shape': (\(axes)), }"
    // Elements start at a multiple of 64, as numpy does it.
    let padding = 63 - (10 + text.utf8.count) % 64
    text += String(repeating: " ", count: padding) + "\n"
    let length = text.utf8.count
    let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
    return magic + Array(text.utf8)
  }
}

/// The Python dictionary in an npy header.
private struct NpyDictionary {
  var descr: String
  var fortranOrder: Bool
  var shape: [Int]

  /// nil unless the text is a dictionary of exactly the three keys of an npy header.
  static func parse(_ text: String) -> NpyDictionary? {
    var rest = Substring(text)
    var descr: String?
    var fortranOrder: Bool?
    var shape: [Int]?
    func skip() { rest = rest.drop { $0 == " " || $0 == "\n" } }
    func take(_ word: String) -> Bool {
      skip()
      guard rest.hasPrefix(word) else { return false }
      rest = rest.dropFirst(word.count)
      return true
    }
    func quoted() -> String? {
      guard take("'") || take("\"") else { return nil }
      guard let end = rest.firstIndex(where: { $0 == "'" || $0 == "\"" }) else { return nil }
      defer { rest = rest[rest.index(after: end)...] }
      return String(rest[..<end])
    }
    func integer() -> Int? {
      skip()
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      return Int(digits)
    }
    guard take("{") else { return nil }
    while !take("}") {
      guard let key = quoted(), take(":") else { return nil }
      switch key {
      case "descr":
        guard descr == nil, let value = quoted() else { return nil }
        descr = value
      case "fortran_order":
        guard fortranOrder == nil else { return nil }
        if take("True") {
          fortranOrder = true
        } else if take("False") {
          fortranOrder = false
        } else {
          return nil
        }
      case "shape":
        guard shape == nil, take("(") else { return nil }
        var extents: [Int] = []
        while !take(")") {
          guard let extent = integer() else { return nil }
          extents.append(extent)
          guard take(",") || rest.drop(while: { $0 == " " }).hasPrefix(")") else { return nil }
        }
        shape = extents
      default: return nil
      }
      guard take(",") || rest.drop(while: { $0 == " " }).hasPrefix("}") else { return nil }
    }
    skip()
    guard rest.isEmpty, let descr, let fortranOrder, let shape else { return nil }
    return NpyDictionary(descr: descr, fortranOrder: fortranOrder, shape: shape)
  }
}
