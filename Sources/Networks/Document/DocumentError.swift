/// What can be wrong with the fields of a document beside its network.
public enum DocumentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The ticks of a sample lie outside 1–65535.
  case ticks(Int)
  /// The coding's full scale lies outside 1–65535.
  case codingMaximum(Int)
  /// The coding's greatest count lies outside 1–255.
  case codingLevels(Int)
  /// A coding that knows only spikes of one asks for more levels.
  case levelsWithoutDirect(Int, InputCoding.Kind)
  /// The coding's threshold lies outside 1–65535.
  case codingThreshold(Int)
  /// A coding that has no threshold names one.
  case thresholdWithoutDelta(Int, InputCoding.Kind)
  /// There are classes, but not one for each output.
  case classCount(classes: Int, outputs: Int)
  /// Two classes have the same name.
  case repeatedClass(String)
  /// The decoder ranks what an output group does not read.
  case decoderReads(Decoder, group: String, reads: OutputReading)
  /// A target reference has no name.
  case emptyTargetName
  /// A digest is not 64 lower-case hexadecimal digits.
  case malformedDigest(String)

  public var description: String {
    switch self {
    case .ticks(let ticks): "ticks is \(ticks); it must be 1–65535"
    case .codingMaximum(let maximum): "coding.maximum is \(maximum); it must be 1–65535"
    case .codingLevels(let levels): "coding.levels is \(levels); it must be 1–255"
    case .levelsWithoutDirect(let levels, let kind):
      "coding.levels is \(levels), but the coding \(kind.rawValue) has one level: use direct or delta, or levels 1"
    case .codingThreshold(let threshold): "coding.threshold is \(threshold); it must be 1–65535"
    case .thresholdWithoutDelta(let threshold, let kind):
      "coding.threshold is \(threshold), but the coding \(kind.rawValue) has none: use delta, or leave it out"
    case .classCount(let classes, let outputs):
      "there are \(classes) class names for \(outputs) outputs; name every output, or none"
    case .repeatedClass(let name): "the class name \"\(name)\" occurs twice; names must differ"
    case .decoderReads(let decoder, let group, let reads):
      "the decoder \(decoder.rawValue) needs outputs that read \(decoder.reads.rawValue), but the output group '\(group)' "
        + "reads \(reads.rawValue); use \(Self.decoders(for: reads)), or read \(decoder.reads.rawValue)"
    case .emptyTargetName: "target.name is empty; give the target's name, or leave target out"
    case .malformedDigest(let text):
      "target.sha256 is \"\(text.prefix(80))\"; it must be 64 lower-case hexadecimal digits"
    }
  }

  private static func decoders(for reads: OutputReading) -> String {
    Decoder.allCases.filter { $0.reads == reads }.map(\.rawValue).joined(separator: " or ")
  }
}
