import ChipCatalog
import Images
import NetworkFiles
import Networks
import Targets
import Training

extension PreparedTraining {
  /// The network of an untrained model of these layers, every weight as large as it can be; nil in floats.
  ///
  /// - Throws: `TrainingError` for what the target does not have.
  func filledNetwork() throws -> Network? {
    guard let arithmetic else { return nil }
    let setting = ModelSetting(model, source: train, ticks: options.ticks)
    return try TrainedModel.filled(setting, options: options, arithmetic: arithmetic).network(name: name)
  }

  /// Throws the misfit of layers that a chip with limits of its own does not hold, before they are trained for it.
  public func checkFit() throws {
    guard let target, target.chip != nil, let network = try filledNetwork() else { return }
    _ = try ChipCatalog.map(network, to: target)
  }

  /// The share of test samples that the emulated chip classifies rightly, 0–1; nil for grids of cores, which compute
  /// what training computes by construction, and in floats.
  func emulatedAccuracy(_ document: NetworkDocument) throws -> Double? {
    guard let target, target.chip != nil else { return nil }
    let image = try LoadedImage(name: name, bytes: try Compilation(document, for: target).imageBytes)
    let runner = EmulatorRunner(try ChipCatalog.emulator(for: image), threads: options.threads)
    return try Evaluation.run(
      try dataset.testSamples(for: document), on: runner, name: "emulator", decoder: document.decoder,
      classNames: document.classNames, outputs: document.network.outputCount, progress: { _ in }
    ).accuracy
  }
}
