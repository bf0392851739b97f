import ChipCatalog
import Emulator
import FixedPoint
import Images
import Mapper
import MeshChip
import Networks
import ShippedTargets
import Targets

/// The image of a benchmark's network, by the mapper.
struct EmulatedImage {
  let bytes: [UInt8]
  let threshold: Int32

  /// Maps a network, with the threshold at which its hidden layer is as active as asked.
  init(_ network: EmulatedNetwork, seed: UInt64, target: String) throws {
    guard let activity = network.hiddenActivity else {
      threshold = EmulatedNetwork.standardThreshold
      bytes = try Self.bytes(network, seed: seed, threshold: threshold, target: target)
      return
    }
    // The higher the threshold, the fewer spikes.
    var low = EmulatedNetwork.thresholds.lowerBound
    var high = EmulatedNetwork.thresholds.upperBound
    while high - low > 1 {
      let middle = (low + high) / 2
      let image = try LoadedImage(
        name: network.rawValue, bytes: try Self.bytes(network, seed: seed, threshold: middle, target: target))
      if try Self.hiddenActivity(image, seed: seed) > activity { low = middle } else { high = middle }
    }
    threshold = high
    bytes = try Self.bytes(network, seed: seed, threshold: threshold, target: target)
  }

  private static func bytes(
    _ network: EmulatedNetwork, seed: UInt64, threshold: Int32, target name: String
  ) throws -> [UInt8] {
    let target = try Target.load(name)
    let made = network.network(seed: seed, threshold: threshold)
    let family = try ChipCatalog.family(of: target)
    let mapping = try family.map(made, to: target)
    return try ImageBuilder.image(
      of: NetworkDocument(network: made, ticks: network.ticks), networkDigest: "", mapping: mapping,
      targetDigest: target.digest, encoder: family)
  }

  /// Spikes of the first population for each neuron and tick, over a few samples.
  private static func hiddenActivity(_ image: LoadedImage, seed: UInt64) throws -> Double {
    let emulator = ImageEmulator(image: image, maker: MeshFamily())
    let machine = try emulator.makeMachine()
    var activity = 0.0
    for sample in 0..<4 {
      let input = EmulationInput(image: image, seed: seed, percent: 10).sample(sample)
      let run = try input.withUnsafeBufferPointer {
        try emulator.run($0, ticks: image.host.ticks, on: machine, trace: .neurons)
      }
      activity += Activity(run, image)[0] / 4
    }
    return activity
  }
}

/// Random input by seed: a line has an event in so many of a hundred ticks.
struct EmulationInput {
  let image: LoadedImage
  let seed: UInt64
  let percent: Int

  /// [ticks][lines].
  func sample(_ index: Int) -> [UInt8] {
    var stream = RandomStream(seed: seed, stream: 1 << 32 | UInt64(index))
    return (0..<image.host.ticks * image.inputCount).map { _ in stream.next() % 100 < percent ? 1 : 0 }
  }
}

/// Spikes a neuron and tick of each population.
struct Activity {
  private let values: [Double]

  init(_ run: SampleRun, _ image: LoadedImage) {
    let neurons = image.host.neuronCount
    var first = 0
    values = image.host.populations.map { population in
      var spikes = 0
      for tick in 0..<run.runTicks {
        for neuron in first..<first + population.size { spikes += Int(run.neuronSpikes[tick * neurons + neuron]) }
      }
      first += population.size
      return Double(spikes) / Double(run.runTicks * population.size)
    }
  }

  subscript(population: Int) -> Double { values[population] }
  var all: [Double] { values }
}
