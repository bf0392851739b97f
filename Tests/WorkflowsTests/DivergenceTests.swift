import Datasets
import Foundation
import Testing
import Training
import TrainingRuns
import Workflows

/// A run whose loss runs away, as its folder shows it.
@Suite struct DivergenceTests {
  @Test("a run that diverges stops with epoch, population and a hint, and its last good checkpoint stays whole")
  func diverged() throws {
    var request = TrainingRequest(dataset: try Dataset.load("digits"), target: nil, model: .dense([24]))
    request.options.precision = .float32
    request.options.batchSize = 500
    request.options.epochs = 200
    request.options.optimiser = .sgd(momentum: 0.9, weightDecay: 10)
    request.options.learningRate = 10
    // Small at first, so that there are epochs before it runs away.
    request.options.warmUp = 0.9
    request.options.threads = 1
    let prepared = try request.prepared()
    let path = NSTemporaryDirectory() + "snnmap-diverged-\(UUID().uuidString.prefix(8))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let configuration = RunConfiguration(
      program: "test", name: "digits",
      data: RunData(
        given: "digits", coding: prepared.coding, events: EventBinning(), augmentation: .none,
        sha256: try prepared.dataDigest()), target: nil)
    let run = try RecordedTraining(prepared, configuration: configuration, path: path)
    var epoch = 0
    do {
      _ = try run.run(clock: { 0 }, progress: { _ in }, isCancelled: { false })
      Issue.record("it did not diverge")
      return
    } catch TrainingError.diverged(let stopped, let population, let what) {
      epoch = stopped
      #expect(["hidden1", "output"].contains(population) && !what.isEmpty)
      let text = TrainingError.diverged(epoch: stopped, population: population, what: what).description
      #expect(text.contains("epoch \(stopped)") && text.contains(population))
      #expect(text.contains("smaller learning rate") && !text.contains("\n"))
    }
    #expect(epoch >= 2)
    let folder = try RunFolder.open(path).folder
    let state = try #require(try folder.latestState())
    #expect(state.figures.epoch >= 1 && state.figures.epoch < epoch)
    #expect(state.figures.history.count == state.figures.epoch && RunMetrics.rows(in: folder).count == epoch - 1)
    for tensor in state.tensors {
      guard case .float32(let values) = tensor.values else { continue }
      #expect(values.allSatisfy { $0.isFinite }, "\(tensor.name)")
    }
    // The state may be trained on from, more gently.
    #expect(try state.floatModel().tensors.isEmpty == false)
    let left = try FileManager.default.subpathsOfDirectory(atPath: path)
    #expect(left.allSatisfy { !$0.hasSuffix(".tmp") } && !left.contains("net.json"))
  }
}
