import BoardLink
import ChipCatalog
import Datasets
import Glibc
import Images
import NetworkFiles
import Networks
import ShippedTargets
import Targets
import Training

/// The main job from end to end: train, compile, flash, run on the board, and compare every spike.
public struct MainJob {
  /// The files of the job go here.
  public var folder: String
  /// The program whose `serve` command is the virtual board.
  public var program: String
  public var threads: Int
  /// The data, as `Dataset.load` takes them.
  public var data = "digits"
  /// The target to compile for and to be.
  public var target = "board"
  /// The sizes of the hidden layers.
  public var hidden = [128]
  public var weightBits = 8
  /// Passes over the training samples; nil for the standard.
  public var epochs: Int?
  public var seed: UInt64 = 1

  public init(folder: String, program: String, threads: Int) {
    self.folder = folder
    self.program = program
    self.threads = threads
  }

  /// A step that has been done.
  public struct Step: Sendable, Equatable {
    public var name: String
    public var seconds: Double
  }

  /// What the job found out.
  public struct Result: Sendable {
    public var steps: [Step]
    public var trainingAccuracy: Double
    public var emulatorAccuracy: Double
    public var boardAccuracy: Double
    public var samples: Int
    /// T of a sample.
    public var ticks: Int
    public var neurons: Int
    public var proof: ChainProof
    /// Board against emulator: outputs and the checksum over all spikes.
    public var board: RunComparison
    /// How the board was reached.
    public var path: BoardPath
    public var compilation: Compilation

    /// Whether everything was compared, and every spike was the same everywhere.
    public var isBitExact: Bool {
      let isComplete =
        samples > 0 && proof.samples == samples && board.samples == samples && board.checksums == samples
        && proof.trainingPlaces == samples * ticks * neurons && proof.emulatorPlaces >= proof.trainingPlaces
      return isComplete && proof.mismatches == 0 && board.mismatches == 0 && board.firstChecksum == nil
    }

    /// The first difference, in words.
    public var firstDifference: String? {
      proof.firstDifference ?? board.firstDifference.map { "emulator and board: \($0)" }
    }
  }

  /// Carries the job out.
  ///
  /// - Parameters:
  ///   - announce: called when a step begins.
  ///   - progress: the step's done and total.
  public func run(announce: (String) -> Void, progress: (Int, Int) -> Void) throws -> Result {
    var steps: [Step] = []
    let clock = ContinuousClock()
    func step<R>(_ name: String, _ body: () throws -> R) throws -> R {
      announce(name)
      let start = clock.now
      let result = try body()
      steps.append(Step(name: name, seconds: (clock.now - start) / .seconds(1)))
      return result
    }
    guard !(try Target.load(target).emulationOnly) else {
      throw WorkflowError(.usage, "the target \(target) exists in the emulator only; the main job needs a board")
    }
    let trained = try step("train") { try train(progress) }
    let compilation = try step("compile") {
      let compilation = try Compilation(trained.document, for: try Target.load(target))
      try AtomicFile.write(compilation.imageBytes, to: folder + "/net.snnimg")
      return compilation
    }
    let image = try LoadedImage(path: folder + "/net.snnimg")
    let emulator = try ChipCatalog.emulator(for: image)
    let samples = try trained.dataset.testSamples(for: trained.document)
    let proof = try step("compare training, interpreter and emulator") {
      try ChainProof.run(
        samples, model: trained.model, network: trained.document.network, emulator: emulator, threads: threads
      ) { progress($0, samples.count) }
    }
    let demoBoard = try step("start a virtual board") {
      try DemoBoard(program: program, target: target, folder: folder)
    }
    defer { demoBoard.end() }
    let session = demoBoard.session
    try step("flash") {
      _ = try image.withBytes { bytes in
        try session.flash(bytes, progress: { progress(Int($0.done), Int($0.total)) })
      }
    }
    let runner = EmulatorRunner(emulator, threads: threads)
    let decoder = trained.document.decoder
    let width = image.host.outputCount
    func decides(_ index: Int, _ outcome: SampleOutcome) -> Bool {
      decoder.classIndex(of: outcome, outputs: width) == samples.label(of: index)
    }
    var boardCorrect = 0
    var emulatorCorrect = 0
    let board = try step("run on the board") {
      let device = try DeviceRunner(session, image: image)
      return try RunComparison.run(
        samples, expected: runner, actual: device, outputs: image.host.outputCount,
        readouts: image.host.readoutCount,
        consumeExpected: { emulatorCorrect += decides($0, $1) ? 1 : 0 },
        consume: {
          boardCorrect += decides($0, $1) ? 1 : 0
          progress($0 + 1, samples.count)
        })
    }
    return Result(
      steps: steps, trainingAccuracy: trained.accuracy,
      emulatorAccuracy: Double(emulatorCorrect) / Double(samples.count),
      boardAccuracy: Double(boardCorrect) / Double(samples.count), samples: samples.count,
      ticks: samples.ticks, neurons: trained.document.network.neuronCount, proof: proof, board: board,
      path: demoBoard.path, compilation: compilation)
  }

  private struct Trained {
    var dataset: Dataset
    var model: TrainedModel
    var document: NetworkDocument
    var accuracy: Double
  }

  private func train(_ progress: (Int, Int) -> Void) throws -> Trained {
    let dataset = try Dataset.load(data)
    var request = TrainingRequest(dataset: dataset, target: try Target.load(target))
    request.model = .dense(hidden)
    request.options.weightBits = weightBits
    if let epochs { request.options.epochs = epochs }
    request.options.seed = seed
    request.options.threads = threads
    let outcome = try request.run { step in
      progress((step.epoch - 1) * step.samplesPerEpoch + step.samples, step.epochs * step.samplesPerEpoch)
    }
    guard let model = outcome.model, let document = outcome.document else {
      throw WorkflowError(.failure, "training gave no network in integers")
    }
    try NetworkFile.write(document, to: folder + "/net.json")
    return Trained(dataset: dataset, model: model, document: document, accuracy: outcome.accuracy)
  }
}
