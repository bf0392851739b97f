import Datasets
import Foundation
import NetworkFiles
import Networks
import TestSupport
import Testing

@Suite struct DatasetTests {
  @Test("the shipped digits: 1,437 and 360 samples of 8×8, values to 16, ten classes")
  func digits() throws {
    let data = try Dataset.load("digits")
    #expect(data.inputShape == [8, 8])
    #expect(data.inputCount == 64)
    #expect(data.train.count == 1437)
    #expect(data.test.count == 360)
    #expect(data.fullScale == 16)
    #expect(data.ticks == nil)
    #expect(data.classNames == (0..<10).map(String.init))
    #expect(Set(data.train.labels) == Set(0..<10))
    #expect(Set(data.train.indices + data.test.indices) == Set(0..<1797))
    #expect(try data.train.withRow(0) { Array($0[..<6]) } == [0, 0, 5, 13, 9, 1])
    #expect(InputCoding.standard(for: data) == InputCoding(kind: .deterministic, maximum: 16))
    #expect(InputCoding.standard(for: data, kind: .direct).levels == 16)
    #expect(try data.resolvedTicks(requested: nil) == 16)
  }

  @Test("the embedded digits are the file of the repository")
  func embedded() throws {
    let file = try Dataset.load(Repository.path("data/digits8x8/digits.npz"))
    let digits = try Dataset.load("digits")
    #expect(file.train.labels == digits.train.labels)
    for index in 0..<digits.test.count {
      #expect(try file.test.withRow(index) { Array($0) } == digits.test.withRow(index) { Array($0) })
    }
  }

  @Test("exported samples read back as the spikes that were encoded, as counts and as packed bits")
  func export() throws {
    let folder = try TemporaryFolder()
    let data = try Dataset.load("digits")
    let encoder = SampleEncoder(coding: .standard(for: data), ticks: 10, inputCount: 64)
    for (name, layout) in [("c.npz", Dataset.SpikeLayout.counts), ("b.npz", .packedBits)] {
      var reported = 0
      try data.export(to: folder.file(name), encoder: encoder, layout: layout) { reported = $0 }
      #expect(reported == 1797)
      let read = try Dataset.load(folder.file(name))
      #expect(read.ticks == 10)
      #expect(read.train.labels == data.train.labels)
      #expect(read.test.labels == data.test.labels)
      #expect(read.classNames == data.classNames)
      let same = SampleEncoder(coding: .standard(for: read), ticks: 10, inputCount: 64)
      try same.check(read.test)
      for index in 0..<data.test.count {
        #expect(try encoded(same, index, of: read.test) == encoded(encoder, index, of: data.test))
      }
      let samples = try SpikeSamples.read(folder.file(name))
      #expect(samples.count == 1797)
      #expect(try encoded(same, 1437, of: samples.set) == encoded(encoder, 0, of: data.test))
      #expect(throws: DatasetError.ticksMismatch(data: 10, requested: 16)) { try read.resolvedTicks(requested: 16) }
      #expect(try read.resolvedTicks(requested: nil) == 10)
    }
  }

