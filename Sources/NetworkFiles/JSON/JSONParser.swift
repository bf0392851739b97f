/// A strict reader of JSON (RFC 8259) that keeps the place of every value.
///
/// Keys of an object must differ. Depth and number of values are capped, so a text of n bytes needs at
/// most a fixed multiple of n bytes of memory.
public struct JSONParser {
  /// Where and why a text is not JSON.
  public struct Failure: Error, Equatable, Sendable {
    /// The byte at which it happened.
    public let offset: Int
    public let problem: String
  }

  /// How deep arrays and objects may nest.
  public static let maximumDepth = 64
  /// How many values a text may hold.
  public static let maximumValues = 8_000_000

  /// The value of a whole text.
  public static func parse(_ text: UnsafeRawBufferPointer) throws(Failure) -> JSONValue {
    var parser = JSONParser(text: text)
    parser.skipSpace()
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == text.count else { throw parser.failure("something follows the end of the document") }
    return value
  }

  /// Line and column of a byte, from 1; the column counts bytes.
  public static func place(of offset: Int, in text: UnsafeRawBufferPointer) -> (line: Int, column: Int) {
    var line = 1
    var start = 0
    for index in 0..<min(offset, text.count) where text[index] == UInt8(ascii: "\n") {
      line += 1
      start = index + 1
    }
    return (line, min(offset, text.count) - start + 1)
  }

  let text: UnsafeRawBufferPointer
  var position = 0
  private var values = 0

  private init(text: UnsafeRawBufferPointer) { self.text = text }

  func failure(_ problem: String, at offset: Int? = nil) -> Failure {
    Failure(offset: offset ?? position, problem: problem)
  }

  /// The next byte, nil at the end.
  var next: UInt8? { position < text.count ? text[position] : nil }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func value(depth: Int) throws(Failure) -> JSONValue {
    guard depth <= Self.maximumDepth else { throw failure("nested deeper than \(Self.maximumDepth) levels") }
    values += 1
    guard values <= Self.maximumValues else { throw failure("more than \(Self.maximumValues) values") }
    let start = position
    guard let byte = next else { throw failure("the text ends where a value is expected") }
    let content: JSONValue.Content
    switch byte {
    case UInt8(ascii: "{"): content = try object(depth: depth)
    case UInt8(ascii: "["): content = try array(depth: depth)
    case UInt8(ascii: "\""): content = .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): content = try number()
    default: content = try word()
    }
    return JSONValue(content: content, offset: start)
  }

  private mutating func array(depth: Int) throws(Failure) -> JSONValue.Content {
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if next == UInt8(ascii: "]") {
      position += 1
      return .array([])
    }
    while true {
      skipSpace()
      elements.append(try value(depth: depth + 1))
      skipSpace()
      guard let byte = next else { throw failure("the text ends inside an array") }
      guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") else {
        throw failure("expected \",\" or \"]\" after an element")
      }
      position += 1
      if byte == UInt8(ascii: "]") { return .array(elements) }
    }
  }

  private mutating func object(depth: Int) throws(Failure) -> JSONValue.Content {
    position += 1
    var members: [JSONValue.Member] = []
    var keys: Set<String> = []
    skipSpace()
    if next == UInt8(ascii: "}") {
      position += 1
      return .object([])
    }
    while true {
      skipSpace()
      let start = position
      guard next == UInt8(ascii: "\"") else { throw failure("expected a key in double quotes") }
      let key = try string()
      guard keys.insert(key).inserted else { throw failure("the key \"\(shown(key))\" occurs twice", at: start) }
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw failure("expected \":\" after a key") }
      position += 1
      skipSpace()
      members.append(JSONValue.Member(key: key, keyOffset: start, value: try value(depth: depth + 1)))
      skipSpace()
      guard let byte = next else { throw failure("the text ends inside an object") }
      guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") else {
        throw failure("expected \",\" or \"}\" after a member")
      }
      position += 1
      if byte == UInt8(ascii: "}") { return .object(members) }
    }
  }
}
