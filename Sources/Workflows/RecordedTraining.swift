import Images
import NetworkFiles
import Networks
import Training
import TrainingRuns

/// A training run with a folder: its epochs are recorded and its states kept, and it may be resumed.
public struct RecordedTraining: Sendable {
  public var prepared: PreparedTraining
  public var configuration: RunConfiguration
  /// Where the run's folder is, or is going to be.
  public var path: String
  /// The folder of the run that is resumed; nil of a new run.
  private var resumed: RunFolder?
  private var state: TrainingState?

  /// Steps between two offers of a state within an epoch.
  static let checkpointInterval = 200
  /// Seconds between two checkpoints within an epoch.
  static let checkpointSeconds = 20.0

  /// A new run.
  ///
  /// - Throws: `TrainingRunsError.runExists` where the folder is a run's already, and the misfit of layers that a chip
  ///   does not hold.
  public init(_ prepared: PreparedTraining, configuration: RunConfiguration, path: String) throws {
    self.prepared = prepared
    self.configuration = configuration
    self.path = path
    if (try? RunFolder.open(path)) != nil { throw TrainingRunsError.runExists(path: path) }
    try prepared.checkFit()
  }

  /// A run that goes on where its latest checkpoint stands.
  ///
  /// - Throws: `TrainingRunsError.runDiffers` where what is asked for is not what the run is of.
  public init(
    resuming folder: RunFolder, stored: (RunConfiguration, ModelFile), _ prepared: PreparedTraining,
    configuration: RunConfiguration
  ) throws {
    let differences = RunConfiguration.differences(stored, (configuration, prepared.modelFile))
    guard differences.isEmpty else {
      throw TrainingRunsError.runDiffers(path: folder.path, differences: differences)
    }
    self.prepared = prepared
    self.configuration = stored.0
    path = folder.path
    resumed = folder
    state = try folder.latestState()
  }

  /// Whether a run is resumed that has nothing to go on from.
  public var beginsAgain: Bool { resumed != nil && state == nil }

  /// Epochs that are complete already.
  public var completeEpochs: Int { state?.figures.epoch ?? 0 }

  /// Whether a checkpoint is there to resume from.
  public var isResumable: Bool { (try? RunFolder.open(path).folder.hasState) ?? false }

  /// Trains, keeps the results in the folder, and reads the test samples once, at the end.
  ///
  /// - Parameters:
  ///   - clock: seconds since some moment; they are told in the metrics and influence nothing.
  ///   - progress: called after every step.
  ///   - isCancelled: asked before every step; then a checkpoint is kept and `TrainingError.cancelled` thrown.
  public func run(
    clock: @escaping () -> Double, progress: (TrainingProgress) -> Void, isCancelled: () -> Bool
  ) throws -> TrainingOutcome {
    let recorder = Recorder(self, clock: clock)
    let result: TrainingResult
    do {
      result = try Trainer.train(
        prepared.model, on: prepared.train, options: prepared.options, arithmetic: prepared.arithmetic,
        initial: prepared.initial, resumeFrom: state, checkpointInterval: Self.checkpointInterval,
        checkpoint: { try recorder.keep($0) },
        progress: {
          recorder.note($0)
          progress($0)
        }, isCancelled: { recorder.failure != nil || isCancelled() })
    } catch TrainingError.stateDiffers(let what, let given, let needed)
      where state == nil && prepared.initial != nil
    {
      throw WorkflowError(
        .usage,
        "the values of --init are of another model: their \(what) is \(given), and \(needed) is needed; begin with a "
          + "model of the same layers")
    } catch {
      throw recorder.failure ?? error
    }
    if let failure = recorder.failure { throw failure }
    let outcome = try prepared.outcome(of: result)
    let folder = try recorder.folder()
    try outcome.floatFile.write(to: folder.floatModelPath)
    if let document = outcome.document { try NetworkFile.write(document, to: folder.networkPath) }
    return outcome
  }

  fileprivate func open() throws -> RunFolder {
    let folder = try resumed ?? RunFolder.create(path, configuration: configuration, model: prepared.modelFile)
    try folder.lock()
    folder.removeLeftovers()
    return folder
  }

  fileprivate func metrics(_ folder: RunFolder) throws -> RunMetrics {
    try RunMetrics(
      folder, populations: prepared.populationNames, history: state?.figures.history ?? [],
      samples: prepared.train.count)
  }
}

/// What a run writes while it trains. The folder is made with the first step: a request that training refuses leaves
/// nothing behind.
private final class Recorder {
  private let training: RecordedTraining
  private let clock: () -> Double
  private var open: (folder: RunFolder, metrics: RunMetrics)?
  private var epochBegan: Double
  private var lastKept: Double
  private var endedEpoch: (epoch: Int, seconds: Double, samples: Int, isBest: Bool)?
  /// What went wrong where it could not be thrown.
  private(set) var failure: (any Error)?

  init(_ training: RecordedTraining, clock: @escaping () -> Double) {
    self.training = training
    self.clock = clock
    epochBegan = clock()
    lastKept = epochBegan
  }

  func folder() throws -> RunFolder { try opened().folder }

  private func opened() throws -> (folder: RunFolder, metrics: RunMetrics) {
    if let open { return open }
    let folder = try training.open()
    let opened = (folder, try training.metrics(folder))
    open = opened
    return opened
  }

  func note(_ progress: TrainingProgress) {
    do {
      _ = try opened()
    } catch {
      failure = error
    }
    guard progress.isEpochEnd else { return }
    let now = clock()
    endedEpoch = (progress.epoch, now - epochBegan, progress.samplesPerEpoch, progress.isBest)
    epochBegan = now
  }

  func keep(_ state: TrainingState) throws {
    if let failure { throw failure }
    let (folder, metrics) = try opened()
    let ended = endedEpoch
    endedEpoch = nil
    // Within an epoch a state is kept now and then, or because the run is being ended.
    if ended == nil && state.figures.step % RecordedTraining.checkpointInterval == 0
      && clock() - lastKept < RecordedTraining.checkpointSeconds
    {
      return
    }
    do {
      try folder.keep(state, isBest: ended?.isBest ?? false)
      if let ended, let figures = state.figures.history.last, figures.epoch == ended.epoch {
        try metrics.append(MetricsRow(figures, seconds: ended.seconds, samples: ended.samples))
      }
    } catch {
      failure = error
      throw error
    }
    lastKept = clock()
  }
}
