import ChipCatalog
import Emulator
import FixedPoint
import Images
import NetworkFiles
import Networks
import NeuronCore
import ShippedTargets
import Targets
import Workflows

/// A network of three outputs with samples whose decisions are known, for the functions behind the commands.
struct WorkflowCase {
  let document: NetworkDocument
  let compilation: Compilation
  let image: LoadedImage
  let emulator: ImageEmulator
  let samples: LabelledSamples

  /// With a decoder of membranes the outputs are readouts, of which readout i mod 3 gains 5 in every tick.
  ///
  /// Sample i has input on line i mod 3 only, which makes output i mod 3 spike; `wrongLabels` of the labels are others.
  init(
    count: Int = 10, wrongLabels: Int = 0, inputs: Int = 3, decoder: Decoder = .spikeCount
  ) throws {
    var model = NeuronModel.lif(leak: .none)
    model.reset = .zero
    let weights = (0..<inputs * 3).map { Int8($0 / 3 % 3 == $0 % 3 ? 5 : 0) }
    let isReadout = decoder.reads == .membranes
    let population =
      isReadout
      ? Population.readout(name: "a", size: 3, model: model)
      : Population(name: "a", size: 3, model: model, threshold: .uniform(5))
    let network = Network(
      name: "three", inputCount: inputs,
      populations: [population],
      projections: [
        Projection(name: "in", source: .input, target: 0, connectivity: .dense(Weights(weights)), delay: 1)
      ],
      outputs: [
        OutputGroup(name: "classes", population: 0, neurons: 0..<3, shift: 1, reads: decoder.reads)
      ])
    let target = try Target.load("board")
    document = NetworkDocument(
      network: network, ticks: 4, decoder: decoder, classNames: ["a", "b", "c"],
      target: TargetReference(name: target.name, sha256: target.hash))
    compilation = try Compilation(document, for: target)
    image = try LoadedImage(name: "three.snnimg", bytes: compilation.imageBytes)
    emulator = try ChipCatalog.emulator(for: image)
    samples = LabelledSamples(
      ticks: 4, lines: inputs, labels: (0..<count).map { $0 < wrongLabels ? ($0 + 1) % 3 : $0 % 3 })
  }

  var runner: EmulatorRunner { EmulatorRunner(emulator, threads: 2) }

  /// What the emulator gives for all samples, [samples][T][outputs].
  func outputs() throws -> [[UInt8]] {
    var list: [[UInt8]] = []
    try runner.run(0..<samples.count, of: samples) { list.append($1.outputs) }
    return list
  }

  /// Writes `spikes` as an npz file and calls `body` with its path.
  func withSpikes<R>(_ spikes: NpyArray, _ body: (String) throws -> R) throws -> R {
    let path = "/tmp/snnmap-workflows-\(UInt64.random(in: 0 ... .max)).npz"
    defer { removeFile(path) }
    try AtomicFile.write(path) { file in
      var archive = NpzWriter(file)
      try archive.add("spikes", spikes)
      try archive.finish()
    }
    return try body(path)
  }
}

/// One line with input in every tick.
struct LabelledSamples: SampleProvider {
  let ticks: Int
  let lines: Int
  let labels: [Int?]

  init(ticks: Int, lines: Int, labels: [Int?]) {
    self.ticks = ticks
    self.lines = lines
    self.labels = labels
  }

  var count: Int { labels.count }
  func label(of index: Int) -> Int? { labels[index] }
  func fill(_ index: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>) throws {
    for tick in 0..<ticks { buffer[tick * lines + index % 3] = 1 }
  }
}

/// A runner that changes what another one gives.
struct AlteredRunner: SampleRunner {
  let base: EmulatorRunner
  let alter: (Int, inout SampleOutcome) -> Void

  func run(
    _ samples: Range<Int>, of provider: any SampleProvider,
    consume: (_ index: Int, _ outcome: SampleOutcome) throws -> Void
  ) throws {
    try base.run(samples, of: provider) { index, outcome in
      var outcome = outcome
      alter(index, &outcome)
      try consume(index, outcome)
    }
  }
}
