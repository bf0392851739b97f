import Networks
import Training

/// A float model as a file, with what is needed to run it on data again.
public struct FloatModelFile: Sendable, Equatable {
  public var model: FloatModel
  /// How it was trained; its loss says how the output is read.
  public var options: TrainingOptions
  /// How values became spikes.
  public var coding: InputCoding
  public var classNames: [String]
  public var name: String

  static let kind = "snnmap float model"

  public init(
    model: FloatModel, options: TrainingOptions, coding: InputCoding, classNames: [String], name: String
  ) {
    self.model = model
    self.options = options
    self.coding = coding
    self.classNames = classNames
    self.name = name
  }

  /// Writes the file at once or not at all.
  public func write(to path: String) throws {
    let file = TensorFile(
      kind: Self.kind,
      texts: [
        "setting": try RunJSON.text(model.setting), "options": try RunJSON.text(options),
        "coding": try RunJSON.text(RunCoding(coding)), "classes": try RunJSON.text(classNames), "name": name,
      ], tensors: model.tensors)
    try file.write(to: path)
  }

  /// Whether a file says of itself that it is a float model; whether it is whole shows when it is read.
  public static func isOne(_ path: String) -> Bool { TensorFile.kind(of: path) == kind }

  /// Reads a file.
  ///
  /// - Throws: `NetworkFilesError` or `TrainingRunsError` for a file that is cut off, damaged or something else.
  public static func read(_ path: String) throws -> FloatModelFile {
    let file = try TensorFile.read(path, kind: kind)
    let coding: RunCoding = try file.value("coding", path: path)
    return FloatModelFile(
      model: FloatModel(setting: try file.value("setting", path: path), tensors: file.tensors),
      options: try file.value("options", path: path), coding: try coding.coding(path: path),
      classNames: try file.value("classes", path: path), name: try file.text("name", path: path))
  }
}
