import NetworkFiles

/// Events in the arrays t, x, y and p of an npz file, which is mapped where it is stored uncompressed.
struct EventArrays: RecordingSource {
  private let t: NpyArray
  private let x: NpyArray
  private let y: NpyArray
  private let p: NpyArray
  private let file: String
  /// Where each sample's events begin, and behind them where the last ends.
  private let starts: [Int]

  private static let keys = ["t", "x", "y", "p"]

  static func areIn(_ archive: Npz) -> Bool { keys.allSatisfy(archive.contains) }

  var count: Int { starts.count - 1 }
  func path(_ index: Int) -> String { count == 1 ? file : "\(file), sample \(index)" }

  /// One recording of all events.
  init(_ archive: Npz) throws {
    try self.init(archive, starts: nil)
  }

  /// As many recordings as there are samples, by `start` or `sample`.
  init(_ archive: Npz, samples: Int) throws {
    func fail(_ problem: String) -> DatasetError { .malformed(path: archive.path, problem: problem) }
    let events = try archive.array("t").count
    let keys = ["start", "sample"].filter(archive.contains)
    guard keys.count == 1 else {
      throw fail("events need exactly one of start (each sample's first event) and sample (each event's sample)")
    }
    let numbers = try archive.array(keys[0]).integers()
    var starts: [Int]
    if keys[0] == "start" {
      guard numbers.count == samples || numbers.count == samples + 1 else {
        throw DatasetError.countMismatch(path: archive.path, what: "start", found: numbers.count, samples: samples)
      }
      starts = numbers.count == samples ? numbers + [events] : numbers
      guard starts.first == 0, starts.last == events, zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }) else {
        throw fail("start must rise from 0 to at most \(events), the number of events")
      }
    } else {
      guard numbers.count == events else { throw fail("sample has \(numbers.count) entries for \(events) events") }
      guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 <= $1 }), (numbers.first ?? 0) >= 0,
        (numbers.last ?? 0) < samples
      else { throw fail("sample must rise from 0 to at most \(samples - 1); sort the events by sample") }
      starts = [0]
      for (event, sample) in numbers.enumerated() {
        while starts.count <= sample { starts.append(event) }
      }
      while starts.count <= samples { starts.append(events) }
    }
    try self.init(archive, starts: starts)
  }

  private init(_ archive: Npz, starts: [Int]?) throws {
    func column(_ key: String) throws -> NpyArray {
      let array = try archive.array(key)
      let isWhole =
        switch array.type {
        case .float32, .float64, .unicode: false
        default: true
        }
      guard isWhole, array.shape.count == 1 else {
        throw DatasetError.malformed(
          path: array.path, problem: "is \(array.type.name) \(array.shape); whole numbers [events] are needed")
      }
      return array
    }
    (t, x, y, p) = (try column("t"), try column("x"), try column("y"), try column("p"))
    for (key, array) in zip(Self.keys, [t, x, y, p]) where array.count != t.count {
      throw DatasetError.malformed(
        path: archive.path,
        problem: "\(key) has \(array.count) entries, but t has \(t.count); there must be one an event")
    }
    file = archive.path
    self.starts = starts ?? [0, t.count]
  }

  func recording() throws(DatasetError) -> Recording { try recording(0) }

  func recording(_ index: Int) throws(DatasetError) -> Recording {
    let range = starts[index]..<starts[index + 1]
    var events = [Event](repeating: Event(time: 0, x: 0, y: 0, isOn: false), count: range.count)
    func fill(_ array: NpyArray, _ name: String, _ set: (inout Event, Int64) -> Void) throws(DatasetError) {
      for event in range {
        guard let value = array.integer(event), value.magnitude < 1 << 60 else {
          throw .malformed(path: file, problem: "\(name) of event \(event) lies outside ±2⁶⁰")
        }
        set(&events[event - range.lowerBound], value)
      }
    }
    try fill(t, "t") { $0.time = $1 }
    try fill(x, "x") { $0.x = Int($1) }
    try fill(y, "y") { $0.y = Int($1) }
    try fill(p, "p") { $0.isOn = $1 > 0 }
    return Recording(events: events, sensor: nil)
  }
}

extension NpyArray {
  /// One element of an array of integers or booleans; nil beyond 63 bits, and for other types.
  func integer(_ index: Int) -> Int64? {
    withBytes { bytes in
      func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) -> Int64? {
        Int64(exactly: T(littleEndian: bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self)))
      }
      return switch type {
      case .bool, .uint8: load(UInt8.self)
      case .int8: load(Int8.self)
      case .uint16: load(UInt16.self)
      case .int16: load(Int16.self)
      case .uint32: load(UInt32.self)
      case .int32: load(Int32.self)
      case .uint64: load(UInt64.self)
      case .int64: load(Int64.self)
      case .float32, .float64, .unicode: nil
      }
    }
  }
}
