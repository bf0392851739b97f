import Datasets
import FixedPoint
import Foundation
import NetworkFiles
import Networks
import TestSupport
import Testing

/// Folders and arrays of events as data sets.
@Suite struct EventDatasetTests {
  /// An event as N-MNIST writes it.
  private func event(_ time: Int, _ x: Int, _ y: Int, _ isOn: Bool) -> [UInt8] {
    [
      UInt8(x), UInt8(y), UInt8(time >> 16) | (isOn ? 0x80 : 0), UInt8(truncatingIfNeeded: time >> 8),
      UInt8(truncatingIfNeeded: time),
    ]
  }

  private func folder(_ folder: TemporaryFolder, _ path: String, _ bytes: [UInt8]) throws {
    let parent = folder.file(path.split(separator: "/").dropLast().joined(separator: "/"))
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try folder.write(path, bytes)
  }

  private func counts(_ data: Dataset, _ set: SampleSet, _ index: Int) throws -> [UInt8] {
    let encoder = SampleEncoder(coding: .spikes, ticks: try #require(data.ticks), inputCount: data.inputCount)
    try encoder.check(set)
    return try encoded(encoder, index, of: set)
  }

  @Test("N-MNIST folders: parts, classes by number, channels of 34×34, ticks by dividing the duration")
  func nmnist() throws {
    let place = try TemporaryFolder()
    for label in ["0", "2", "10"] {
      try folder(place, "Train/\(label)/b.bin", event(5, 33, 0, true))
      try folder(place, "Train/\(label)/a.bin", event(0, 1, 2, false) + event(99, 3, 4, true) + event(99, 3, 4, true))
    }
    try folder(place, "Test/2/x.bin", event(7, 0, 0, false))
    try folder(place, "Test/2/notes.txt", [1])
    let data = try Dataset.load("nmnist:" + place.path, options: DatasetOptions(events: EventBinning(ticks: 10)))
    #expect(data.classNames == ["0", "2", "10"])
    #expect(data.inputShape == [2, 34, 34])
    #expect(data.train.labels == [0, 0, 1, 1, 2, 2])
    #expect(data.test.labels == [1])
    #expect(data.isCounts && data.ticks == 10 && data.train.maximumValue == 1)
    let sample = try counts(data, data.train, 0)
    let inputs = 2 * 34 * 34
    var expected = [UInt8](repeating: 0, count: 10 * inputs)
    expected[2 * 34 + 1] = 1
    expected[9 * inputs + 34 * 34 + 4 * 34 + 3] = 1
    #expect(sample == expected)
  }

  @Test("binning is its formula, for every polarity, scale, cap and time of a tick")
  func binning() throws {
    let place = try TemporaryFolder()
    var random = RandomStream(seed: 8, stream: 0)
    let events = (0..<400).map { _ in
      (t: Int(random.below(5000)), x: Int(random.below(13)), y: Int(random.below(9)), on: random.below(2) == 1)
    }
    for name in ["a", "b"] {
      try folder(place, "one/\(name).bin", events.flatMap { event($0.t, $0.x, $0.y, $0.on) })
    }
    let first = events.map(\.t).min() ?? 0
    let last = events.map(\.t).max() ?? 0
    for polarity in EventBinning.Polarity.allCases {
      for (downscale, cap, microseconds) in [(1, 255, nil), (1, 1, 300), (2, 3, nil), (5, 255, 1000)]
        as [(Int, Int, Int?)]
      {
        let options = EventBinning(
          ticks: 7, microsecondsPerTick: microseconds, downscale: downscale, polarity: polarity, countCap: cap)
        let data = try Dataset.load("events:" + place.path, options: DatasetOptions(events: options))
        let (height, width) = ((9 + downscale - 1) / downscale, (13 + downscale - 1) / downscale)
        #expect(data.inputShape == [polarity == .both ? 2 : 1, height, width])
        var expected = [Int](repeating: 0, count: 7 * data.inputCount)
        for event in events where polarity != .on || event.on {
          let tick = microseconds.map { (event.t - first) / $0 } ?? (event.t - first) * 7 / (last - first + 1)
          guard tick < 7 else { continue }
          let channel = polarity == .both && event.on ? 1 : 0
          expected[
            ((tick * data.inputShape[0] + channel) * height + event.y / downscale) * width + event.x / downscale] += 1
        }
        #expect(try counts(data, data.test, 0) == expected.map { UInt8(min($0, cap)) })
      }
    }
  }

  @Test("events of an npz by start and by sample are the same samples")
  func arrays() throws {
    let place = try TemporaryFolder()
    let t = NpyArray(shape: [6], [10, 20, 30, 5, 6, 100] as [Int64])
    let x = NpyArray(shape: [6], [0, 1, 2, 2, 1, 0] as [UInt8])
    let y = NpyArray(shape: [6], [0, 0, 1, 1, 0, 0] as [Int32])
    let p = NpyArray(shape: [6], [true, false, true, false, true, true])
    let label = ("label", NpyArray(shape: [4], [0, 1, 0, 1] as [UInt8]))
    let columns = [("t", t), ("x", x), ("y", y), ("p", p), label]
    try Npz.write(columns + [("start", NpyArray(shape: [4], [0, 3, 3, 5] as [Int64]))], to: place.file("a.npz"))
    try Npz.write(columns + [("sample", NpyArray(shape: [6], [0, 0, 0, 2, 2, 3] as [Int64]))], to: place.file("b.npz"))
    let options = DatasetOptions(events: EventBinning(ticks: 2))
    let a = try Dataset.load(place.file("a.npz"), options: options)
    let b = try Dataset.load(place.file("b.npz"), options: options)
    #expect(a.inputShape == [2, 2, 3])
    for index in 0..<3 { #expect(try counts(a, a.train, index) == counts(b, b.train, index)) }
    #expect(try counts(a, a.train, 0) == [0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    #expect(try counts(a, a.train, 1).allSatisfy { $0 == 0 })
    #expect(try counts(a, a.test, 0) == counts(b, b.test, 0))
    for (key, numbers) in [
      ("start", [1, 3, 3, 5]), ("start", [0, 3, 2, 5]), ("start", [0, 3, 3, 7]), ("sample", [0, 0, 0, 2, 2, 4]),
      ("sample", [1, 0, 0, 2, 2, 3]),
    ] {
      try Npz.write(
        columns + [(key, NpyArray(shape: [numbers.count], numbers.map(Int64.init)))], to: place.file("c.npz"))
      #expect(throws: DatasetError.self) { try Dataset.load(place.file("c.npz"), options: options) }
    }
    try Npz.write(columns, to: place.file("c.npz"))
    #expect(throws: DatasetError.self) { try Dataset.load(place.file("c.npz"), options: options) }
  }

  @Test("a folder without parts tests on the last fifth of each class; formats may be mixed")
  func mixed() throws {
    let place = try TemporaryFolder()
    for index in 0..<10 { try folder(place, "dog/\(index).bin", event(0, index, 0, true)) }
    try folder(place, "cat/a.aedat", EventFormatTests.dvs128)
    try folder(place, "cat/b.aedat", EventFormatTests.aedat3)
    try folder(place, "cat/c.aedat4", EventFormatTests.packedAedat4)
    try folder(place, "cat/d.bin", event(0, 1, 1, true))
    let data = try Dataset.load("events:" + place.path)
    #expect(data.classNames == ["cat", "dog"])
    #expect(data.inputShape == [2, 128, 128])
    #expect(data.train.indices == [0, 1, 2] + Array(4..<12))
    #expect(data.test.indices == [3, 12, 13])
    for index in 0..<data.train.count { _ = try counts(data, data.train, index) }
  }

  @Test("files are read when a sample is asked for: one that goes or changes is an error of that sample")
  func streaming() throws {
    let place = try TemporaryFolder()
    for index in 0..<10 { try folder(place, "only/\(index).bin", event(index, index, 0, true)) }
    let data = try Dataset.load("events:" + place.path)
    let before = try counts(data, data.train, 3)
    try FileManager.default.removeItem(atPath: place.file("only/2.bin"))
    try place.write("only/4.bin", [1, 2, 3])
    try place.write("only/5.bin", event(0, 200, 0, true))
    let error = #expect(throws: DatasetError.self) { try counts(data, data.train, 2) }
    #expect("\(try #require(error))".contains("only/2.bin: cannot be read: No such file"))
    #expect(
      throws: DatasetError.damaged(
        path: place.file("only/4.bin"), offset: 0, problem: "3 bytes are left over; an event has 5")
    ) { try counts(data, data.train, 4) }
    #expect(
      throws: DatasetError.eventOutside(
        path: place.file("only/5.bin"), event: 0, x: 200, y: 0, sensor: SensorSize(width: 10, height: 1))
    ) { try counts(data, data.train, 5) }
    #expect(try counts(data, data.train, 3) == before)
  }

