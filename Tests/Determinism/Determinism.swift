import ChipCatalog
import Datasets
import Emulator
import FixedPoint
import Glibc
import Images
import Kernels
import Mapper
import NetworkFiles
import Networks
import NeuronCore
import ShippedTargets
import Targets
import TestSupport
import Testing
import Training
import Workflows

/// The same input gives the same bytes.
@Suite struct Determinism {
  private func document(seed: UInt64) -> NetworkDocument {
    let random = RandomNetwork.make(seed: seed, options: .mesh)
    return NetworkDocument(network: random.network, ticks: random.ticks)
  }

  /// Calls `body` with a folder that is gone afterwards.
  private func withFolder<R>(_ body: (String) throws -> R) throws -> R {
    var template = Array("/tmp/snnmap-determinism-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      for name in ["net.json", "net.safetensors", "1.npz", "2.npz", "3.npz"] { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    return try body(folder)
  }

  @Test("ten compilations of a network give one image", arguments: ["board", "board-rack", "sim"])
  func compilation(_ name: String) throws {
    let target = try Target.load(name)
    for seed in 0..<5 {
      let images = try (0..<10).map { _ in try Compilation(document(seed: UInt64(seed)), for: target).imageBytes }
      #expect(Set(images).count == 1, "seed \(seed)")
    }
  }

  @Test("a network that has been written and read back gives the same image")
  func roundTrip() throws {
    let target = try Target.load("board")
    for seed in 0..<20 {
      let document = document(seed: UInt64(seed))
      let image = try Compilation(document, for: target).imageBytes
      for inlineLimit in [0, 1 << 20] {
        let read = try withFolder { folder in
          try NetworkFile.write(document, to: folder + "/net.json", inlineLimit: inlineLimit)
          return try NetworkFile.read(folder + "/net.json")
        }
        #expect(NetworkFile.hash(read) == NetworkFile.hash(document))
        #expect(try Compilation(read, for: target).imageBytes == image, "seed \(seed), inline up to \(inlineLimit)")
      }
    }
  }

  @Test("the order of keys, the white space and the comments of a target file have no part in the image")
  func targetFormat() throws {
    let document = document(seed: 3)
    for name in ["board", "sim"] {
      let original = try #require(ShippedTarget.yamlText(name))
      let target = try TargetReader().read(original, file: "a.yaml")
      let image = try Compilation(document, for: target).imageBytes
      for text in [target.yamlText, shuffled(original), "# a remark\n\n" + original + "\n# the end\n"] {
        let read = try TargetReader().read(text, file: "b.yaml")
        #expect(read.hash == target.hash)
        #expect(try Compilation(document, for: read).imageBytes == image, "\(name)")
      }
      // Another value is another target.
      var other = target
      other.arithmetic.maximumSpikeCap -= 1
      #expect(try Compilation(document, for: other).imageBytes != image)
    }
  }

  /// The sections of a target file in reverse order, and the keys of each too.
  private func shuffled(_ text: String) -> String {
    var sections: [[String]] = [[]]
    for line in text.split(separator: "\n").map(String.init) where !line.hasPrefix("#") && !line.hasPrefix("  #") {
      if line.hasSuffix(":") { sections.append([line]) } else { sections[sections.count - 1].append(line) }
    }
    let top = sections[0].reversed().joined(separator: "\n")
    let rest = sections[1...].reversed().map { section in
      ([section[0]] + section[1...].reversed()).joined(separator: "\n")
    }
    return ([top] + rest).joined(separator: "\n\n") + "\n"
  }

  @Test("training gives the same image at 1, 2 and 3 threads and with every kernel variant of this processor")
  func training() throws {
    let dataset = try Dataset.load("digits")
    let board = try Target.load("board")
    let coding = InputCoding.standard(for: dataset)
    var images: [[UInt8]] = []
    for threads in 1...3 {
      for variant in KernelVariant.supported {
        var options = TrainingOptions.standard(samples: 300)
        options.epochs = 1
        options.threads = threads
        let train = try EncodedSamples(
          dataset.train.selecting(Array(0..<300)), coding: coding, ticks: options.ticks, classCount: 10)
        let model = try Trainer.train(
          .dense([33]), on: train, options: options, arithmetic: TrainingArithmetic(board.arithmetic), kernels: variant
        ).model
        let document = NetworkDocument(
          network: try #require(model).network(name: "digits"), ticks: options.ticks, coding: coding)
        images.append(try Compilation(document, for: board).imageBytes)
      }
    }
    #expect(images.count == 3 * KernelVariant.supported.count)
    #expect(Set(images).count == 1)
  }

  @Test("emulation writes the same file over 1, 2 and 3 threads")
  func emulation() throws {
    let dataset = try Dataset.load("digits")
    let coding = InputCoding.standard(for: dataset)
    var random = RandomStream(seed: 5, stream: 5)
    let weights = (0..<64 * 50).map { _ in Int8(random.within(-60...127)) }
    let network = Network(
      inputCount: 64,
      populations: [Population(name: "a", size: 50, model: .lif(leak: .floor(shift: 3)), threshold: .uniform(900))],
      projections: [
        Projection(name: "in", source: .input, target: 0, connectivity: .dense(Weights(weights)), delay: 0)
      ], outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<50, shift: 2)])
    let compilation = try Compilation(
      NetworkDocument(network: network, ticks: 12, coding: coding), for: try Target.load("board"))
    let image = try LoadedImage(name: "x", bytes: compilation.imageBytes)
    let emulator = try ChipCatalog.emulator(for: image)
    let samples = try dataset.testSamples(for: image.host, lines: 64)
    try withFolder { folder in
      var files: [[UInt8]] = []
      for threads in 1...3 {
        for isTraced in [false, true] {
          let path = "\(folder)/\(threads).npz"
          let recording = EmulationRecording(emulator: emulator, samples: samples, isRaw: false, threads: threads)
          var spikes = 0
          try AtomicFile.write(path) {
            spikes = try recording.write(to: $0, tracingMembranes: isTraced, progress: { _ in })
          }
          #expect(spikes > 10_000)
          files.append(try MappedFile(path).withBytes { Array($0) })
        }
      }
      #expect(files[0] == files[2] && files[2] == files[4])
      #expect(files[1] == files[3] && files[3] == files[5])
      #expect(files[1].count > files[0].count)
    }
  }
}
