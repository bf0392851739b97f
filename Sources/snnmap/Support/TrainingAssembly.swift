import Datasets
import FixedPoint
import Images
import NetworkFiles
import Networks
import ShippedTargets
import Targets
import Training
import TrainingRuns
import Workflows

/// Makes a training run of the options of `train`, over those of a model file or of the run that is resumed.
struct TrainingAssembly {
  private let command: TrainCommand
  private let resumed: (folder: RunFolder, configuration: RunConfiguration, model: ModelFile)?

  init(_ command: TrainCommand) throws {
    self.command = command
    resumed = try command.resume.map(RunFolder.open)
  }

  func training() throws -> RecordedTraining {
    let given = command.data ?? resumed?.configuration.data.given ?? ""
    var binning = try events()
    var dataset = try Dataset.load(given, options: DatasetOptions(events: binning))
    try command.events.check(dataset)
    let file = try modelFile(samples: dataset.train.count)
    if let ticks = try ticks(file), ticks != binning.ticks, dataset.ticks == binning.ticks {
      // Events are divided into the ticks that the model file asks for.
      binning.ticks = ticks
      dataset = try Dataset.load(given, options: DatasetOptions(events: binning))
    }
    var request = TrainingRequest(dataset: dataset, target: try target(file.options.precision), model: file.model)
    request.options = file.options
    request.options.threads = command.threads.count
    request.ticks = try ticks(file)
    request.coding = try coding()
    request.augmentation = command.augment ?? resumed?.configuration.data.augmentation.augmentation ?? .none
    request.name = command.name ?? resumed?.configuration.name
    if let layers = command.layers, LayerSearchText.isIn(layers) {
      // The largest that fits stands in the model file, and in the layers that the result tells.
      let size = try HiddenLayerSearch(request).largest { try shorthand.model(LayerSearchText.filled(layers, $0)) }
      request.model = try shorthand.model(LayerSearchText.filled(layers, size))
    }
    let beginning = try self.beginning()
    request.initial = beginning?.values
    let prepared = try request.prepared()
    let configuration = RunConfiguration(
      program: ToolVersion.current, name: prepared.name,
      data: RunData(
        given: given, coding: prepared.coding, events: binning, augmentation: prepared.augmentation,
        sha256: try prepared.dataDigest()),
      target: prepared.target.map {
        RunTarget(
          given: command.target ?? resumed?.configuration.target?.given ?? "board", name: $0.name, sha256: $0.hash)
      },
      initial: beginning.map { RunInitial(path: $0.path, sha256: $0.sha256) } ?? resumed?.configuration.initial)
    if let resumed {
      return try RecordedTraining(
        resuming: resumed.folder, stored: (resumed.configuration, resumed.model), prepared,
        configuration: configuration)
    }
    return try RecordedTraining(
      prepared, configuration: configuration, path: command.runFolder ?? RunFolder.unusedPath(name: prepared.name))
  }

  /// The values to begin with; a run that has a checkpoint needs them no more.
  private func beginning() throws -> Beginning? {
    if let resumed, resumed.folder.hasState { return nil }
    return try (command.beginning ?? resumed?.configuration.initial?.path).map(Beginning.init)
  }

  private func events() throws -> EventBinning {
    let base = try resumed.map { try $0.configuration.data.events.binning(path: $0.folder.configurationPath) }
    return command.events.applied(to: base ?? EventBinning(), ticks: command.ticks)
  }

  private func modelFile(samples: Int) throws -> ModelFile {
    // A run that is resumed has its options, whatever the layers.
    let resumedOptions = resumed?.model.options
    func standard(_ model: ModelDescription) -> TrainingOptions {
      if let resumedOptions { return resumedOptions }
      var options = TrainingOptions.standard(samples: samples, model: model)
      // A target that cannot be read is told where it is needed.
      options.weightBits = TrainingOptions.standardWeightBits((try? target(.integer)).map { TrainingArithmetic($0) })
      return options
    }
    var file: ModelFile
    if let path = command.model {
      file = try ModelFile.read(path, standard: standard)
    } else if command.layers == nil && command.leakShift == nil, let resumed {
      file = resumed.model
    } else {
      let model = try shorthand.model(LayerSearchText.filled(command.layers ?? "128", 1))
      file = ModelFile(model: model, options: standard(model))
    }
    try command.choices.apply(to: &file.options)
    try command.choices.checkIntegers(file.options.precision)
    return file
  }

  private var shorthand: LayerShorthand {
    LayerShorthand(neurons: NeuronDescription(leak: .init(shift: command.leakShift ?? 3)))
  }

  /// T that was asked for: by the option, or by a model file that says other ticks than the standard.
  private func ticks(_ file: ModelFile) throws -> Int? {
    if let ticks = command.ticks { return ticks }
    if let resumed { return resumed.model.options.ticks }
    let standard = TrainingOptions().ticks
    return file.options.ticks == standard ? nil : file.options.ticks
  }

  private func target(_ precision: Precision) throws -> Target? {
    guard precision == .integer else {
      if let target = command.target {
        throw WorkflowError(
          .usage, "--target \(target): a float network has no target; leave it out, and give it to `snnmap quantize`")
      }
      return nil
    }
    return try Target.load(command.target ?? resumed?.configuration.target?.given ?? "board")
  }

  private func coding() throws -> TrainingRequest.CodingRequest {
    if !command.coding.isGiven, let resumed {
      return .init(whole: try resumed.configuration.data.coding.coding(path: resumed.folder.configurationPath))
    }
    return .init(
      kind: command.coding.coding, levels: command.coding.levels, threshold: command.coding.codingThreshold)
  }
}

/// Values that a run begins with: a network file, a float model, a checkpoint, or what a run's folder has.
private struct Beginning {
  let path: String
  let values: TrainingRequest.Beginning
  let sha256: String

  init(_ given: String) throws {
    path = given
    if given.hasSuffix(".json") {
      let document = try NetworkFile.read(given, checking: .contents)
      values = .network(document.network)
      sha256 = NetworkFile.hash(document).hex
    } else {
      let folder = (try? RunFolder.open(given))?.folder
      // A run that has not ended has a checkpoint only.
      let file = folder.map { $0.hasFloatModel ? $0.floatModelPath : $0.latestPath } ?? given
      if let folder, !folder.hasFloatModel && !folder.hasState {
        throw TrainingRunsError.notARun(path: folder.path, problem: "the run has no checkpoint yet to begin with")
      }
      values = .floatModel(
        Checkpoint.isOne(file) ? try Checkpoint.read(file).floatModel() : try FloatModelFile.read(file).model)
      sha256 = try MappedFile(file).withBytes { SHA256.digest(of: $0).hex }
    }
  }
}
