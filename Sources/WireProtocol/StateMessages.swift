/// STATE: membranes of neurons of one core.
public struct StateRequest: WireMessage, Equatable {
  public static var type: MessageType { .state }
  public var core: UInt16
  public var firstNeuron: UInt32
  public var count: UInt32

  public init(core: UInt16, firstNeuron: UInt32, count: UInt32) {
    self.core = core
    self.firstNeuron = firstNeuron
    self.count = count
  }

  public init(from reader: inout WireReader) throws(WireError) {
    core = try reader.u16()
    try reader.skip(2)
    firstNeuron = try reader.u32()
    count = try reader.u32()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u16(core)
    try writer.zeros(2)
    try writer.u32(firstNeuron)
    try writer.u32(count)
  }
}

/// The answer to STATE; `count` membranes (i32) follow, as exact integers.
public struct StateAnswer: WireMessage, Equatable {
  public static var type: MessageType { .stateAnswer }
  public static var headerBytes: Int { 16 }
  public var currentTick: UInt32
  /// The core's neurons.
  public var neuronCount: UInt32
  public var count: UInt32
  /// The CRC32C of the membranes' bytes.
  public var crc: UInt32

  public init(currentTick: UInt32, neuronCount: UInt32, count: UInt32, crc: UInt32) {
    self.currentTick = currentTick
    self.neuronCount = neuronCount
    self.count = count
    self.crc = crc
  }

  public init(from reader: inout WireReader) throws(WireError) {
    currentTick = try reader.u32()
    neuronCount = try reader.u32()
    count = try reader.u32()
    crc = try reader.u32()
    try reader.expectRemaining(UInt64(count) * 4)
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u32(currentTick)
    try writer.u32(neuronCount)
    try writer.u32(count)
    try writer.u32(crc)
  }
}

/// STATS: counters since the board started.
public struct StatsRequest: EmptyWireMessage, Equatable {
  public static var type: MessageType { .stats }
  public init() {}
}

/// The answer to STATS.
public struct StatsAnswer: WireMessage, Equatable {
  public static var type: MessageType { .statsAnswer }
  public var uptimeMilliseconds: UInt64 = 0
  public var framesReceived: UInt64 = 0
  public var framesDamaged: UInt64 = 0
  public var bytesWritten: UInt64 = 0
  public var clears: UInt64 = 0
  public var ticks: UInt64 = 0
  public var inputEvents: UInt64 = 0
  public var spikes: UInt64 = 0

  public init() {}

  public init(from reader: inout WireReader) throws(WireError) {
    uptimeMilliseconds = try reader.u64()
    framesReceived = try reader.u64()
    framesDamaged = try reader.u64()
    bytesWritten = try reader.u64()
    clears = try reader.u64()
    ticks = try reader.u64()
    inputEvents = try reader.u64()
    spikes = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u64(uptimeMilliseconds)
    try writer.u64(framesReceived)
    try writer.u64(framesDamaged)
    try writer.u64(bytesWritten)
    try writer.u64(clears)
    try writer.u64(ticks)
    try writer.u64(inputEvents)
    try writer.u64(spikes)
  }
}

/// PROGRESS: sent at least once a second while a request takes long.
public struct Progress: WireMessage, Equatable {
  public static var type: MessageType { .progress }
  public var activity: BoardActivity
  public var done: UInt64
  public var total: UInt64

  public init(activity: BoardActivity, done: UInt64, total: UInt64) {
    self.activity = activity
    self.done = done
    self.total = total
  }

  public init(from reader: inout WireReader) throws(WireError) {
    let number = try reader.u8()
    guard let activity = BoardActivity(rawValue: number) else {
      throw .invalidValue(offset: 0, value: UInt64(number))
    }
    self.activity = activity
    try reader.skip(7)
    done = try reader.u64()
    total = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(activity.rawValue)
    try writer.zeros(7)
    try writer.u64(done)
    try writer.u64(total)
  }
}
