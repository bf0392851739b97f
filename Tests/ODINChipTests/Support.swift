import Emulator
import FixedPoint
import ImageFormat
import Images
import Mapper
import NetworkFiles
import Networks
import NeuronCore
import ODINChip
import ShippedTargets
import Targets
import TestSupport

/// One of the two cores.
enum Core: String, CaseIterable, Sendable, CustomStringConvertible {
  case tinyODIN = "tinyodin"
  case odin

  typealias Family = ChipFamily & PayloadEncoder & MachineMaker & PayloadInspector

  var description: String { rawValue }
  var family: any Family { self == .odin ? ODINFamily() : TinyODINFamily() }
  var weights: ClosedRange<Int> { self == .odin ? -7...7 : -8...7 }
  var membranes: ClosedRange<Int> { self == .odin ? 0...255 : -2048...2047 }
  /// The spikes that the queue keeps beside the event that runs.
  var queueRoom: Int { self == .odin ? 31 : 127 }

  func target() throws -> Target { try Target.load(rawValue) }

  /// A neuron of the core.
  func model(leak: DecayRule = .none) -> NeuronModel {
    NeuronModel(
      lowerBound: .value(Int32(membranes.lowerBound)), upperBound: Int32(membranes.upperBound), leak: leak, reset: .zero
    )
  }

  func map(_ network: Network) throws -> Mapping { try family.map(network, to: try target()) }

  func imageBytes(of network: Network, ticks: Int = 8) throws -> [UInt8] {
    let target = try target()
    let document = NetworkDocument(network: network, ticks: ticks)
    return try ImageBuilder.image(
      of: document, networkDigest: NetworkFile.hash(document).hex, mapping: try map(network),
      targetDigest: target.digest, encoder: family)
  }

  func image(of network: Network, ticks: Int = 8) throws -> LoadedImage {
    try LoadedImage(name: "\(rawValue).snnimg", bytes: try imageBytes(of: network, ticks: ticks))
  }

  /// What a sample does on the emulator, everything traced.
  func run(_ image: LoadedImage, _ input: [UInt8], ticks: Int) throws -> SampleRun {
    let emulator = ImageEmulator(image: image, maker: family)
    let machine = try emulator.makeMachine()
    return try input.withUnsafeBufferPointer {
      try emulator.run($0, ticks: ticks, on: machine, trace: [.neurons, .membranes])
    }
  }
}

extension Network {
  /// Layers, each synapse's weight by its projection, source and target.
  static func layers(
    _ sizes: [Int], on core: Core, threshold: Int32 = 10, leak: DecayRule = .none,
    weight: (_ projection: Int, _ source: Int, _ target: Int) -> Int8
  ) -> Network {
    var network = TestNetworks.dense(sizes, model: core.model(leak: leak))
    for index in network.projections.indices {
      let weights = (0..<sizes[index]).flatMap { source in (0..<sizes[index + 1]).map { weight(index, source, $0) } }
      network.projections[index].connectivity = .dense(Weights(weights))
    }
    for index in network.populations.indices { network.populations[index].threshold = .uniform(threshold) }
    return network
  }
}
