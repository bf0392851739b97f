/// Recordings that are decoded and binned whenever a sample is asked for: their number does not cost memory.
struct EventStorage: SampleStorage {
  let rowCount: Int
  let rowBytes: Int
  private let binning: EventBinning
  private let sensor: SensorSize
  private let source: any RecordingSource

  var maximumValue: Int { binning.countCap }

  /// The greatest sample in bytes, ticks × inputs: 1 GiB.
  static let maximumRowBytes = 1 << 30

  /// - Throws: `DatasetError` where the samples are too large.
  init(_ source: any RecordingSource, binning: EventBinning, sensor: SensorSize) throws(DatasetError) {
    let inputs = binning.shape(of: sensor).reduce(1, *)
    // At most 65535 × 2³³.
    guard inputs <= Dataset.maximumInputs, inputs * binning.ticks <= Self.maximumRowBytes else {
      throw .malformed(
        path: source.path(0),
        problem: "a sample of \(binning.ticks) ticks and \(binning.shape(of: sensor)) inputs is too large; "
          + "scale it down, or take fewer ticks")
    }
    rowCount = source.count
    rowBytes = inputs * binning.ticks
    self.binning = binning
    self.sensor = sensor
    self.source = source
  }

  func read(_ row: Int, _ body: (UnsafeRawBufferPointer) -> Void) throws(DatasetError) {
    let recording = try source.recording(row)
    let outcome: Result<Void, DatasetError> = withUnsafeTemporaryAllocation(byteCount: rowBytes, alignment: 16) {
      counts in
      counts.initializeMemory(as: UInt8.self, repeating: 0)
      do throws(DatasetError) {
        try binning.count(recording.events, sensor: sensor, into: counts, path: source.path(row))
      } catch { return .failure(error) }
      body(UnsafeRawBufferPointer(counts))
      return .success(())
    }
    if case .failure(let error) = outcome { throw error }
  }
}

/// Recordings by number, read from several threads at once.
protocol RecordingSource: Sendable {
  var count: Int { get }
  /// What errors about a recording name.
  func path(_ index: Int) -> String
  func recording(_ index: Int) throws(DatasetError) -> Recording
}

extension RecordingSource {
  /// The sensor: what is asked for, or what all recordings together say or need.
  ///
  /// Reads all recordings, one after the other, unless the first says its sensor.
  func sensor(asked: SensorSize?) throws(DatasetError) -> SensorSize {
    if let asked { return asked }
    var size = SensorSize(width: 0, height: 0)
    for index in 0..<count {
      let recording = try recording(index)
      if index == 0, let sensor = recording.sensor { return sensor }
      for event in recording.events {
        guard (0..<65536).contains(event.x), (0..<65536).contains(event.y) else {
          throw .eventOutside(
            path: path(index), event: 0, x: event.x, y: event.y, sensor: SensorSize(width: 65536, height: 65536))
        }
        size.width = max(size.width, event.x + 1)
        size.height = max(size.height, event.y + 1)
      }
    }
    guard size.width > 0 else {
      throw .malformed(path: path(0), problem: "there is no event in any recording; give the sensor's size")
    }
    return size
  }
}

/// Recordings in files of their own.
struct RecordingFiles: RecordingSource {
  let paths: [String]
  var count: Int { paths.count }
  func path(_ index: Int) -> String { paths[index] }
  func recording(_ index: Int) throws(DatasetError) -> Recording { try EventFile.read(paths[index]) }
}
