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
import Workflows

extension EndToEnd {
  @Test(
    "a convolutional network of 28 × 28 inputs with folded pooling and readouts fits the board and runs the same everywhere",
    arguments: [8, 4])
  func convolution(bits: Int) throws {
    let network = Self.convolutional(bits: bits)
    let clock = ContinuousClock()
    let start = clock.now
    let target = try Target.load("board")
    let mapping = try ChipCatalog.map(network, to: target)
    let mapped = clock.now
    let document = NetworkDocument(network: network, ticks: 8, decoder: .membraneMean)
    var tally = Tally()
    var random = RandomStream(seed: 1, stream: 1)
    let check = ChainCheck(name: "convolution, \(bits) bits", document: document, target: target, mapping: mapping)
    try check.run(input: (0..<8 * 784).map { _ in random.oneIn(6) ? 1 : 0 }, into: &tally)
    let checked = clock.now
    let inputs = (0..<20).map { _ in (0..<8 * 784).map { _ in UInt8(random.oneIn(6) ? 1 : 0) } }
    let image = try LoadedImage(name: "convolution", bytes: try Compilation(document, for: target).imageBytes)
    let compiled = clock.now
    var runs: [SampleRun] = []
    try ChipCatalog.emulator(for: image).runBatch(
      samples: 0..<20, ticks: 8, lines: 784, threads: 2, fill: { _ = $1.update(fromContentsOf: inputs[$0]) },
      consume: { runs.append($1) })
    #expect(runs.count == 20 && Set(runs.map(\.checksum)).count == 20)
    print(
      "EndToEnd, convolution of \(bits) bits: mapped in \(mapped - start) to \(mapping.cores.count) cores, "
        + "checked in \(checked - mapped), 20 samples emulated in \(clock.now - compiled): \(tally.text)")
    #expect(tally.failures.isEmpty, "\(tally.failures)")
    #expect(tally.spikes > 5_000 && tally.readouts == 10 * (8 + 2))
  }

  /// 12 channels of 5 × 5, pooling of 2, 32 channels of 5 × 5, pooling of 2, ten readouts.
  private static func convolutional(bits: Int) -> Network {
    var random = RandomStream(seed: UInt64(bits), stream: 2)
    let top = 1 << (bits - 1)
    func weights(_ count: Int) -> [Int8] { (0..<count).map { _ in Int8(random.within(-(top - 1)...top - 1)) } }
    var model = NeuronModel.lif(leak: .floor(shift: 3))
    model.reset = .subtractBeforeLeak
    let maps = MapShape(channels: 12, height: 24, width: 24)
    let first = Convolution(
      input: MapShape(channels: 1, height: 28, width: 28), output: maps, kernelHeight: 5, kernelWidth: 5,
      weights: Weights(weights(12 * 25)))
    let second = Convolution(
      input: MapShape(channels: 12, height: 12, width: 12), output: MapShape(channels: 32, height: 8, width: 8),
      kernelHeight: 5, kernelWidth: 5, weights: Weights(weights(32 * 12 * 25)))
    let pooled = weights(32 * 16 * 10)
    // A dense row of a pooled map is that of all neurons of its window.
    let last = (0..<32 * 64).flatMap { source in
      let (channel, y, x) = (source / 64, source % 64 / 8, source % 8)
      let row = (channel * 16 + y / 2 * 4 + x / 2) * 10
      return pooled[row..<row + 10]
    }
    return Network(
      name: "convolutional", inputCount: 784,
      populations: [
        Population(name: "first", size: maps.count, model: model, threshold: .uniform(Int32(2 * top))),
        Population(
          name: "second", size: 32 * 64, model: model, threshold: .uniform(Int32(6 * top)), start: .uniform(1)),
        .readout(name: "readout", size: 10, model: model, start: .uniform(2)),
      ],
      projections: [
        Projection(name: "to first", source: .input, target: 0, connectivity: .convolution(first), delay: 0),
        Projection(
          name: "to second", source: .population(0), target: 1,
          connectivity: .convolution(second.foldingSumPooling(2, of: maps)), delay: 1),
        Projection(
          name: "to readout", source: .population(1), target: 2, connectivity: .dense(Weights(last)), delay: 1),
      ],
      outputs: [OutputGroup(name: "readout", population: 2, neurons: 0..<10, shift: 2, reads: .membranes)])
  }
}
