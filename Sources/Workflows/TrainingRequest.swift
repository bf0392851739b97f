import ChipCatalog
import Datasets
import Mapper
import Networks
import Targets
import Training

/// A training run on a data set for a target.
public struct TrainingRequest: Sendable {
  public var dataset: Dataset
  public var target: Target
  /// T; nil for the data's own, or 16.
  public var ticks: Int?
  /// How values become spikes; nil for the standard.
  public var coding: InputCoding.Kind?
  /// The network's name; nil for the data's.
  public var name: String?
  /// At first the standard options for as many samples.
  public var options: TrainingOptions

  /// Training takes samples of so many ticks at most.
  public static let maximumTicks = 4096

  public init(dataset: Dataset, target: Target) {
    self.dataset = dataset
    self.target = target
    options = .standard(samples: dataset.train.count)
  }

  /// What training gave.
  public struct Outcome: Sendable {
    public var model: TrainedModel
    public var document: NetworkDocument
    public var options: TrainingOptions
    /// The samples that were never trained on.
    public var test: EncodedSamples
    /// The share of test samples that the training forward pass classifies rightly, 0–1.
    public var accuracy: Double
  }

  /// Trains, and then reads the test samples once.
  ///
  /// - Throws: `TrainingError`, `DatasetError`.
  public func run(progress: (TrainingProgress) -> Void = { _ in }) throws -> Outcome {
    // A target that its own family refuses is told before the work.
    try ChipCatalog.family(of: target).check(target)
    var options = options
    if let ticks, !(1...Self.maximumTicks).contains(ticks) {
      throw TrainingError.option(name: "ticks", value: "\(ticks)", allowed: "1 to \(Self.maximumTicks)")
    }
    options.ticks = try dataset.resolvedTicks(requested: ticks)
    let coding = InputCoding.standard(for: dataset, kind: coding, seed: options.seed)
    let classes = dataset.classNames.count
    let train = try EncodedSamples(
      try dataset.requireTraining(), coding: coding, ticks: options.ticks, classCount: classes)
    guard dataset.test.count > 0 else { throw WorkflowError(.usage, "\(dataset.name) has no test samples") }
    let test = try EncodedSamples(dataset.test, coding: coding, ticks: options.ticks, classCount: classes)
    let model = try Trainer.train(
      on: train, options: options, arithmetic: TrainingArithmetic(target.arithmetic), progress: progress)
    let network = try model.network(name: name ?? Self.fileStem(dataset.name))
    let document = NetworkDocument(
      network: network, ticks: options.ticks, coding: coding, decoder: .spikeCount, classNames: dataset.classNames,
      target: TargetReference(name: target.name, sha256: target.hash), training: Self.notes(options, dataset))
    return Outcome(
      model: model, document: document, options: options, test: test, accuracy: try model.accuracy(on: test))
  }

  /// `data/braille.npz → "braille"`.
  private static func fileStem(_ path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.hasSuffix(".npz") || file.hasSuffix(".csv") ? String(file.dropLast(4)) : file
  }

  /// What a reader of net.json wants to know of its origin; threads are left out, as they change nothing.
  private static func notes(_ options: TrainingOptions, _ dataset: Dataset) -> [String: String] {
    [
      "data": fileStem(dataset.name), "seed": "\(options.seed)", "epochs": "\(options.epochs)",
      "weight_bits": "\(options.weightBits)", "batch_size": "\(options.batchSize)",
      "learning_rate": "\(options.learningRate)", "leak_shift": "\(options.leakShift)",
      "kept_epoch": options.selection == .bestOnTenth ? "best on a tenth" : "last",
    ]
  }
}

/// What `snnmap train --json` prints.
public struct TrainingSummary: Encodable, Sendable {
  public var network: String
  public var output: String
  /// Inputs, hidden layers, outputs.
  public var layers: [Int]
  public var weightBits: Int
  public var ticks: Int
  public var epochs: Int
  public var seed: UInt64
  public var coding: String
  public var target: String
  /// Of the test samples, 0–1.
  public var accuracy: Double
  /// Test samples.
  public var samples: Int
  public var seconds: Double

  enum CodingKeys: String, CodingKey {
    case network, output, layers, ticks, epochs, seed, coding, target, accuracy, samples, seconds
    case weightBits = "weight_bits"
  }

  public init(_ outcome: TrainingRequest.Outcome, output: String, seconds: Double) {
    network = outcome.document.network.name
    self.output = output
    layers = [outcome.document.network.inputCount] + outcome.model.layers.map(\.outputs)
    weightBits = outcome.options.weightBits
    ticks = outcome.document.ticks
    epochs = outcome.options.epochs
    seed = outcome.options.seed
    coding = outcome.document.coding.kind.rawValue
    target = outcome.document.target?.name ?? ""
    accuracy = outcome.accuracy
    samples = outcome.test.count
    self.seconds = seconds
  }
}
