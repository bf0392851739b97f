import Emulator
import FixedPoint
import ImageFormat
import Images
import Networks
import Testing

/// The checksum over all spikes, and comparisons.
@Suite struct ProofTests {
  /// The Castagnoli CRC bit by bit.
  private func naiveCRC(_ bytes: [UInt8]) -> UInt32 {
    var register = UInt32.max
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0x82F6_3B78 : register >> 1 }
    }
    return ~register
  }

  @Test(
    "the checksum is the CRC32C over all spikes of a tick and then its readouts, sorted by tick, core and neuron",
    arguments: 0..<30)
  func checksum(_ seed: Int) throws {
    let item = try EmulatorTests.Case(seed: UInt64(seed), on: seed % 3 == 0 ? "sim" : "board")
    let run = try item.run(trace: .neurons)
    // The list from the neurons' trace and the map of neurons, without the order in which spikes came.
    let image = item.emulator.image
    let neurons = image.host.neuronCount
    var list: [[UInt8]] = []
    var spikes = 0
    let readouts = item.network.readoutNeurons.map(\.neuron)
    let numbers = try image.withMeshImage { mesh in (0..<mesh.coreCount).map { mesh.coreNumber(at: $0) } }
    for tick in 0..<run.runTicks {
      for (core, number) in numbers.enumerated() {
        for neuron in 0..<image.neuronMap.coreStarts[core + 1] - image.neuronMap.coreStarts[core] {
          let count = run.neuronSpikes[tick * neurons + image.neuronMap.networkIndex(core: core, neuron: neuron)]
          if count == 0 { continue }
          list.append(place(tick, number, neuron) + [count])
          spikes += Int(count)
        }
      }
      for (core, number) in numbers.enumerated() {
        for neuron in 0..<image.neuronMap.coreStarts[core + 1] - image.neuronMap.coreStarts[core] {
          let index = image.neuronMap.networkIndex(core: core, neuron: neuron)
          guard let readout = readouts.firstIndex(of: index) else { continue }
          list.append(place(tick, number, neuron) + bytes(Int(run.rawReadouts[tick * readouts.count + readout]), 4))
        }
      }
    }
    #expect(naiveCRC(list.flatMap { $0 }) == run.checksum)
    #expect(spikes == run.totalSpikes)
  }

  private func place(_ tick: Int, _ core: UInt16, _ neuron: Int) -> [UInt8] {
    bytes(tick, 4) + bytes(Int(core), 2) + bytes(neuron, 4)
  }

  private func bytes(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  @Test("no spikes have the checksum of no bytes, and the order of spikes matters")
  func proof() {
    #expect(SpikeProof().checksum == 0 && SpikeProof().spikes == 0)
    let spikes = [1, 2].map { EmulatedSpike(core: 0, neuron: $0, count: 3, output: nil, networkIndex: 0) }
    var forward = SpikeProof()
    var backward = SpikeProof()
    for spike in spikes { forward.add(spike, tick: 5) }
    for spike in spikes.reversed() { backward.add(spike, tick: 5) }
    #expect(forward.spikes == 6 && forward.checksum != backward.checksum)
  }

  @Test("a comparison counts every difference and names the first: sample, tick, neuron, both counts")
  func comparison() {
    var comparison = SpikeComparison()
    comparison.compare(sample: 4, expected: [0, 1, 2, 3] as [UInt8], actual: [0, 1, 2, 3] as [UInt8], width: 2)
    #expect(comparison.mismatches == 0 && comparison.first == nil && comparison.samples == 1)
    comparison.compare(
      sample: 7, expected: [0, 1, 2, 3, 9, 9] as [UInt8], actual: [0, 1, 2, 5, 9, 8] as [UInt8], width: 2)
    let first = SpikeDifference(sample: 7, tick: 1, neuron: 1, expected: 3, actual: 5)
    #expect(comparison.mismatches == 2 && comparison.samples == 2 && comparison.first == first)
    #expect("\(first)" == "sample 7, tick 1, neuron 1: expected 3, got 5")
    // A later difference does not replace the first.
    comparison.compare(sample: 8, expected: [1] as [UInt8], actual: [2] as [UInt8], width: 1)
    #expect(comparison.first == first && comparison.mismatches == 3)
  }

  @Test("where lengths differ, each missing or surplus place is a mismatch")
  func lengths() {
    var missing = SpikeComparison()
    missing.compare(sample: 0, expected: [1, 2, 3] as [UInt8], actual: [1] as [UInt8], width: 1)
    #expect(missing.mismatches == 2)
    #expect(missing.first == SpikeDifference(sample: 0, tick: 1, neuron: 0, expected: 2, actual: 0))
    var surplus = SpikeComparison()
    surplus.compare(sample: 0, expected: [] as [UInt8], actual: [0, 0] as [UInt8], width: 2)
    #expect(surplus.mismatches == 2)
  }
}
