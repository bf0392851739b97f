import Datasets
import Foundation
import NetworkFiles
import Networks
import TestSupport
import Testing

@Suite struct IdxTests {
  private func idx(_ shape: [Int], _ data: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(shape.count)]
      + shape.flatMap { extent in (0..<4).map { UInt8(truncatingIfNeeded: extent >> (24 - 8 * $0)) } } + data
  }

  /// Three training and two test images of 2×2.
  private func write(_ folder: TemporaryFolder) throws {
    try folder.write("train-images-idx3-ubyte", idx([3, 2, 2], (0..<12).map { UInt8($0 * 20) }))
    try folder.write("train-labels-idx1-ubyte", idx([3], [1, 2, 9]))
    try folder.write("t10k-images-idx3-ubyte", idx([2, 2, 2], [9, 8, 7, 6, 5, 4, 3, 255]))
    try folder.write("t10k-labels-idx1-ubyte", idx([2], [0, 3]))
  }

  private func load(_ folder: TemporaryFolder) throws -> Dataset { try Dataset.load("mnist:" + folder.path) }

  private func error(_ folder: TemporaryFolder) -> String {
    do {
      _ = try load(folder)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test("the four files are read")
  func sound() throws {
    let folder = try TemporaryFolder()
    try write(folder)
    let data = try load(folder)
    #expect(data.inputShape == [2, 2])
    #expect(data.train.labels == [1, 2, 9])
    #expect(try data.test.withRow(1) { Array($0) } == [5, 4, 3, 255])
    #expect(data.fullScale == 255)
    #expect(data.classNames.count == 10)
    let link = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(atPath: link.file("mnist"), withDestinationPath: folder.path)
    #expect(try Dataset.load("mnist", dataFolder: link.path).train.labels == [1, 2, 9])
  }

  @Test("mistakes are named")
  func mistakes() throws {
    let folder = try TemporaryFolder()
    #expect(error(folder).contains("train-images-idx3-ubyte: cannot be read: No such file"))
    try write(folder)
    try folder.write("train-labels-idx1-ubyte", idx([3], [1, 2, 46]))
    #expect(try load(folder).classNames.count == 47)
    try folder.write("train-labels-idx1-ubyte", idx([2], [1, 2]))
    #expect(error(folder).contains("label has 2 entries for 3 samples"))
    try folder.write("train-labels-idx1-ubyte", idx([3], [1, 2]))
    #expect(error(folder).contains("cut off or damaged"))
    try folder.write("train-labels-idx1-ubyte", idx([3], [1, 2, 3, 4]))
    #expect(error(folder).contains("1 bytes follow the end of the idx data"))
    try folder.write("train-labels-idx1-ubyte", idx([3, 1, 1], [1, 2, 3]))
    #expect(error(folder).contains("starts with 0 0 8 3; an idx file of bytes with 1 axes starts with 0 0 8 1"))
    try folder.write("train-labels-idx1-ubyte", [0, 0, 8])
    #expect(error(folder).contains("an idx header needs 8 bytes"))
    try folder.write("train-labels-idx1-ubyte", [])
    #expect(error(folder).contains("an idx header needs 8 bytes"))
    try write(folder)
    try folder.write("train-images-idx3-ubyte", idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], []))
    #expect(error(folder).contains("the limit is 4294967296"))
    try folder.write("train-images-idx3-ubyte", idx([3, 1, 4], [UInt8](repeating: 0, count: 12)))
    #expect(error(folder).contains("images are [1, 4] for training and [2, 2] for testing"))
  }

  @Test("gzip files are read, and damage in them is found", .enabled(if: Python.hasNumpy, "python3 is not installed"))
  func gzip() throws {
    let folder = try TemporaryFolder()
    try write(folder)
    let plain = try load(folder)
    let script = """
      import gzip, os, sys
      for name in os.listdir(sys.argv[1]):
        path = sys.argv[1] + '/' + name
        with open(path, 'rb') as source: data = source.read()
        with gzip.open(path + '.gz', 'wb') as target: target.write(data)
        os.remove(path)
      """
    #expect(try Python.run(script, [folder.path]) == 0)
    let packed = try load(folder)
    #expect(packed.train.labels == plain.train.labels)
    #expect(try packed.test.withRow(0) { Array($0) } == plain.test.withRow(0) { Array($0) })
    let name = "train-images-idx3-ubyte.gz"
    let original = try folder.bytes(name)
    try folder.write(name, original + [0])
    #expect(error(folder).contains("bytes follow the compressed data"))
    try folder.write(name, Array(original.dropLast(3)))
    #expect(error(folder).contains("cut off at its end"))
    var mutation = Mutation(seed: 6)
    var refused = 0
    for _ in 0..<2000 {
      try folder.write(name, mutation.damaged(original))
      do {
        _ = try load(folder)
      } catch is NetworkFilesError {
        refused += 1
      } catch is DatasetError {
        refused += 1
      }
    }
    // What survives is damage in the file's name and time, which gzip does not protect.
    #expect(refused > 1000)
  }

  @Test("2,000 damaged plain files give data or a typed error")
  func damaged() throws {
    let folder = try TemporaryFolder()
    try write(folder)
    var mutation = Mutation(seed: 7)
    var refused = 0
    for name in ["train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"] {
      let original = try folder.bytes(name)
      for _ in 0..<1000 {
        try folder.write(name, mutation.damaged(original))
        do {
          _ = try load(folder)
        } catch is NetworkFilesError {
          refused += 1
        } catch is DatasetError {
          refused += 1
        }
      }
      try folder.write(name, original)
    }
    #expect(refused > 1000)
  }
}

