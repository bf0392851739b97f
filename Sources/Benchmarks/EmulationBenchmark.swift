import ChipCatalog
import Emulator
import FixedPoint
import ImageFormat
import Images
import Kernels

/// Times inferences on an image: one after the other, or as a batch over threads.
struct EmulationBenchmark {
  let image: LoadedImage
  let threads: Int
  let samples: Int
  let repeats: Int
  let seed: UInt64
  /// Of a hundred ticks, those in which an input line has an event.
  let inputPercent: Int
  let usesReference: Bool

  /// Prints one JSON object.
  func run() throws {
    let emulator =
      usesReference ? ImageEmulator(image: image, maker: ReferenceMachines()) : try ChipCatalog.emulator(for: image)
    let source = EmulationInput(image: image, seed: seed, percent: inputPercent)
    let inputs = (0..<samples).map { source.sample($0) }
    var checksums: [UInt32] = []
    let machine = try emulator.makeMachine()
    // Once to warm up, and for the figures of the network.
    let first = try inputs[0].withUnsafeBufferPointer {
      try emulator.run($0, ticks: image.host.ticks, on: machine, trace: .neurons)
    }
    // A chip with a format of its own says nothing of axons.
    let events = image.family == .mesh ? try FanOut(image).events(of: first, input: inputs[0]) : nil
    var walls: [Double] = []
    var processors: [Double] = []
    if threads == 1 {
      // Each sample once at least, as the hash is over all of them.
      for index in 0..<max(samples, repeats) {
        let input = inputs[index % samples]
        let start = Clock.now
        let processor = Clock.processor
        let result = try input.withUnsafeBufferPointer {
          try emulator.run($0, ticks: image.host.ticks, on: machine)
        }
        walls.append(Clock.now - start)
        processors.append(Clock.processor - processor)
        if index < samples { checksums.append(result.checksum) }
      }
    } else {
      for turn in 0..<repeats {
        let start = Clock.now
        let processor = Clock.processor
        try emulator.runBatch(
          samples: 0..<samples, ticks: image.host.ticks, lines: image.inputCount, threads: threads,
          fill: { index, buffer in _ = buffer.update(from: inputs[index]) },
          consume: { _, result in if turn == 0 { checksums.append(result.checksum) } })
        walls.append((Clock.now - start) / Double(samples))
        processors.append((Clock.processor - processor) / Double(samples))
      }
    }
    let median = walls.sorted()[walls.count / 2]
    let processor = processors.sorted()[processors.count / 2]
    let least = walls.min() ?? 0
    var hash = CRC32C()
    for checksum in checksums { hash.update(littleEndian: checksum) }
    let kernels = usesReference ? "reference" : try KernelVariant.selected().rawValue
    let activity = Activity(first, image).all.map { Self.text($0 * 100, 2) }.joined(separator: ", ")
    print(
      """
      {"network": "\(image.host.network)", "target": "\(image.provenance.target)", "machine": "\(kernels)", \
      "threads": \(threads), "ticks": \(image.host.ticks), "milliseconds": \(Self.text(median * 1e3, 4)), \
      "least_milliseconds": \(Self.text(least * 1e3, 4)), \
      "processor_milliseconds": \(Self.text(processor * 1e3, 4)), \
      "ticks_per_second": \(Int(Double(first.runTicks) / median)), \(events.map { Self.events($0, median) } ?? "")\
      "activity_percent": [\(activity)], "image_bytes": \(image.byteCount), \
      "peak_megabytes": \(Clock.memory("VmHWM") / 1024), "spike_hash": "\(String(hash.value, radix: 16))"}
      """)
  }

  private static func events(_ events: Int, _ seconds: Double) -> String {
    "\"events\": \(events), \"giga_events_per_second\": \(text(Double(events) / seconds * 1e-9, 3)), "
  }

  private static func text(_ value: Double, _ digits: Int) -> String {
    var unit = 1.0
    for _ in 0..<digits { unit *= 10 }
    return "\((value * unit).rounded() / unit)"
  }
}

/// How many synapses an event of each neuron and input line passes.
struct FanOut {
  private var neurons: [Int]
  private var lines: [Int]
  private let inputCount: Int

  init(_ image: LoadedImage) throws {
    var neurons = [Int](repeating: 0, count: image.host.neuronCount)
    var lines = [Int](repeating: 0, count: image.inputCount)
    try image.withMeshImage { mesh in
      let cores = (0..<mesh.coreCount).map { mesh.core(at: $0) }
      let synapses = cores.map { core in
        (0..<core.axonCount).map { axon in
          var count = 0
          core.forEachSynapse(of: core.axon(at: axon)) { _, weight in count += weight != 0 ? 1 : 0 }
          return count
        }
      }
      func passed(_ route: RouteRecord) -> Int {
        mesh.index(ofCore: route.core).map { synapses[$0][Int(route.axon)] } ?? 0
      }
      for (index, core) in cores.enumerated() {
        for neuron in 0..<core.neuronCount {
          neurons[image.neuronMap.networkIndex(core: index, neuron: neuron)] = core.neuron(at: neuron).routes
            .reduce(0) { $0 + passed(core.route(at: $1)) }
        }
      }
      for line in lines.indices {
        lines[line] = mesh.routes(ofInput: line).reduce(0) { $0 + passed(mesh.inputRoute(at: $1)) }
      }
    }
    self.neurons = neurons
    self.lines = lines
    inputCount = image.inputCount
  }

  /// The synaptic events of a run whose neurons were traced.
  func events(of run: SampleRun, input: [UInt8]) -> Int {
    var total = 0
    for (place, count) in run.neuronSpikes.enumerated() where count != 0 { total += neurons[place % neurons.count] }
    for (place, count) in input.enumerated() where count != 0 { total += lines[place % inputCount] }
    return total
  }
}
