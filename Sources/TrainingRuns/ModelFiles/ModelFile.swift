import NetworkFiles
import Targets
import Training
import Yams

/// A model file: the layers that are trained, and how.
///
/// The schema is described in docs/training.md.
public struct ModelFile: Sendable, Hashable {
  public var model: ModelDescription
  public var options: TrainingOptions

  /// The version of the schema, which the key `format` states.
  public static let version = 1
  /// The most bytes of a model file, 256 KiB.
  public static let maximumBytes = TargetReader.maximumBytes
  /// The most layers of a model.
  public static let maximumLayers = 256

  public init(model: ModelDescription, options: TrainingOptions) {
    self.model = model
    self.options = options
  }

  /// Reads a model file.
  ///
  /// - Parameter options: what holds where the file says nothing.
  /// - Throws: `TrainingRunsError`.
  public static func read(_ path: String, options: TrainingOptions) throws(TrainingRunsError) -> ModelFile {
    try read(path) { _ in options }
  }

  /// Reads a model file.
  ///
  /// - Parameter standard: what holds for a model where the file says nothing.
  /// - Throws: `TrainingRunsError`.
  public static func read(
    _ path: String, standard: (ModelDescription) -> TrainingOptions
  ) throws(TrainingRunsError) -> ModelFile {
    let bytes: [UInt8]
    do {
      bytes = try MappedFile(path, limit: maximumBytes).withBytes { Array($0) }
    } catch NetworkFilesError.unreadable(_, let reason) {
      throw .unreadable(path: path, reason: reason)
    } catch {
      throw .unreadable(
        path: path, reason: "it is larger than \(maximumBytes) bytes, and a model file is a few kilobytes")
    }
    return try ModelFile(text: String(decoding: bytes, as: UTF8.self), file: path, standard: standard)
  }

  /// The model that a text describes.
  ///
  /// - Parameters:
  ///   - file: the name under which errors speak of the text.
  ///   - options: what holds where the text says nothing.
  public init(text: String, file: String, options: TrainingOptions) throws(TrainingRunsError) {
    try self.init(text: text, file: file) { _ in options }
  }

  /// The model that a text describes.
  ///
  /// - Parameters:
  ///   - file: the name under which errors speak of the text.
  ///   - standard: what holds for a model where the text says nothing.
  public init(
    text: String, file: String, standard: (ModelDescription) -> TrainingOptions
  ) throws(TrainingRunsError) {
    let yaml = YAMLText(text: text, file: file)
    let root: Node?
    do throws(TargetError) {
      root = try yaml.root()
    } catch {
      throw TrainingRunsError(error)
    }
    guard let root else {
      throw .missingKey(yaml.place(1, 1), key: "format", allowed: "\(Self.version), the version of the schema")
    }
    let top = try ModelMapping(root, path: "", yaml: yaml)
    try top.check(["format", "layers", "training"])
    guard let format = try top.text("format", allowed: "\(Self.version)") else {
      throw .missingKey(top.place, key: "format", allowed: "\(Self.version), the version of the schema")
    }
    guard format == "\(Self.version)" else {
      throw top.problem("format", format, allowed: "\(Self.version), the version that this program reads")
    }
    model = try LayerReader.model(top)
    options = standard(model)
    guard let node = top.node("training") else { return }
    let training = try ModelMapping(node, path: "training", yaml: yaml)
    try training.check(TrainingField.all.map(\.key))
    for field in TrainingField.all {
      guard let value = try training.written(field.key, allowed: field.allowed) else { continue }
      guard let problem = field.store(value, &self.options) else { continue }
      throw training.problem(
        field.key, problem.value,
        allowed: problem.parameter.map { "for \($0): \(problem.allowed)" } ?? problem.allowed)
    }
  }

  /// The file as text, every option stated: reading it gives an equal model and equal options.
  public var text: String {
    var text = "format: \(Self.version)\n\nlayers:\n"
    for layer in model.layers { text += LayerWriter.text(layer) }
    text += "\ntraining:\n"
    for field in TrainingField.all { text += "  \(field.key): \(field.value(options).yaml)\n" }
    return text
  }
}