/// The data sets outside the repository, when `SNNMAP_DATA` names their folder.
@Suite(.enabled(if: Dataset.environmentFolder() != nil, "SNNMAP_DATA is not set"))
struct OutsideDataTests {
  private let folder = Dataset.environmentFolder() ?? ""

  @Test("MNIST is read")
  func mnist() throws {
    let data = try Dataset.load("mnist")
    #expect(data.train.count == 60_000)
    #expect(data.test.count == 10_000)
    #expect(data.inputShape == [28, 28])
    #expect(data.fullScale == 255)
    #expect(data.test.labels.prefix(8) == [7, 2, 1, 0, 4, 1, 4, 9])
  }

  @Test("packed spikes are read with the documented shapes, splits and rates")
  func packed() throws {
    for (name, ticks, inputs, train, test, rate) in [
      ("fsdd/fsdd_delta80_T100_bits.npz", 100, 80, 2700, 300, 0.067),
      ("braille/braille27_delta96_bits.npz", 76, 96, 1080, 270, 0.0145),
    ] {
      let data = try Dataset.load("\(folder)/\(name)")
      #expect(data.ticks == ticks)
      #expect(data.inputCount == inputs)
      #expect(data.train.count + data.test.count == train + test)
      let encoder = SampleEncoder(coding: .standard(for: data), ticks: ticks, inputCount: inputs)
      var spikes = 0
      for set in [data.train, data.test] {
        try encoder.check(set)
        for index in 0..<set.count { spikes += try encoded(encoder, index, of: set).reduce(0) { $0 + Int($1) } }
      }
      let mean = Double(spikes) / Double((train + test) * ticks * inputs)
      #expect(abs(mean - rate) < 0.001, "\(name): \(mean)")
    }
  }

  @Test("series of values are read, and delta coding makes as many spikes as the page says")
  func series() throws {
    for (name, key, channels, ticks) in [
      ("fsdd/fsdd_logmel40_T100_u8.npz", "mel", 40, 100), ("braille/braille27_taxels_u8.npz", "taxels", 12, 76),
    ] {
      let data = try Dataset.load("\(folder)/\(name)")
      #expect(data.inputShape == [channels] && data.ticks == ticks, "\(key)")
      let coding = InputCoding.standard(for: data)
      let encoder = SampleEncoder(coding: coding, ticks: ticks, inputCount: coding.inputCount(for: data))
      try encoder.check(data.train)
      var spikes = 0
      for index in 0..<200 {
        for count in try encoded(encoder, index, of: data.train) { spikes += Int(count) }
      }
      let mean = Double(spikes) / Double(200 * ticks * 2 * channels)
      print("delta coding of \(key), threshold \(coding.threshold): \(mean) spikes a line and tick")
      #expect(mean > 0.001 && mean < 0.2)
    }
  }
}
