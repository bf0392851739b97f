import BoardLink
import ChipCatalog
import Datasets
import Emulator
import FixedPoint
import Images
import Mapper
import Networks
import NeuronCore
import ShippedTargets
import Targets
import TestSupport
import Testing
import Training
import Workflows

extension EndToEnd {
  @Test("150 random models, trained for a step: training's forward pass, interpreter, emulator and board agree")
  func trainedNetworks() throws {
    let board = try Target.load("board")
    let tally = try Self.inParallel(150) { try Self.checkModel(seed: UInt64($0), on: board, into: &$1) }
    print("EndToEnd, random trained models: \(tally.text)")
    #expect(tally.failures.isEmpty, "\(tally.failures.prefix(5))")
    #expect(tally.networks == 150)
    #expect(tally.samples == 450)
    #expect(tally.boardChecksums == 450)
    #expect(tally.severalCores >= 5)
    #expect(tally.spikes >= 20_000)
  }

  private static func checkModel(seed: UInt64, on board: Target, into tally: inout Tally) throws {
    var random = RandomStream(seed: seed, stream: 0x6D_6F_64_65_6C)
    let ticks = random.within(1...16)
    let shape =
      random.oneIn(3)
      ? [random.within(1...3), random.within(6...10), random.within(6...10)] : [random.within(1...60)]
    let samples = RandomSamples(shape: shape, ticks: ticks, &random)
    let description = random.description(isMap: shape.count == 3)
    var options = TrainingOptions()
    options.ticks = ticks
    options.epochs = 1
    options.threads = 1
    options.seed = seed
    options.weightBits = random.within(2...8)
    options.batchSize = 4
    if case .population(let last)? = description.layers.last, last.neurons.role == .readout {
      options.loss = .membraneCrossEntropy(over: random.element(of: [.maximum, .mean]), scale: 1)
    }
    let result = try Trainer.train(
      description, on: samples, options: options, arithmetic: TrainingArithmetic(board.arithmetic))
    let model = try #require(result.model)
    let document = NetworkDocument(network: try model.network(), ticks: ticks, decoder: model.decoder)
    let compilation = try Compilation(document, for: board)
    try compilation.mapping.checkInvariants(of: document.network)
    let image = try LoadedImage(name: "model \(seed)", bytes: compilation.imageBytes)
    let emulator = try ChipCatalog.emulator(for: image)
    let proof = try ChainProof.run(
      samples, model: model, network: document.network, emulator: emulator, threads: 1, progress: { _ in })
    if proof.mismatches > 0 { tally.failures.append("model \(seed): \(proof.firstDifference ?? "?")") }
    // Training has its own places, on its own clocks: T ticks of each neuron, and of each readout.
    let places = document.network.neuronCount + document.network.readoutCount
    if proof.trainingPlaces != samples.count * ticks * places {
      tally.failures.append("model \(seed): \(proof.trainingPlaces) places of training compared")
    }
    let link = MemoryBoard(
      target: board.digest, slotBytes: (compilation.imageBytes.count + 4095) / 4096 * 4096,
      inputs: document.network.inputCount, outputs: document.network.outputCount)
    let session = try BoardSession(over: link)
    defer { session.close() }
    try compilation.imageBytes.withUnsafeBytes { _ = try session.flash($0) }
    let comparison = try RunComparison.run(
      samples, expected: EmulatorRunner(emulator, threads: 1), actual: try DeviceRunner(session, image: image),
      outputs: image.host.outputCount, readouts: image.host.readoutCount
    ) { _, outcome in
      tally.spikes += outcome.totalSpikes
      tally.boardPlaces += outcome.outputs.count
      tally.boardChecksums += outcome.checksum == nil ? 0 : 1
    }
    if let difference = comparison.firstDifference { tally.failures.append("model \(seed): board: \(difference)") }
    tally.networks += 1
    tally.samples += proof.samples
    tally.places += proof.emulatorPlaces
    tally.cores += compilation.mapping.cores.count
    tally.severalCores += compilation.mapping.cores.count > 1 ? 1 : 0
    tally.onShipped["board", default: 0] += 1
  }
}

/// Samples of random counts, to train on and to run.
private struct RandomSamples: SampleProvider, SampleSource {
  let inputShape: [Int]
  let ticks: Int
  let classCount = 5
  let maximumCount: Int
  private let samples: [[UInt8]]

  init(shape: [Int], ticks: Int, _ random: inout RandomStream) {
    inputShape = shape
    self.ticks = ticks
    let greatest = random.oneIn(2) ? 1 : random.within(1...12)
    maximumCount = greatest
    let lines = shape.reduce(1, *)
    samples = (0..<3).map { _ in random.input(count: lines, ticks: ticks, maximum: UInt8(greatest)) }
  }

  var lines: Int { inputShape.reduce(1, *) }
  var inputCount: Int { lines }
  var count: Int { samples.count }
  func label(of index: Int) -> Int? { nil }
  func label(_ index: Int) -> Int { index }
  func fill(_ index: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>) throws {
    _ = buffer.update(fromContentsOf: samples[index])
  }
  func encode(
    _ index: Int, draw: UInt64, ticks: Int, into counts: UnsafeMutableBufferPointer<UInt8>
  ) throws(DatasetError) {
    _ = counts.update(fromContentsOf: samples[index])
  }
}

extension RandomStream {
  /// Layers in every option that the reference board has.
  fileprivate mutating func description(isMap: Bool) -> ModelDescription {
    var layers: [LayerDescription] = []
    if isMap {
      let isPooled = oneIn(4)
      if isPooled { layers.append(.pooling(PoolingDescription(kind: element(of: [.sum, .average]), size: 2))) }
      for _ in 0..<within(1...2) {
        let kernel = within(1...2)
        layers.append(
          .population(
            PopulationDescription(
              connection: .convolution(channels: within(1...6), kernel: kernel, stride: 1, padding: 0),
              neurons: neurons(), delay: within(0...2))))
      }
      // Maps pooled before may have become too small.
      if !isPooled && oneIn(2) {
        layers.append(.pooling(PoolingDescription(kind: element(of: [.sum, .average]), size: 2)))
      }
      if oneIn(2) { layers.append(.flatten) }
    }
    for _ in 0..<within(0...2) {
      layers.append(
        .population(
          PopulationDescription(
            connection: .dense(neurons: within(1...(oneIn(6) ? 300 : 40))), neurons: neurons(), delay: within(0...2),
            recurrentDelay: oneIn(2) ? within(1...3) : nil, weightBits: oneIn(3) ? within(2...8) : nil)))
    }
    var last = neurons()
    if oneIn(3) { (last.role, last.refractoryTicks, last.spikeCap, last.trainsThreshold) = (.readout, 0, 1, false) }
    layers.append(.population(PopulationDescription(connection: .dense(neurons: nil), neurons: last)))
    return ModelDescription(layers: layers)
  }

  private mutating func neurons() -> NeuronDescription {
    NeuronDescription(
      leak: oneIn(5) ? nil : .init(shift: within(1...6), isTrained: oneIn(3)),
      currentLeak: oneIn(4) ? .init(shift: within(1...4), isTrained: oneIn(2)) : nil, trainsThreshold: oneIn(3),
      reset: oneIn(2) ? nil : element(of: [.zero, .subtractBeforeLeak, .subtractAfterLeak]),
      refractoryTicks: oneIn(4) ? within(1...4) : 0, spikeCap: oneIn(4) ? within(2...6) : 1, hasBias: oneIn(3))
  }
}