  @Test("options out of range, and folders without recordings, are refused")
  func refused() throws {
    let place = try TemporaryFolder()
    for (options, name) in [
      (EventBinning(ticks: 0), "ticks"), (EventBinning(microsecondsPerTick: 0), "microseconds per tick"),
      (EventBinning(downscale: -1), "downscale"), (EventBinning(countCap: 256), "count cap"),
      (EventBinning(sensor: SensorSize(width: 0, height: 1)), "sensor width"),
    ] {
      let error = #expect(throws: DatasetError.self) {
        try Dataset.load("events:" + place.path, options: DatasetOptions(events: options))
      }
      #expect("\(try #require(error))".hasPrefix("the \(name) is "))
    }
    let error = #expect(throws: DatasetError.self) { try Dataset.load("events:" + place.path) }
    #expect("\(try #require(error))".contains("holds no recordings; FOLDER/CLASS/FILE"))
    #expect(throws: DatasetError.self) { try Dataset.load("events:" + place.file("absent")) }
    try folder(place, "a/1.bin", event(0, 3, 3, true))
    let huge = EventBinning(ticks: 65535, sensor: SensorSize(width: 65536, height: 65536))
    #expect(throws: DatasetError.self) {
      try Dataset.load("events:" + place.path, options: DatasetOptions(events: huge))
    }
  }
}
