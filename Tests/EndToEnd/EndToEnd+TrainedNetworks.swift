import BoardLink
import ChipCatalog
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
  @Test("200 random feed-forward LIF networks: training's forward pass, interpreter, emulator and board agree")
  func trainedNetworks() throws {
    let board = try Target.load("board")
    let tally = try Self.inParallel(200) { try Self.checkModel(seed: UInt64($0), on: board, into: &$1) }
    print("EndToEnd, random layered networks: \(tally.text)")
    #expect(tally.failures.isEmpty, "\(tally.failures.prefix(5))")
    #expect(tally.networks == 200)
    #expect(tally.samples == 600)
    #expect(tally.boardChecksums == 600)
    #expect(tally.severalCores >= 20)
    #expect(tally.spikes >= 500_000)
  }

  private static func checkModel(seed: UInt64, on board: Target, into tally: inout Tally) throws {
    var random = RandomStream(seed: seed, stream: 0x6D_6F_64_65_6C)
    let model = random.trainedModel(board.arithmetic)
    let samples = RandomSamples(model, count: 3, &random)
    let document = NetworkDocument(network: try model.network(), ticks: model.ticks)
    let compilation = try Compilation(document, for: board)
    try compilation.mapping.checkInvariants(of: document.network)
    let image = try LoadedImage(name: "model \(seed)", bytes: compilation.imageBytes)
    let emulator = try ChipCatalog.emulator(for: image)
    let proof = try ChainProof.run(
      samples, model: model, network: document.network, emulator: emulator, threads: 1, progress: { _ in })
    if proof.mismatches > 0 { tally.failures.append("model \(seed): \(proof.firstDifference ?? "?")") }
    // Training has its own places, on its own clocks: T ticks of each neuron.
    let neurons = document.network.neuronCount
    if proof.trainingPlaces != samples.count * model.ticks * neurons {
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

/// Samples of random counts.
private struct RandomSamples: SampleProvider {
  let ticks: Int
  let lines: Int
  private let samples: [[UInt8]]

  init(_ model: TrainedModel, count: Int, _ random: inout RandomStream) {
    ticks = model.ticks
    lines = model.layers[0].inputs
    samples = (0..<count).map { [ticks, lines] _ in
      random.input(count: lines, ticks: ticks, maximum: UInt8(model.maximumInputCount))
    }
  }

  var count: Int { samples.count }
  func label(of index: Int) -> Int? { nil }
  func fill(_ index: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>) throws {
    _ = buffer.update(fromContentsOf: samples[index])
  }
}

extension RandomStream {
  /// A model as training could have made it for this arithmetic, in every leak, compare and reset it has.
  fileprivate mutating func trainedModel(_ arithmetic: Arithmetic) -> TrainedModel {
    var choice = TrainingArithmetic(arithmetic)
    choice.leak = element(of: arithmetic.leaks)
    var model = NeuronModel.lif(leak: choice.leakRule(shift: within(1...8)), membraneBits: arithmetic.membraneBits)
    model.compare = element(of: arithmetic.compares)
    model.reset = element(of: arithmetic.resets)
    // Some are larger than a core.
    let greatest = oneIn(4) ? 400 : 48
    let sizes = (0...within(1...4)).map { _ in within(1...greatest) }
    let limit = TrainingArithmetic.weightLimit(bits: within(2...8))
    let maximumInputCount = oneIn(2) ? 1 : within(1...255)
    let layers = (0..<sizes.count - 1).map { index in
      let (inputs, outputs) = (sizes[index], sizes[index + 1])
      let drive = max(limit * inputs * (index == 0 ? maximumInputCount : 1) / 8, 1)
      let threshold = Int32(within(1...min(drive, Int(choice.thresholds.upperBound))))
      return TrainedModel.Layer(
        inputs: inputs, outputs: outputs,
        weights: (0..<inputs * outputs).map { _ in Int8(within((-limit + limit / 3)...limit)) },
        biases: (0..<outputs).map { _ in oneIn(2) ? 0 : Int32(within(-Int(threshold)...Int(threshold))) },
        threshold: threshold)
    }
    return TrainedModel(
      layers: layers, model: model, ticks: within(1...20), maximumInputCount: maximumInputCount)
  }
}
