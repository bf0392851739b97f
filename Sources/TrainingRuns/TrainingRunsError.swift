import Targets

/// Why a model, its options or a run's files cannot be used.
public enum TrainingRunsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The text of a model file is no YAML, or uses a part of YAML that model files do without.
  case yaml(TargetLocation, problem: String)
  /// A key that model files do not have, or not there.
  case unknownKey(TargetLocation, key: String, nearest: String?, allowed: [String])
  /// A key that must be there.
  case missingKey(TargetLocation, key: String, allowed: String)
  /// A value that is not allowed.
  case notAllowed(TargetLocation, key: String, value: String, allowed: String)
  /// A model file that cannot be read, or is too large to be one.
  case unreadable(path: String, reason: String)
  /// An item of `--layers` that is no layer; items count from 1.
  case layers(item: Int, text: String, problem: String)
  /// An option of the command line with a value that is not allowed.
  case option(name: String, value: String, allowed: String)
  /// A folder that should be a run's and is none, or not whole.
  case notARun(path: String, problem: String)
  /// A folder for a new run that already has files of one.
  case runExists(path: String)
  /// A folder in which another process trains.
  case runInUse(path: String)
  /// A file of a run that breaks its format.
  case damaged(path: String, problem: String)
  /// A file of a run that a newer program has written.
  case version(path: String, found: Int, known: Int)
  /// A run that is resumed with another model, other data or other options.
  case runDiffers(path: String, differences: [String])

  /// One line: where, what, and what to do.
  public var description: String { Self.oneLine(message) }

  private var message: String {
    switch self {
    case .yaml(let place, let problem): "\(place): \(problem)"
    case .unknownKey(let place, let key, let nearest, let allowed):
      "\(place): unknown key '\(key)'; "
        + (nearest.map { "did you mean '\($0)'?" } ?? "allowed here: \(allowed.joined(separator: ", "))")
    case .missingKey(let place, let key, let allowed): "\(place): key '\(key)' is missing; it takes \(allowed)"
    case .notAllowed(let place, let key, let value, let allowed):
      "\(place): '\(key)' cannot be \(value); it takes \(allowed)"
    case .unreadable(let path, let reason): "\(path): the model file cannot be read: \(reason)"
    case .layers(let item, let text, let problem): "--layers: item \(item), '\(text)': \(problem)"
    case .option(let name, let value, let allowed): "\(name) \(value) is not allowed; it takes \(allowed)"
    case .notARun(let path, let problem):
      "\(path): \(problem); name the folder that `snnmap train` wrote for the run"
    case .runExists(let path):
      "\(path): a run is there already; go on with --resume \(path), or name another folder with --run"
    case .runInUse(let path): "\(path): another snnmap trains in this folder; wait for it, or end it"
    case .damaged(let path, let problem): "\(path): \(problem)"
    case .version(let path, let found, let known):
      "\(path): has format \(found), and this program reads \(known); use the snnmap that wrote it, or a newer one"
    case .runDiffers(let path, let differences):
      "\(path): the run cannot be resumed, because it differs in \(differences.joined(separator: "; in ")); "
        + "leave these options out, or begin a new run"
    }
  }

  /// Text from outside as part of a message: at most 60 characters.
  static func shown(_ text: String) -> String {
    text.unicodeScalars.count > 60 ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))) + "…" : text
  }

  /// Control characters, which a terminal would obey, as spaces.
  private static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : $0 }))
  }
}

extension TrainingRunsError {
  /// An error of the YAML parser that target files have in common with model files.
  init(_ error: TargetError) {
    switch error {
    case .syntax(let place, let problem): self = .yaml(place, problem: "not valid YAML: \(problem)")
    case .unsupported(let place, let feature, let advice):
      self = .yaml(place, problem: "\(feature) cannot be used in a model file; \(advice)")
    case .duplicateKey(let place, let key, let firstLine):
      self = .yaml(place, problem: "key '\(key)' stands twice, first in line \(firstLine); keep one of them")
    case .tooLarge(let file, let limit):
      self = .unreadable(path: file, reason: "it is larger than \(limit) bytes, and a model file is a few kilobytes")
    default: self = .unreadable(path: "model", reason: "\(error)")
    }
  }
}
