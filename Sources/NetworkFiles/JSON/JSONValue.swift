/// A value of a JSON text and where it stands.
public struct JSONValue: Sendable, Equatable {
  /// The value itself.
  public enum Content: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// A number written without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case fraction(Double)
    /// `NaN`, `Infinity` or `-Infinity`: not JSON, but what several writers produce. Readers refuse
    /// it with the place in the document.
    case notFinite(String)
    case string(String)
    case array([JSONValue])
    /// Members in the order of the text; keys differ.
    case object([Member])
  }

  /// One member of an object.
  public struct Member: Sendable, Equatable {
    public let key: String
    /// The byte at which the key starts.
    public let keyOffset: Int
    public let value: JSONValue
  }

  public let content: Content
  /// The byte at which the value starts.
  public let offset: Int

  /// The member of this key, nil when there is none or when this is no object.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = content else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// What kind of value this is, for messages.
  public var kindName: String {
    switch content {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "a whole number"
    case .fraction: "a number"
    case .notFinite(let text): text
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
