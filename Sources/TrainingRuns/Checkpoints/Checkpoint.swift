import FoundationEssentials
import Training

/// A training state as a file, from which a run goes on to the identical bits.
public enum Checkpoint {
  static let kind = "snnmap training state"

  /// Writes a state, at once or not at all.
  public static func write(_ state: TrainingState, to path: String) throws {
    var options = state.options
    // Threads change no result, and so no file.
    options.threads = 0
    let file = TensorFile(
      kind: kind,
      texts: [
        "setting": try RunJSON.text(state.setting), "options": try RunJSON.text(options),
        "arithmetic": state.arithmetic, "samples": state.samples, "figures": try RunJSON.text(state.figures),
      ], tensors: state.tensors)
    try file.write(to: path)
  }

  /// Whether a file says of itself that it is a state; whether it is whole shows when it is read.
  public static func isOne(_ path: String) -> Bool { TensorFile.kind(of: path) == kind }

  /// Reads a state.
  ///
  /// - Throws: `NetworkFilesError` or `TrainingRunsError` for a file that is cut off, damaged or something else.
  public static func read(_ path: String) throws -> TrainingState {
    let file = try TensorFile.read(path, kind: kind)
    return TrainingState(
      setting: try file.value("setting", path: path), options: try file.value("options", path: path),
      arithmetic: try file.text("arithmetic", path: path), samples: try file.text("samples", path: path),
      figures: try file.value("figures", path: path), tensors: file.tensors)
  }
}

extension TensorFile {
  /// A text that must be there.
  func text(_ name: String, path: String) throws -> String {
    guard let text = texts[name] else {
      throw TrainingRunsError.damaged(path: path, problem: "lacks '\(name)' in its metadata")
    }
    return text
  }

  /// A text that spells a value as JSON.
  func value<Value: Decodable>(_ name: String, path: String) throws -> Value {
    try RunJSON.value(try text(name, path: path), what: "'\(name)' in its metadata", path: path)
  }
}

/// JSON of a run's files: keys in lower_snake_case, sorted.
enum RunJSON {
  /// On one line, or on several to be read by people.
  static func text(_ value: some Encodable, isPretty: Bool = false) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting =
      isPretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// - Parameter what: the text in words, for errors.
  static func value<Value: Decodable>(_ text: String, what: String, path: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(Value.self, from: Data(text.utf8))
    } catch let error as DecodingError {
      throw TrainingRunsError.damaged(path: path, problem: "\(what) cannot be read: \(Self.words(error))")
    }
  }

  private static func words(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of another kind"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "it is not JSON" : "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is not allowed"
    @unknown default: "it is not what it should be"
    }
  }
}
