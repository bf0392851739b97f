import FoundationEssentials

/// JSON with sorted keys and no white space: the same value gives the same bytes.
package enum CanonicalJSON {
  package static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  package static func decode<T: Decodable>(
    _ type: T.Type, from bytes: UnsafeRawBufferPointer, section: String
  ) throws(ImagesError) -> T {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw .hostSection(section: section, problem: describe(error))
    }
  }

  private static func describe(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "not JSON" }
    let context: DecodingError.Context
    switch error {
    case .typeMismatch(_, let c), .valueNotFound(_, let c), .dataCorrupted(let c): context = c
    case .keyNotFound(let key, let c):
      return "the key \((c.codingPath.map(\.stringValue) + [key.stringValue]).joined(separator: ".")) is missing"
    @unknown default: return "not the expected JSON"
    }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? "not valid JSON" : "the value of \(path) is not what it must be"
  }
}
