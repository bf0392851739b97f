import ChipCatalog
import Emulator
import FixedPoint
import Images
import Mapper
import NetworkFiles
import Networks
import NeuronCore
import ShippedTargets
import Targets
import TestSupport
import Testing

/// The run loop: traces, alignment, batches and refusals.
@Suite struct EmulatorTests {
  /// A random network with samples for its emulator.
  struct Case {
    let network: Network
    let ticks: Int
    let samples: [[UInt8]]
    let emulator: ImageEmulator

    init(seed: UInt64, samples count: Int = 1, on name: String = "board") throws {
      let random = RandomNetwork.make(seed: seed, options: .mesh)
      network = random.network
      ticks = random.ticks
      var stream = RandomStream(seed: seed, stream: 77)
      samples =
        [random.input]
        + (1..<max(count, 1)).map { [network, ticks] _ in
          stream.input(count: network.inputCount, ticks: ticks, maximum: 255)
        }
      let target = try Target.load(name)
      let document = NetworkDocument(network: network, ticks: ticks)
      let bytes = try ImageBuilder.image(
        of: document, networkDigest: NetworkFile.hash(document).hex,
        mapping: try ChipCatalog.map(network, to: target), targetDigest: target.digest,
        encoder: try ChipCatalog.family(of: target))
      emulator = try ChipCatalog.emulator(for: try LoadedImage(name: "seed \(seed)", bytes: bytes))
    }

    func run(_ sample: Int = 0, ticks: Int? = nil, trace: TraceOptions = []) throws -> SampleRun {
      let machine = try emulator.makeMachine()
      return try samples[sample].withUnsafeBufferPointer {
        try emulator.run($0, ticks: ticks ?? self.ticks, on: machine, trace: trace)
      }
    }
  }

  @Test("traces are the interpreter's spikes and membranes, in the network's order", arguments: 0..<40)
  func traces(_ seed: Int) throws {
    let item = try Case(seed: UInt64(seed), on: seed % 2 == 0 ? "board" : "sim")
    let run = try item.run(trace: [.neurons, .membranes])
    let trace = try NetworkInterpreter(item.network).run(
      input: item.samples[0], ticks: item.ticks, recording: .membranes)
    #expect(run.ticks == item.ticks && run.runTicks == item.ticks + item.network.depth)
    #expect(run.neuronSpikes == trace.spikes)
    #expect(run.membranes == trace.membranes)
    #expect(run.totalSpikes == trace.spikes.reduce(0) { $0 + Int($1) })
    // Without a trace the rest is the same.
    let plain = try item.run()
    #expect(plain.neuronSpikes.isEmpty && plain.membranes.isEmpty)
    #expect(plain.rawSpikes == run.rawSpikes && plain.checksum == run.checksum && plain.totalSpikes == run.totalSpikes)
  }

  @Test("raw outputs stand in the ticks in which they left, aligned ones on their own clocks", arguments: 0..<40)
  func alignment(_ seed: Int) throws {
    let item = try Case(seed: UInt64(seed))
    let run = try item.run()
    let trace = try NetworkInterpreter(item.network).run(input: item.samples[0], ticks: item.ticks)
    let outputs = item.network.outputNeurons
    for tick in 0..<run.runTicks {
      for (index, output) in outputs.enumerated() {
        #expect(run.rawSpikes[tick * outputs.count + index] == trace[tick: tick, neuron: output.neuron])
      }
    }
    let host = item.emulator.image.host
    let aligned = host.aligned(run.rawSpikes, ticks: item.ticks)
    #expect(aligned == trace.alignedOutputs(of: item.network, ticks: item.ticks))
    #expect(host.totals(ofAligned: aligned) == trace.outputCounts(of: item.network, ticks: item.ticks))
  }

  @Test("a batch gives the same results over 1, 2 and 3 threads, in the order of samples")
  func batches() throws {
    for seed in [2, 3] {
      let item = try Case(seed: UInt64(seed), samples: 61)
      let single = try (0..<61).map { try item.run($0, trace: [.neurons, .membranes]) }
      #expect(Set(single.map(\.checksum)).count > 1)
      for threads in [1, 2, 3, 100] {
        var order: [Int] = []
        var runs: [SampleRun] = []
        let samples = item.samples
        try item.emulator.runBatch(
          samples: 3..<61, ticks: item.ticks, lines: item.network.inputCount, threads: threads,
          trace: [.neurons, .membranes],
          fill: { index, buffer in
            #expect(buffer.allSatisfy { $0 == 0 })
            _ = buffer.update(fromContentsOf: samples[index])
          },
          consume: { index, run in
            order.append(index)
            runs.append(run)
          })
        #expect(order == Array(3..<61))
        #expect(runs == Array(single[3...]), "\(threads) threads")
      }
    }
  }

  @Test("what fill or consume throws ends a batch with that error")
  func failingBatch() throws {
    struct Stop: Error, Equatable { let at: Int }
    let item = try Case(seed: 1)
    func batch(fillFails: Int, consumeFails: Int) throws -> [Int] {
      var done: [Int] = []
      try item.emulator.runBatch(
        samples: 0..<40, ticks: item.ticks, lines: item.network.inputCount, threads: 2,
        fill: { index, _ in if index == fillFails { throw Stop(at: index) } },
        consume: { index, _ in
          if index == consumeFails { throw Stop(at: index) }
          done.append(index)
        })
      return done
    }
    #expect(throws: Stop(at: 17)) { try batch(fillFails: 17, consumeFails: -1) }
    #expect(throws: Stop(at: 20)) { try batch(fillFails: -1, consumeFails: 20) }
    #expect(try batch(fillFails: -1, consumeFails: -1) == Array(0..<40))
  }

  @Test("another width, no ticks and too many are refused in one line")
  func refusals() throws {
    let item = try Case(seed: 1)
    let lines = item.network.inputCount
    #expect(throws: EmulatorError.inputWidth(given: lines + 1, expected: lines)) {
      try item.emulator.runBatch(
        samples: 0..<1, ticks: 1, lines: lines + 1, threads: 1, fill: { _, _ in }, consume: { _, _ in })
    }
    let machine = try item.emulator.makeMachine()
    let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    #expect(throws: EmulatorError.tooManyTicks(given: 0, limit: 65535)) {
      try item.emulator.run(empty, ticks: 0, on: machine)
    }
    #expect(throws: EmulatorError.tooManyTicks(given: 65536, limit: 65535)) {
      try item.emulator.run(empty, ticks: 65536, on: machine)
    }
    let wide = [UInt8](repeating: 1, count: lines + 1)
    #expect(throws: EmulatorError.inputWidth(given: lines + 1, expected: lines)) {
      try wide.withUnsafeBufferPointer { _ = try item.emulator.run($0, ticks: 1, on: machine) }
    }
    machine.clear()
    try machine.addInput(line: 0, count: 1)
    #expect(throws: EmulatorError.duplicateInput(line: 0, tick: 0)) { try machine.addInput(line: 0, count: 2) }
    let errors: [EmulatorError] = [
      .inputWidth(given: 1, expected: 2), .lineOutOfRange(line: 1, lines: 1), .duplicateInput(line: 1, tick: 2),
      .tooManyTicks(given: 1, limit: 2), .tooLarge(values: 2, limit: 1),
    ]
    #expect(errors.allSatisfy { !"\($0)".isEmpty && !"\($0)".contains("\n") })
  }
}
