import FixedPoint
import ImageFormat
import Images
import Mapper
import MeshChip
import MeshMachine
import Networks
import Targets
import TestSupport
import Testing

@Suite("Spikes of mapped networks")
struct SpikeTests {
  /// The spike counts of every neuron, [ticks][neurons], that a mapping's image gives.
  private func spikes(of mapping: Mapping, _ network: Network, _ input: [UInt8], ticks: Int) throws -> [UInt8] {
    var sections = try MeshFamily().sections(for: mapping)
    for kind in [FourCharacterCode.host, .neuronMap, .provenance] {
      sections.append(ImageSection(kind: kind, isForHost: true, bytes: []))
    }
    let digest = [UInt8](repeating: 0, count: 32).withUnsafeBytes { Digest(bytes: $0) }
    let bytes = ImageContainer.bytes(
      family: .mesh, targetDigest: digest, sections: sections, major: mapping.imageMajor)
    let offsets = network.populationOffsets
    return try bytes.withUnsafeBytes { buffer in
      let image = try MeshImage(try ImageView(buffer, verifyingDigests: false))
      try image.validate()
      let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: MeshMachine.memoryNeeded(for: image), alignment: 16)
      defer { memory.deallocate() }
      var machine = try MeshMachine(image: image, memory: memory)
      machine.clear()
      var result = [UInt8](repeating: 0, count: ticks * network.neuronCount)
      for tick in 0..<ticks {
        for line in 0..<network.inputCount where input[tick * network.inputCount + line] > 0 {
          try machine.addInput(line: UInt32(line), count: input[tick * network.inputCount + line])
        }
        machine.tick { spike in
          guard let core = mapping.index(ofCore: Int(spike.core)) else { return }
          let neuron = mapping.cores[core].neurons[Int(spike.neuron)]
          result[tick * network.neuronCount + offsets[neuron.population] + neuron.index] = spike.count
        }
      }
      return result
    }
  }

  @Test("every spike of 200 random networks is the interpreter's, on boards, small cores and one large core")
  func random() throws {
    var small = TestTargets.board
    small.budgets.neuronsPerCore = 7
    small.budgets.axonsPerCore = 70
    small.topology = Topology(chipsX: 2, chipsY: 2, coresX: 8, coresY: 8)
    let targets = [TestTargets.board, TestTargets.sim, small]
    var mapped = 0
    var total = 0
    for seed in 0..<UInt64(200) {
      var options = RandomOptions.mesh
      options.weightBits = [2, 3, 4, 5, 6, 7, 8, 12]
      let random = RandomNetwork.make(seed: 40_000 + seed, options: options)
      let target = targets[Int(seed % 3)]
      guard let mapping = try? MeshFamily().map(random.network, to: target) else { continue }
      mapped += 1
      let expected = try NetworkInterpreter(random.network).run(input: random.input, ticks: random.ticks)
      let found = try spikes(of: mapping, random.network, random.input, ticks: random.ticks)
      #expect(found == Array(expected.spikes.prefix(found.count)), "seed \(seed) on \(target.name)")
      total += found.reduce(0) { $0 + Int($1) }
    }
    #expect(mapped > 110)
    #expect(total > 10_000)
  }
}
