import NetworkFiles
import Networks

extension Dataset {
  /// The keys of an npz file that samples are read from.
  private static let sampleKeys = ["input", "bits", "images"] + seriesKeys

  /// Reads samples, labels and mask of an npz file; docs/data.md says which arrays.
  static func npz(_ archive: Npz, name: String, binning: EventBinning) throws -> Dataset {
    let present = sampleKeys.filter(archive.contains)
    guard let key = present.first else {
      if EventArrays.areIn(archive) { return try eventArrays(archive, name: name, binning: binning) }
      throw DatasetError.noSamples(path: archive.path, present: archive.names)
    }
    guard present.count == 1 else {
      throw DatasetError.malformed(
        path: archive.path, problem: "holds \(present.joined(separator: " and ")); exactly one of them may be there")
    }
    if seriesKeys.contains(key) { return try series(archive, key: key, name: name) }
    let (form, shape, array) = try samples(of: archive, key: key)
    let about = try SampleTable(archive, samples: array.shape[0])
    let all = SampleSet(form: form, inputCount: shape.reduce(1, *), labels: about.labels, array: array)
    return about.dataset(name: name, shape: shape, all: all, fullScale: scale(of: all))
  }

  /// The least of 1, 16 and 255 that holds every value; 1 for counts.
  static func scale(of set: SampleSet) -> Int {
    guard !set.form.isCounts else { return 1 }
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
  private static func samples(of archive: Npz, key: String) throws -> (SampleSet.Form, [Int], NpyArray) {
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
}
