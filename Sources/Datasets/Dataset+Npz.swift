import NetworkFiles
import Networks

extension Dataset {
  /// The keys of an npz file that samples are read from.
  private static let sampleKeys = ["input", "bits", "images"]

  /// Reads samples, labels and mask of an npz file; docs/data.md says which arrays.
  static func npz(_ archive: Npz, name: String) throws -> Dataset {
    let (form, shape, array) = try samples(of: archive)
    let inputCount = shape.reduce(1, *)
    let samples = array.shape[0]
    let labels = try archive.array("label").integers()
    let classNames = archive.contains("classes") ? try archive.array("classes").strings() : nil
    if let name = classNames?.first(where: hasControlCharacters) {
      throw DatasetError.malformed(
        path: archive.path, problem: "the class name \"\(shown(name))\" has control characters; rename the class")
    }
    try checkLabels(labels, samples: samples, classes: classNames?.count, path: archive.path)
    let isTest = try testMask(of: archive, samples: samples)
    let all = SampleSet(form: form, inputCount: inputCount, labels: labels, array: array)
    let test = all.selecting(isTest.indices.filter { isTest[$0] })
    guard test.count > 0 else { throw DatasetError.noTestSamples(path: archive.path) }
    let names = classNames ?? (0...(labels.max() ?? 0)).map(String.init)
    return Dataset(
      name: name, inputShape: shape, inputCount: inputCount, classNames: names,
      train: all.selecting(isTest.indices.filter { !isTest[$0] }), test: test, fullScale: scale(of: all))
  }

  /// The least of 1, 16 and 255 that holds every value; 1 for counts.
  static func scale(of set: SampleSet) -> Int {
    guard set.form == .values else { return 1 }
    return [1, 16].first { set.maximumValue <= $0 } ?? 255
  }

  /// The most classes that labels may name.
  static let maximumClasses = 65536

  static func checkLabels(_ labels: [Int], samples: Int, classes: Int?, path: String) throws(DatasetError) {
    guard labels.count == samples else {
      throw .countMismatch(path: path, what: "label", found: labels.count, samples: samples)
    }
    let classes = classes ?? maximumClasses
    for (sample, label) in labels.enumerated() where label < 0 || label >= classes {
      throw .labelOutOfRange(path: path, sample: sample, label: label, classes: classes)
    }
  }

  /// The array of samples, its form, and the extents of a sample without ticks.
  private static func samples(of archive: Npz) throws -> (SampleSet.Form, [Int], NpyArray) {
    let present = sampleKeys.filter(archive.contains)
    guard let key = present.first else { throw DatasetError.noSamples(path: archive.path, present: archive.names) }
    guard present.count == 1 else {
      throw DatasetError.malformed(
        path: archive.path, problem: "holds \(present.joined(separator: " and ")); exactly one of them may be there")
    }
    if key != "images" {
      let spikes = try SpikeSamples(archive)
      guard spikes.count > 0 else { throw DatasetError.empty(path: archive.path) }
      return (spikes.form, [spikes.inputCount], spikes.array)
    }
    let array = try archive.array(key)
    guard array.type == .uint8 else {
      throw DatasetError.malformed(
        path: array.path, problem: "holds \(array.type.name); u8 is needed (.astype(np.uint8))")
    }
    guard array.shape.count >= 2 else {
      throw DatasetError.malformed(path: array.path, problem: "has the shape \(array.shape); [samples, …] is needed")
    }
    guard array.shape[0] > 0 else { throw DatasetError.empty(path: archive.path) }
    let shape = Array(array.shape.dropFirst())
    guard (1...NetworkLimits.neurons).contains(NpyArray.elementCount(of: shape) ?? 0) else {
      throw DatasetError.malformed(path: array.path, problem: "has samples of \(shape) values; 1 to 2²⁴ are possible")
    }
    return (.values, shape, array)
  }

  /// Which samples are tested on: `test`, or what is not in `train`, or the last fifth.
  private static func testMask(of archive: Npz, samples: Int) throws -> [Bool] {
    func mask(_ key: String) throws -> [Bool]? {
      guard archive.contains(key) else { return nil }
      let flags = try archive.array(key).flags()
      guard flags.count == samples else {
        throw DatasetError.countMismatch(path: archive.path, what: key, found: flags.count, samples: samples)
      }
      return flags
    }
    let test = try mask("test")
    let train = try mask("train")
    if let test, let train, let sample = test.indices.first(where: { test[$0] == train[$0] }) {
      throw DatasetError.malformed(
        path: archive.path,
        problem: "sample \(sample) is marked in \(test[sample] ? "both" : "neither") of test and train; mark it in one")
    }
    if let test { return test }
    if let train { return train.map { !$0 } }
    let first = samples - max(1, samples / 5)
    return (0..<samples).map { $0 >= first }
  }
}
