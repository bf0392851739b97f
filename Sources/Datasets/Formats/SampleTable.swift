import NetworkFiles

/// What an npz file says about its samples beside their values: labels, mask and names of classes.
struct SampleTable {
  let labels: [Int]
  let classNames: [String]
  /// The samples that are trained and tested on, in order; there is at least one to test on.
  let training: [Int]
  let testing: [Int]

  init(_ archive: Npz, samples: Int) throws {
    labels = try archive.array("label").integers()
    let names = archive.contains("classes") ? try archive.array("classes").strings() : nil
    if let name = names?.first(where: hasControlCharacters) {
      throw DatasetError.malformed(
        path: archive.path, problem: "the class name \"\(shown(name))\" has control characters; rename the class")
    }
    try Dataset.checkLabels(labels, samples: samples, classes: names?.count, path: archive.path)
    classNames = names ?? Dataset.numberedClasses(labels)
    let isTest = try Self.testMask(of: archive, samples: samples)
    training = isTest.indices.filter { !isTest[$0] }
    testing = isTest.indices.filter { isTest[$0] }
    guard !testing.isEmpty else { throw DatasetError.noTestSamples(path: archive.path) }
  }

  /// The data set of all samples, divided by the mask.
  func dataset(name: String, shape: [Int], all: SampleSet, fullScale: Int) -> Dataset {
    Dataset(
      name: name, inputShape: shape, inputCount: all.inputCount, classNames: classNames,
      train: all.selecting(training), test: all.selecting(testing), fullScale: fullScale)
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
    let first = Dataset.firstTestSample(of: samples)
    return (0..<samples).map { $0 >= first }
  }
}
