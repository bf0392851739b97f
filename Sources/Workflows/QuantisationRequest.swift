import ChipCatalog
import Datasets
import Mapper
import Networks
import Targets
import Training
import TrainingRuns

/// Integers made of a float model without training.
public struct QuantisationRequest: Sendable {
  public var file: FloatModelFile
  public var dataset: Dataset
  public var target: Target
  public var weightBits: Int
  public var threads: Int

  public init(file: FloatModelFile, dataset: Dataset, target: Target, weightBits: Int, threads: Int) {
    self.file = file
    self.dataset = dataset
    self.target = target
    self.weightBits = weightBits
    self.threads = threads
  }

  /// What came of it.
  public struct Outcome: Sendable {
    public var document: NetworkDocument
    public var report: [Quantiser.Report]
    /// On the test samples, 0–1: of the floats and of the integers.
    public var floatAccuracy: Double
    public var accuracy: Double
    public var samples: Int
  }

  /// Quantises, and reads the test samples once for each of both networks.
  ///
  /// - Throws: `TrainingError`, `DatasetError`, `WorkflowError`.
  public func run() throws -> Outcome {
    try ChipCatalog.family(of: target).check(target)
    let ticks = try dataset.resolvedTicks(requested: dataset.ticks == nil ? file.model.setting.ticks : nil)
    guard ticks == file.model.setting.ticks else {
      throw WorkflowError(
        .usage, "the samples have \(ticks) ticks, but the model was trained on \(file.model.setting.ticks)")
    }
    let classes = dataset.classNames.count
    guard classes == file.model.setting.classCount else {
      throw WorkflowError(
        .usage, "the data have \(classes) classes, but the model was trained on \(file.model.setting.classCount)")
    }
    guard dataset.test.count > 0 else { throw WorkflowError(.usage, "\(dataset.name) has no test samples") }
    func encoded(_ set: SampleSet) throws -> EncodedSamples {
      try EncodedSamples(
        set, coding: file.coding, ticks: ticks, inputShape: dataset.inputShape, classCount: classes)
    }
    var options = file.options
    options.weightBits = weightBits
    options.precision = .integer
    options.floatEpochs = 0
    options.threads = threads
    let (model, report) = try Quantiser.quantise(
      file.model, calibration: try encoded(try dataset.requireTraining()), options: options,
      arithmetic: TrainingArithmetic(target))
    let test = try encoded(dataset.test)
    let floats = try ModelRunner(file.model, options: options, threads: threads).accuracy(on: test)
    let document = NetworkDocument(
      network: try model.network(name: file.name), ticks: ticks, coding: file.coding, decoder: model.decoder,
      classNames: file.classNames, target: TargetReference(name: target.name, sha256: target.hash),
      training: ["quantised": "after training in floats", "bits": "\(weightBits)"])
    return Outcome(
      document: document, report: report, floatAccuracy: floats,
      accuracy: try model.accuracy(on: test, threads: threads), samples: test.count)
  }
}
