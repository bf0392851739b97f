import ChipCatalog
import Datasets
import FixedPoint
import Mapper
import Networks
import Targets
import Training

/// A training run on a data set, for a target or in floats.
public struct TrainingRequest: Sendable {
  public var dataset: Dataset
  /// The target whose integers are trained in; unused, and may be nil, in floats.
  public var target: Target?
  public var model: ModelDescription
  /// At first the standard options for the model and as many samples; their ticks are those of `ticks`.
  public var options: TrainingOptions
  /// T; nil for the data's own, or 16.
  public var ticks: Int?
  /// How values become spikes; nil for the standard.
  public var coding: CodingRequest
  /// What is changed at random in training samples.
  public var augmentation = Augmentation.none
  /// The network's name; nil for the data's.
  public var name: String?
  /// Values to begin with; nil for random ones.
  public var initial: Beginning?

  /// Where values to begin with come from.
  public enum Beginning: Sendable {
    case floatModel(FloatModel)
    /// A network in integers of the same layers.
    case network(Network)
  }

  /// What is asked for of a coding; nil for what suits the data.
  public struct CodingRequest: Sendable, Hashable {
    public var kind: InputCoding.Kind?
    public var levels: Int?
    public var threshold: Int?
    /// A coding that is known in full, as that of a run that is resumed.
    public var whole: InputCoding?

    public init(
      kind: InputCoding.Kind? = nil, levels: Int? = nil, threshold: Int? = nil, whole: InputCoding? = nil
    ) {
      self.kind = kind
      self.levels = levels
      self.threshold = threshold
      self.whole = whole
    }

    /// What is asked for, and for the rest the standard of the data, with no greater counts than a target takes.
    func coding(for dataset: Dataset, target: Target?, seed: UInt64) -> InputCoding {
      if let whole { return whole }
      var coding = InputCoding.standard(for: dataset, kind: kind, levels: levels, seed: seed, threshold: threshold)
      if levels == nil, let target { coding.levels = min(coding.levels, max(target.arithmetic.maximumInputCount, 1)) }
      return coding
    }
  }

  /// Training takes samples of so many ticks at most.
  public static let maximumTicks = 4096

  public init(dataset: Dataset, target: Target?, model: ModelDescription = .dense([128])) {
    self.dataset = dataset
    self.target = target
    self.model = model
    options = .standard(samples: dataset.train.count, model: model)
    options.weightBits = TrainingOptions.standardWeightBits(target.map { TrainingArithmetic($0) })
    coding = CodingRequest()
  }

  /// The request with every choice made, checked as far as data and target are concerned.
  ///
  /// - Throws: `DatasetError`, `TrainingError`, `WorkflowError`, and what the target's family refuses.
  public func prepared() throws -> PreparedTraining {
    var options = options
    if let ticks, !(1...Self.maximumTicks).contains(ticks) {
      throw TrainingError.option(name: "ticks", value: "\(ticks)", allowed: "1 to \(Self.maximumTicks)")
    }
    options.ticks = try dataset.resolvedTicks(requested: ticks)
    var target = target
    if options.precision == .integer {
      guard let target else { throw WorkflowError(.usage, "training in integers needs a target") }
      // A target that its own family refuses is told before the work.
      try ChipCatalog.family(of: target).check(target)
    } else {
      target = nil
    }
    let model = target.map { self.model.suited(to: TrainingArithmetic($0)) } ?? self.model
    let coding = self.coding.coding(for: dataset, target: target, seed: options.seed)
    do { try coding.validate() } catch { throw WorkflowError(.usage, "\(error)") }
    var augmentation = augmentation
    // What changes nothing is the same whatever its seed.
    augmentation.seed = 0
    if augmentation != .none { augmentation.seed = options.seed }
    let classes = dataset.classNames.count
    let train = try EncodedSamples(
      try dataset.requireTraining(), coding: coding, ticks: options.ticks, inputShape: dataset.inputShape,
      classCount: classes, augmentation: augmentation)
    try checkShifts(ticks: options.ticks)
    guard dataset.test.count > 0 else { throw WorkflowError(.usage, "\(dataset.name) has no test samples") }
    let test = try EncodedSamples(
      dataset.test, coding: coding, ticks: options.ticks, inputShape: dataset.inputShape, classCount: classes)
    return PreparedTraining(
      name: name ?? Self.fileStem(dataset.name), dataset: dataset, target: target, model: model, options: options,
      coding: coding, augmentation: augmentation,
      initial: try initialValues(model, train, ticks: options.ticks), train: train, test: test)
  }

  /// Throws shifts that may leave nothing of a sample.
  private func checkShifts(ticks: Int) throws(TrainingError) {
    let sides = dataset.inputShape.suffix(2)
    if augmentation.shift > 0, let side = sides.min(), augmentation.shift >= side {
      throw .option(
        name: "shift", value: "\(augmentation.shift)",
        allowed: "less than the maps' \(sides.map(String.init).joined(separator: " × ")) pixels")
    }
    if augmentation.timeShift >= max(ticks, 1) {
      throw .option(
        name: "time-shift", value: "\(augmentation.timeShift)", allowed: "less than the \(ticks) ticks of a sample")
    }
  }

  private func initialValues(
    _ model: ModelDescription, _ source: EncodedSamples, ticks: Int
  ) throws -> FloatModel? {
    switch initial {
    case nil: return nil
    case .floatModel(let model)?: return model
    case .network(let network)?:
      do throws(TrainingError) {
        return try FloatModel(network, setting: ModelSetting(model, source: source, ticks: ticks))
      } catch .network(let message) {
        throw WorkflowError(.usage, message)
      }
    }
  }

  /// Trains, and then reads the test samples once.
  ///
  /// - Throws: `TrainingError`, `DatasetError`, `WorkflowError`.
  public func run(progress: (TrainingProgress) -> Void = { _ in }) throws -> TrainingOutcome {
    let prepared = try prepared()
    try prepared.checkFit()
    let result = try Trainer.train(
      prepared.model, on: prepared.train, options: prepared.options, arithmetic: prepared.arithmetic,
      initial: prepared.initial, progress: progress)
    return try prepared.outcome(of: result)
  }

  /// `data/braille.npz → "braille"`, `mnist:files → "mnist"`.
  static func fileStem(_ path: String) -> String {
    let words = path.split(separator: ":", maxSplits: 1).map(String.init)
    if words.count == 2, ["mnist", "idx", "nmnist", "events"].contains(words[0]) { return words[0] }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    for ending in [".npz", ".csv"] where file.hasSuffix(ending) { return String(file.dropLast(4)) }
    return file
  }
}
