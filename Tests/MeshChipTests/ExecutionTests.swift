import Emulator
import FixedPoint
import ImageFormat
import Images
import Kernels
import Mapper
import MeshChip
import MeshMachine
import NetworkFiles
import Networks
import NeuronCore
import ShippedTargets
import Targets
import TestSupport
import Testing

/// The fast execution against the scalar machine that firmware runs, tick by tick, for every variant of the kernels.
@Suite("The fast mesh machine is the reference machine")
struct ExecutionTests {
  /// Compares spikes, readouts and every neuron's whole state after each tick; two samples with a clear between.
  private func compare(
    _ network: Network, ticks: Int, input: [UInt8], on target: String, seed: Int = 0
  ) throws {
    let loaded = try Target.load(target)
    let document = NetworkDocument(network: network, ticks: ticks)
    let bytes = try ImageBuilder.image(
      of: document, networkDigest: "", mapping: try MeshFamily().map(network, to: loaded),
      targetDigest: loaded.digest, encoder: MeshFamily())
    let image = try LoadedImage(name: "seed \(seed)", bytes: bytes)
    for variant in KernelVariant.supported {
      try compare(image, KernelSet(variant), input, ticks: ticks, lines: network.inputCount, seed: seed)
    }
  }

  private func compare(
    _ image: LoadedImage, _ kernels: KernelSet, _ input: [UInt8], ticks: Int, lines: Int, seed: Int
  ) throws {
    let mesh = try image.withMeshImage { $0 }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: MeshMachine.memoryNeeded(for: mesh), alignment: 16)
    defer { memory.deallocate() }
    var reference = try MeshMachine(image: mesh, memory: memory)
    var execution = try MeshExecution(image: image, kernels: kernels)
    for sample in 0..<2 {
      reference.clear()
      execution.clear()
      // Long enough for networks to come to rest.
      for tick in 0..<ticks + 20 {
        if tick < ticks {
          let row = Array(input[tick * lines..<(tick + 1) * lines])
          for (line, count) in row.enumerated() { try reference.addInput(line: UInt32(line), count: count) }
          if sample == 0 {
            try row.withUnsafeBufferPointer { try execution.addInputs($0) }
          } else {
            for (line, count) in row.enumerated().reversed() { try execution.addInput(line: line, count: count) }
          }
        }
        var expected: [MeshSpike] = []
        reference.tick { expected.append($0) }
        execution.tick()
        var found: [MeshSpike] = []
        execution.forEachSpike {
          found.append(
            MeshSpike(
              core: $0.core, neuron: $0.neuron, count: $0.count,
              output: $0.output.map { UInt32($0) } ?? ImageLayout.noOutput))
        }
        let place: Comment = "seed \(seed), \(kernels.variant), sample \(sample), tick \(tick)"
        try #require(found == expected, place)
        var expectedReadouts: [EmulatedReadout] = []
        reference.forEachReadout {
          expectedReadouts.append(
            EmulatedReadout(core: $0.core, neuron: $0.neuron, output: Int($0.output), membrane: $0.membrane))
        }
        var readouts: [EmulatedReadout] = []
        execution.forEachReadout { readouts.append($0) }
        try #require(readouts == expectedReadouts, place)
        for core in 0..<mesh.coreCount {
          for neuron in 0..<mesh.core(at: core).neuronCount {
            let state = execution.state(core: core, neuron: neuron)
            try #require(
              state == reference.state(core: core, neuron: neuron), "\(place), core \(core), neuron \(neuron)")
          }
        }
      }
    }
  }

  @Test("on random networks of all options, on a board", arguments: 0..<60)
  func board(_ seed: Int) throws {
    let random = RandomNetwork.make(seed: UInt64(seed), options: .mesh)
    try compare(random.network, ticks: random.ticks, input: random.input, on: "board", seed: seed)
  }

  @Test("on random networks of all options, as one core", arguments: 1000..<1060)
  func sim(_ seed: Int) throws {
    var options = RandomOptions.mesh
    // Membranes and constants whose sums pass 32 bits, in 64-bit accumulators.
    if seed % 2 == 0 {
      options.membraneBits = [16, 24, 32]
      options.constantBits = 32
    }
    options.readoutsOneIn = 3
    let random = RandomNetwork.make(seed: UInt64(seed), options: options)
    try compare(random.network, ticks: random.ticks, input: random.input, on: "sim", seed: seed)
  }

  /// One layer of `size` neurons behind `lines` inputs with weights of `bits`, and a layer behind it.
  private func layers(
    lines: Int, size: Int, bits: Int, model: NeuronModel, threshold: Int32, extreme: Bool, seed: UInt64
  ) -> Network {
    var stream = RandomStream(seed: seed, stream: 5)
    let greatest = bits == 2 ? 1 : (1 << (bits - 1)) - 1
    func weights(_ count: Int) -> Weights {
      Weights(
        (0..<count).map { _ in
          if extreme { return Int8(bits == 2 ? -1 : -greatest - 1) }
          return Int8(stream.within(-greatest...greatest))
        })
    }
    return Network(
      inputCount: lines,
      populations: [
        Population(name: "a", size: size, model: model, threshold: .uniform(threshold)),
        Population(name: "b", size: 10, model: model, threshold: .uniform(threshold)),
      ],
      projections: [
        Projection(name: "in", source: .input, target: 0, connectivity: .dense(weights(lines * size)), delay: 0),
        Projection(
          name: "ab", source: .population(0), target: 1, connectivity: .dense(weights(size * 10)), delay: 1),
      ], outputs: [OutputGroup(name: "out", population: 1, neurons: 0..<10, shift: 0)])
  }

  @Test(
    "with rows wider than a kernel's tiles and more of them than 16 bits can sum, in every width of weights",
    arguments: [2, 4, 8], [1, 33, 145, 512, 1216])
  func wideRows(bits: Int, size: Int) throws {
    let network = layers(
      lines: 600, size: size, bits: bits, model: .lif(leak: .floor(shift: 3)), threshold: 900, extreme: false,
      seed: UInt64(bits * 1000 + size))
    var stream = RandomStream(seed: 9, stream: UInt64(size))
    for greatest in [1, 255] {
      let input = (0..<600 * 4).map { _ in UInt8(stream.oneIn(5) ? 0 : stream.within(1...greatest)) }
      try compare(network, ticks: 4, input: input, on: "sim")
    }
  }

  @Test("when every line spikes with the greatest count over the least weight, down to the floor of the membrane")
  func saturation() throws {
    var model = NeuronModel.lif(leak: .none)
    model.upperBound = 32767
    for count in [1, 255] as [UInt8] {
      let network = layers(
        lines: 600, size: 65, bits: 8, model: model, threshold: 32767, extreme: true, seed: 1)
      try compare(network, ticks: 3, input: [UInt8](repeating: count, count: 1800), on: "sim")
    }
  }

  @Test("with every leak, reset, comparison, cap, floor and refractory time", arguments: 0..<7)
  func neurons(_ leak: Int) throws {
    let rules: [DecayRule] = [
      .none, .floor(shift: 3), .towardZero(shift: 2), .atLeastOne(shift: 4), .atLeastOneFloor(shift: 5),
      .multiply(shift: 3), .linear(amount: 7),
    ]
    var stream = RandomStream(seed: 21, stream: UInt64(leak))
    let input = (0..<40 * 12).map { _ in UInt8(stream.oneIn(3) ? stream.within(1...3) : 0) }
    for reset in Reset.allCases {
      for compare in Comparison.allCases {
        for (cap, rest) in [(1, 0), (1, 2), (3, 0), (255, 1)] {
          let model = NeuronModel(
            lowerBound: rest == 2 ? .minusThreshold : .value(-300), upperBound: 900, leak: rules[leak],
            compare: compare, reset: reset, spikeCap: UInt8(cap), refractoryTicks: UInt16(rest))
          let network = layers(
            lines: 40, size: 81, bits: 4, model: model, threshold: 11, extreme: false, seed: UInt64(leak))
          try self.compare(network, ticks: 12, input: input, on: "sim")
        }
      }
    }
  }
}
