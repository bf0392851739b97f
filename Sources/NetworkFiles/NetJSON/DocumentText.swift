import Networks

/// A JSON document that is being read: what errors need to know of it.
struct DocumentText {
  let path: String
  let bytes: MappedFile

  /// An error at a value.
  func failure(_ value: JSONValue, _ field: FieldPath, _ problem: String) -> NetworkFilesError {
    failure(at: value.offset, field, problem)
  }

  func failure(at offset: Int, _ field: FieldPath, _ problem: String) -> NetworkFilesError {
    let line = bytes.withBytes { JSONParser.place(of: offset, in: $0).line }
    return .invalidField(path: path, line: line, field: field.text, problem: problem)
  }
}

/// The members of one object of a document, read by name; unknown names are errors.
struct Fields {
  let text: DocumentText
  let path: FieldPath
  let value: JSONValue
  private let members: [String: JSONValue]

  /// Takes an object apart.
  ///
  /// - Parameter allowed: every key that is known here.
  init(_ value: JSONValue, _ path: FieldPath, in text: DocumentText, allowed: [String]) throws(NetworkFilesError) {
    guard case .object(let list) = value.content else {
      throw text.failure(value, path, "is \(value.kindName); it must be an object")
    }
    var members: [String: JSONValue] = [:]
    for member in list {
      guard allowed.contains(member.key) else {
        throw text.failure(
          at: member.keyOffset, .key(path, member.key),
          "is not known; the keys here are \(allowed.joined(separator: ", "))")
      }
      members[member.key] = member.value
    }
    self.text = text
    self.path = path
    self.value = value
    self.members = members
  }

  func path(_ key: String) -> FieldPath { .key(path, key) }

  func optional(_ key: String) -> JSONValue? { members[key] }

  func required(_ key: String) throws(NetworkFilesError) -> JSONValue {
    guard let value = members[key] else { throw text.failure(value, path(key), "is missing") }
    return value
  }

  /// A whole number in a range; `standard` where the key is absent, or an error if that is nil.
  func integer(_ key: String, in range: ClosedRange<Int>, standard: Int? = nil) throws(NetworkFilesError) -> Int {
    if let standard, members[key] == nil { return standard }
    return try text.integer(try required(key), path(key), in: range)
  }

  func string(_ key: String, standard: String? = nil) throws(NetworkFilesError) -> String {
    if let standard, members[key] == nil { return standard }
    let value = try required(key)
    return try text.string(value, path(key))
  }

  /// A name; see `DocumentText.name`.
  func name(_ key: String, standard: String? = nil) throws(NetworkFilesError) -> String {
    if let standard, members[key] == nil { return standard }
    return try text.name(try required(key), path(key))
  }

  /// One of several words.
  func choice<T>(_ key: String, of words: [(String, T)], standard: T? = nil) throws(NetworkFilesError) -> T {
    if let standard, members[key] == nil { return standard }
    let word = try string(key)
    guard let found = words.first(where: { $0.0 == word }) else {
      throw text.failure(
        try required(key), path(key), "is \"\(shown(word))\"; it must be one of \(shown(words.map(\.0)))")
    }
    return found.1
  }

  /// The elements of an array, each with its path.
  func elements(_ key: String) throws(NetworkFilesError) -> [(JSONValue, FieldPath)] {
    try text.elements(try required(key), path(key))
  }

  /// Whole numbers of an array of fixed length.
  func integers(
    _ key: String, count: Int, in range: ClosedRange<Int>, standard: [Int]? = nil
  ) throws(NetworkFilesError) -> [Int] {
    if let standard, members[key] == nil { return standard }
    let elements = try elements(key)
    guard elements.count == count else {
      throw text.failure(try required(key), path(key), "has \(elements.count) entries; \(count) are needed")
    }
    var result: [Int] = []
    for (value, path) in elements { result.append(try text.integer(value, path, in: range)) }
    return result
  }
}

extension DocumentText {
  func integer(_ value: JSONValue, _ path: FieldPath, in range: ClosedRange<Int>) throws(NetworkFilesError) -> Int {
    guard let number = Self.whole(value) else { throw failure(value, path, Self.notWhole(value)) }
    guard range.contains(number) else {
      throw failure(value, path, "is \(number); it must be \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func string(_ value: JSONValue, _ path: FieldPath) throws(NetworkFilesError) -> String {
    guard case .string(let string) = value.content else {
      throw failure(value, path, "is \(value.kindName); it must be a string")
    }
    return string
  }

  /// A string without control characters: names are printed, and a terminal obeys what it is sent.
  func name(_ value: JSONValue, _ path: FieldPath) throws(NetworkFilesError) -> String {
    let name = try string(value, path)
    guard !hasControlCharacters(name) else {
      throw failure(value, path, "is \"\(shown(name))\"; a name must not have control characters")
    }
    return name
  }

  func elements(_ value: JSONValue, _ path: FieldPath) throws(NetworkFilesError) -> [(JSONValue, FieldPath)] {
    guard case .array(let list) = value.content else {
      throw failure(value, path, "is \(value.kindName); it must be an array")
    }
    return list.enumerated().map { ($0.element, .index(path, $0.offset)) }
  }

  /// A number that is whole, whether written 3, 3.0 or 3e0.
  static func whole(_ value: JSONValue) -> Int? {
    switch value.content {
    case .integer(let number): Int(number)
    case .fraction(let number): Int(exactly: number)
    default: nil
    }
  }

  static func notWhole(_ value: JSONValue) -> String {
    switch value.content {
    case .fraction(let number): "is \(number); it must be a whole number (quantise first)"
    case .notFinite(let text): "is \(text); it must be a finite whole number"
    default: "is \(value.kindName); it must be a whole number"
    }
  }
}