  @Test("counts above 1 are not packed into bits, and leave no file")
  func packing() throws {
    let folder = try TemporaryFolder()
    let data = try Dataset.load("digits")
    let encoder = SampleEncoder(coding: .standard(for: data, kind: .direct), ticks: 2, inputCount: 64)
    #expect(throws: DatasetError.countNotBinary(sample: 0, count: 5)) {
      try data.export(to: folder.file("a.npz"), encoder: encoder, layout: .packedBits)
    }
    #expect(folder.names.isEmpty)
  }

  @Test("a single sample of [ticks, inputs] is read")
  func single() throws {
    let folder = try TemporaryFolder()
    try Npz.write([("input", NpyArray(shape: [2, 3], [1, 0, 2, 0, 255, 0] as [UInt8]))], to: folder.file("a.npz"))
    let samples = try SpikeSamples.read(folder.file("a.npz"))
    #expect(samples.isSingle)
    #expect(samples.count == 1 && samples.ticks == 2 && samples.inputCount == 3)
    #expect(try samples.set.withRow(0) { Array($0) } == [1, 0, 2, 0, 255, 0])
  }

  @Test("without a mask the last fifth is tested on")
  func noMask() throws {
    let folder = try TemporaryFolder()
    try write(folder, images: 11, label: 11)
    let data = try Dataset.load(folder.file("a.npz"))
    #expect(data.test.indices == [9, 10])
    #expect(data.train.indices == Array(0..<9))
  }

  private func write(
    _ folder: TemporaryFolder, images: Int, label: Int, _ more: [(name: String, array: NpyArray)] = []
  ) throws {
    try Npz.write(
      [
        ("images", NpyArray(shape: [images, 2], [UInt8](repeating: 1, count: images * 2))),
        ("label", NpyArray(shape: [label], [Int64](repeating: 1, count: label))),
      ] + more, to: folder.file("a.npz"))
  }

  @Test("mistakes in an npz are named")
  func mistakes() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.npz")
    func error() -> String {
      do {
        _ = try Dataset.load(path)
        return "no error"
      } catch { return "\(error)" }
    }
    try write(folder, images: 4, label: 3)
    #expect(error() == "\(path): label has 3 entries for 4 samples; there must be one each")
    try write(folder, images: 0, label: 0)
    #expect(error() == "\(path): holds no samples")
    try write(folder, images: 4, label: 4, [("test", NpyArray(shape: [4], [Bool](repeating: false, count: 4)))])
    #expect(error().contains("no sample is marked for testing"))
    try write(folder, images: 4, label: 4, [("train", NpyArray(shape: [3], [true, true, false]))])
    #expect(error() == "\(path): train has 3 entries for 4 samples; there must be one each")
    let mask = NpyArray(shape: [4], [true, true, true, false])
    try write(folder, images: 4, label: 4, [("train", mask), ("test", mask)])
    #expect(error().contains("sample 0 is marked in both of test and train"))
    try write(folder, images: 4, label: 4, [("classes", NpyArray(shape: [1], strings: ["only"]))])
    #expect(error() == "\(path): the label of sample 0 is 1; it must be 0–0")
    try write(folder, images: 4, label: 4, [("input", NpyArray(shape: [4, 1, 2], [UInt8](repeating: 0, count: 8)))])
    #expect(error().contains("holds input and images; exactly one of them may be there"))
    try Npz.write([("images", NpyArray(shape: [1, 2], [1, 2] as [UInt8]))], to: path)
    #expect(error().contains("has no array \"label\""))
    try Npz.write([("images", NpyArray(shape: [1, 2], [1, 2] as [Float]))], to: path)
    #expect(error().contains("holds <f4; u8 is needed"))
    try Npz.write([("input", NpyArray(shape: [1, 65536, 1], [UInt8](repeating: 0, count: 65536)))], to: path)
    #expect(error().contains("has 65536 ticks; 1 to 65535 are possible"))
    try Npz.write([("sound", NpyArray(shape: [1, 2], [1, 2] as [UInt8]))], to: path)
    #expect(
      error()
        == "\(path): none of the arrays input, bits (with shape), images, series and events (t, x, y, p) is there, but sound; name the samples input (u8 counts [samples, ticks, inputs]), images (u8 values [samples, …]) or series (values [samples, ticks, channels])"
    )
    try Npz.write([("input.np\n", NpyArray(shape: [1, 2], [1, 2] as [UInt8]))], to: path)
    #expect(error().contains("is there, but input.np\\n; name the samples"))
    try write(folder, images: 4, label: 4, [("classes", NpyArray(shape: [2], strings: ["a", "b\u{1B}c"]))])
    #expect(error() == "\(path): the class name \"b\\u{1B}c\" has control characters; rename the class")
    try Npz.write(
      [
        ("bits", NpyArray(shape: [1, 2, 1], [1, 2] as [UInt8])), ("shape", NpyArray(shape: [3], [1, 2, 9] as [Int64])),
      ], to: path)
    #expect(error().contains("u8 [samples, ticks, ⌈inputs/8⌉] with shape"))
    try folder.write("a.npz", [])
    #expect(error().contains("is not an npz file"))
  }

  @Test("specifications that name nothing are refused")
  func specifications() {
    #expect(throws: DatasetError.unknownSpecification("digit")) { try Dataset.load("digit") }
    #expect(throws: DatasetError.noFolder) { try Dataset.load("mnist", dataFolder: nil) }
    #expect(throws: DatasetError.noFolder) { try Dataset.load("mnist:") }
    #expect(throws: NetworkFilesError.self) { try Dataset.load("absent.npz") }
  }

  @Test("numpy packs bits as we read them", .enabled(if: Python.hasNumpy, "python3 with numpy is not installed"))
  func packbits() throws {
    let folder = try TemporaryFolder()
    let script = """
      import numpy as np, sys
      x = (np.random.default_rng(3).random((20, 7, 13)) < 0.3).astype(np.uint8)
      label = np.arange(20) % 4
      np.savez_compressed(sys.argv[1] + '/bits.npz', bits=np.packbits(x, axis=-1), shape=np.array(x.shape), label=label)
      np.savez(sys.argv[1] + '/plain.npz', input=x, label=label, train=np.arange(20) < 16)
      """
    #expect(try Python.run(script, [folder.path]) == 0)
    let bits = try Dataset.load(folder.file("bits.npz"))
    let plain = try Dataset.load(folder.file("plain.npz"))
    #expect(bits.test.indices == plain.test.indices)
    let encoder = SampleEncoder(coding: .spikes, ticks: 7, inputCount: 13)
    for index in 0..<16 {
      #expect(try encoded(encoder, index, of: bits.train) == encoded(encoder, index, of: plain.train))
    }
    #expect(bits.train.labels == plain.train.labels)
  }

  @Test("1,000 damaged npz files give data or a typed error")
  func damaged() throws {
    let folder = try TemporaryFolder()
    try write(folder, images: 20, label: 20, [("test", NpyArray(shape: [20], (0..<20).map { $0 % 2 == 0 }))])
    let original = try folder.bytes("a.npz")
    var mutation = Mutation(seed: 5)
    var refused = 0
    for _ in 0..<1000 {
      try folder.write("a.npz", mutation.damaged(original))
      do {
        _ = try Dataset.load(folder.file("a.npz"))
      } catch is NetworkFilesError {
        refused += 1
      } catch is DatasetError {
        refused += 1
      }
    }
    #expect(refused > 500)
  }
}
