import NetworkFiles
import Networks

extension Dataset {
  /// The keys of an npz file that series are read from.
  static let seriesKeys = ["series", "mel", "taxels"]

  /// Reads series [samples, ticks, channels] of bytes, or of numbers that are scaled to bytes.
  ///
  /// Whole numbers of 0–255 are kept; otherwise each channel is scaled by its least and greatest number
  /// over all ticks of the training samples.
  static func series(_ archive: Npz, key: String, name: String) throws -> Dataset {
    let array = try archive.array(key)
    if case .unicode = array.type {
      throw DatasetError.malformed(path: array.path, problem: "holds text; numbers are needed")
    }
    guard array.shape.count == 3 else {
      throw DatasetError.malformed(
        path: array.path, problem: "has the shape \(array.shape); [samples, ticks, channels] is needed")
    }
    let (samples, ticks, channels) = (array.shape[0], array.shape[1], array.shape[2])
    guard samples > 0 else { throw DatasetError.empty(path: archive.path) }
    guard (1...NetworkDocument.maximumTicks).contains(ticks) else {
      throw DatasetError.malformed(path: array.path, problem: "has \(ticks) ticks; 1 to 65535 are possible")
    }
    // Under delta a channel takes two lines.
    guard (1...NetworkLimits.neurons / 2).contains(channels) else {
      throw DatasetError.malformed(path: array.path, problem: "has \(channels) channels; 1 to 2²³ are possible")
    }
    let about = try SampleTable(archive, samples: samples)
    let storage: any SampleStorage
    if array.type.width == 1, array.type != .int8 {
      storage = ArrayStorage(array, rows: samples, rowBytes: ticks * channels)
    } else {
      // Ranges come from training samples only.
      guard !about.training.isEmpty else { throw DatasetError.noTrainingSamples(path: archive.path) }
      let range = try numberRange(of: array, training: about.training)
      storage =
        range.areBytes
        ? try bytes(of: array, rows: samples, rowBytes: ticks * channels)
        : SeriesStorage(array, rows: samples, rowBytes: ticks * channels, scales: range.scales)
    }
    let all = SampleSet(form: .series(ticks: ticks), inputCount: channels, labels: about.labels, storage: storage)
    return about.dataset(name: name, shape: [channels], all: all, fullScale: scale(of: all))
  }

  /// Whether all numbers are whole and of 0–255, and the range of each channel over the training samples.
  private static func numberRange(
    of array: NpyArray, training: [Int]
  ) throws(DatasetError) -> (areBytes: Bool, scales: [ColumnScale]) {
    let (samples, channels) = (array.shape[0], array.shape[2])
    let row = array.shape[1] * channels
    var scales = [ColumnScale](repeating: ColumnScale(), count: channels)
    var areBytes = true
    var isTraining = [Bool](repeating: false, count: samples)
    for sample in training { isTraining[sample] = true }
    let bad: Int? = array.withNumbers { number in
      var channel = 0
      for position in 0..<array.count {
        let value = number(position)
        guard value.isFinite else { return position }
        areBytes = areBytes && value >= 0 && value <= 255 && value.rounded() == value
        if isTraining[position / row] { scales[channel].include(value) }
        channel = channel + 1 == channels ? 0 : channel + 1
      }
      return nil
    }
    if let bad {
      throw .notFinite(path: array.path, sample: bad / row, tick: bad % row / channels, channel: bad % channels)
    }
    return (areBytes, scales)
  }

  /// Numbers that are bytes in a wider type, as bytes in memory.
  private static func bytes(of array: NpyArray, rows: Int, rowBytes: Int) throws -> ArrayStorage {
    guard array.count <= NpyArray.maximumDecompressedBytes else {
      throw NetworkFilesError.tooLarge(
        path: array.path, what: "the series as bytes (store it as u8)", bytes: array.count,
        limit: NpyArray.maximumDecompressedBytes)
    }
    let heap = HeapBytes(byteCount: array.count) { target in
      array.withNumbers { number in
        for position in 0..<target.count { target[position] = UInt8(number(position)) }
      }
    }
    let narrow = NpyArray(shape: array.shape, type: .uint8, bytes: heap, path: array.path)
    return ArrayStorage(narrow, rows: rows, rowBytes: rowBytes)
  }
}
