import Networks

/// How data are read that leave a choice.
public struct DatasetOptions: Sendable, Hashable {
  /// How events become counts; of other data only `downscale` is used, for maps of values.
  public var events: EventBinning

  public init(events: EventBinning = EventBinning()) {
    self.events = events
  }
}

/// The width and height of a sensor in pixels.
public struct SensorSize: Sendable, Hashable {
  public var width: Int
  public var height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

/// How the events of a recording become counts of [channels, height, width] in each tick.
///
/// Specified in docs/data.md, "Events".
public struct EventBinning: Sendable, Hashable {
  /// What becomes of the two polarities.
  public enum Polarity: String, Sendable, Hashable, CaseIterable {
    /// Two channels: 0 counts OFF events, 1 counts ON events.
    case both
    /// One channel counts all events.
    case merged
    /// One channel counts ON events; OFF events are left out.
    case on
  }

  /// The ticks of a sample, 1–65535.
  public var ticks: Int
  /// How long a tick takes; later events are left out. Without it, each recording's time from its first
  /// to its last event is divided evenly.
  public var microsecondsPerTick: Int?
  /// How many pixels in each direction become one, 1–4096; of images their average.
  public var downscale: Int
  public var polarity: Polarity
  /// The greatest count of a tick, 1–255; what is above is cut off.
  public var countCap: Int
  /// The sensor's size; by default what the files say, or the least that holds all events.
  public var sensor: SensorSize?

  public init(
    ticks: Int = Dataset.standardTicks, microsecondsPerTick: Int? = nil, downscale: Int = 1,
    polarity: Polarity = .both, countCap: Int = 1, sensor: SensorSize? = nil
  ) {
    self.ticks = ticks
    self.microsecondsPerTick = microsecondsPerTick
    self.downscale = downscale
    self.polarity = polarity
    self.countCap = countCap
    self.sensor = sensor
  }

  /// How many channels the polarities fill.
  public var channels: Int { polarity == .both ? 2 : 1 }

  /// Throws the first option that is out of its range.
  public func validate() throws(DatasetError) {
    func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(DatasetError) {
      guard range.contains(value) else { throw .optionOutOfRange(name, value: value, allowed: range) }
    }
    try check("ticks", ticks, 1...NetworkDocument.maximumTicks)
    if let microsecondsPerTick { try check("microseconds per tick", microsecondsPerTick, 1...1 << 40) }
    try check("downscale", downscale, 1...4096)
    try check("count cap", countCap, 1...255)
    if let sensor {
      try check("sensor width", sensor.width, 1...65536)
      try check("sensor height", sensor.height, 1...65536)
    }
  }

  /// The shape of a sample of a sensor: [channels, ⌈height / downscale⌉, ⌈width / downscale⌉].
  public func shape(of sensor: SensorSize) -> [Int] {
    [channels, (sensor.height + downscale - 1) / downscale, (sensor.width + downscale - 1) / downscale]
  }
}
