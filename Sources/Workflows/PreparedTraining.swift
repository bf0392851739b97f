import Datasets
import FixedPoint
import Networks
import Targets
import Training
import TrainingRuns

/// A training request with every choice made.
public struct PreparedTraining: Sendable {
  public var name: String
  public var dataset: Dataset
  /// nil in floats.
  public var target: Target?
  public var model: ModelDescription
  public var options: TrainingOptions
  public var coding: InputCoding
  public var augmentation: Augmentation
  public var initial: FloatModel?
  public var train: EncodedSamples
  /// The samples that are never trained on.
  public var test: EncodedSamples

  /// The arithmetic that is trained in; nil in floats.
  public var arithmetic: TrainingArithmetic? { target.map { TrainingArithmetic($0) } }

  /// Layers and options, as they are written.
  public var modelFile: ModelFile {
    var options = options
    options.threads = 0
    return ModelFile(model: model, options: options)
  }

  /// The names of the populations in order.
  public var populationNames: [String] { model.populationNames }

  /// What tells these training samples from others: SHA-256 over shape, labels, and up to 64 of the samples as they
  /// are trained on.
  ///
  /// - Throws: `DatasetError` where a sample cannot be read.
  public func dataDigest() throws -> String {
    var hash = SHA256()
    func add(_ numbers: [Int]) {
      for number in numbers { withUnsafeBytes(of: Int64(number).littleEndian) { hash.update($0) } }
    }
    add(train.inputShape + [options.ticks, train.classCount, train.count])
    for index in 0..<train.count { add([train.label(index)]) }
    var counts = [UInt8](repeating: 0, count: options.ticks * train.inputCount)
    let step = max(train.count / 64, 1)
    for index in stride(from: 0, to: train.count, by: step) {
      try counts.withUnsafeMutableBufferPointer {
        try train.encode(index, draw: 0, ticks: options.ticks, into: $0)
      }
      counts.withUnsafeBytes { hash.update($0) }
    }
    return hash.finalize().hex
  }

  /// The network of a result, and its accuracy on the test samples.
  public func outcome(of result: TrainingResult) throws -> TrainingOutcome {
    var options = options
    let accuracy: Double
    var document: NetworkDocument?
    if let model = result.model {
      accuracy = try model.accuracy(on: test, threads: options.threads)
      document = try self.document(model)
    } else {
      accuracy = try ModelRunner(result.floatModel, options: options, threads: options.threads).accuracy(on: test)
    }
    let emulated = try document.flatMap { try emulatedAccuracy($0) }
    options.threads = 0
    let floatFile = FloatModelFile(
      model: result.floatModel, options: options, coding: coding, classNames: dataset.classNames, name: name)
    return TrainingOutcome(
      result: result, document: document, floatFile: floatFile, options: options, test: test, accuracy: accuracy,
      emulatedAccuracy: emulated)
  }

  /// What net.json holds of a trained model.
  func document(_ model: TrainedModel) throws -> NetworkDocument {
    NetworkDocument(
      network: try model.network(name: name), ticks: options.ticks, coding: coding, decoder: model.decoder,
      classNames: dataset.classNames, target: target.map { TargetReference(name: $0.name, sha256: $0.hash) },
      training: notes)
  }

  /// What a reader of net.json wants to know of its origin; threads are left out, as they change nothing.
  private var notes: [String: String] {
    var notes = ["data": TrainingRequest.fileStem(dataset.name)]
    for field in TrainingField.all where field.key != "ticks" { notes[field.key] = field.text(in: options) }
    return notes
  }
}

/// What training gave.
public struct TrainingOutcome: Sendable {
  public var result: TrainingResult
  /// The network for its target; nil in floats.
  public var document: NetworkDocument?
  /// The values behind it, or the float network itself.
  public var floatFile: FloatModelFile
  public var options: TrainingOptions
  /// The samples that were never trained on.
  public var test: EncodedSamples
  /// The share of test samples that the training forward pass classifies rightly, 0–1.
  public var accuracy: Double
  /// The same of the emulated chip; nil for grids of cores and in floats.
  public var emulatedAccuracy: Double?

  /// The network in integers; nil in floats.
  public var model: TrainedModel? { result.model }
}

extension ModelDescription {
  /// The names of the populations in order, as training gives them where the model does not.
  public var populationNames: [String] {
    let populations = layers.compactMap { layer -> PopulationDescription? in
      if case .population(let population) = layer { population } else { nil }
    }
    return populations.enumerated().map { index, population in
      population.name ?? (index == populations.count - 1 ? "output" : "hidden\(index + 1)")
    }
  }
}
