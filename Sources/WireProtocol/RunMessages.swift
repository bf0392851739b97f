/// A spike on the wire: 8 bytes, (tick u32, index u24, count u8).
public struct WireSpike: Equatable, Sendable {
  public static var byteCount: Int { 8 }
  public static var maximumIndex: UInt32 { 0xFF_FFFF }

  public var tick: UInt32
  /// An input line or an output; at most 2^24 − 1.
  public var index: UInt32
  public var count: UInt8

  @inlinable
  public init(tick: UInt32, index: UInt32, count: UInt8) {
    self.tick = tick
    self.index = index
    self.count = count
  }

  /// Reads the spike at `offset`, which the caller has checked.
  @inlinable
  public init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    tick = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
    index = word & 0xFF_FFFF
    count = UInt8(truncatingIfNeeded: word &>> 24)
  }

  /// Writes the spike at `offset`, which the caller has checked.
  @inlinable
  public func store(to bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
    bytes.storeBytes(of: tick.littleEndian, toByteOffset: offset, as: UInt32.self)
    let word = (index & 0xFF_FFFF) | UInt32(count) &<< 24
    bytes.storeBytes(of: word.littleEndian, toByteOffset: offset + 4, as: UInt32.self)
  }
}

/// CLEAR: membranes, pending deliveries, waiting input, the tick and the run's CRC to their beginning.
public struct Clear: EmptyWireMessage, Equatable {
  public static var type: MessageType { .clear }
  public init() {}
}

public struct ClearAnswer: EmptyWireMessage, Equatable {
  public static var type: MessageType { .clearAnswer }
  public init() {}
}

/// SPIKES_IN: input for ticks to come; `spikeCount` spikes follow, ascending by tick, then index.
public struct SpikesIn: WireMessage, Equatable {
  public static var type: MessageType { .spikesIn }
  public static var headerBytes: Int { 8 }
  /// Whether the board is cleared first.
  public var clearsFirst: Bool
  public var spikeCount: UInt32

  public init(clearsFirst: Bool, spikeCount: UInt32) {
    self.clearsFirst = clearsFirst
    self.spikeCount = spikeCount
  }

  public init(from reader: inout WireReader) throws(WireError) {
    clearsFirst = try reader.u8() & 1 != 0
    try reader.skip(3)
    spikeCount = try reader.u32()
    try reader.expectRemaining(UInt64(spikeCount) * UInt64(WireSpike.byteCount))
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(clearsFirst ? 1 : 0)
    try writer.zeros(3)
    try writer.u32(spikeCount)
  }
}

/// The answer to SPIKES_IN.
public struct SpikesInAnswer: WireMessage, Equatable {
  public static var type: MessageType { .spikesInAnswer }
  /// Spikes that wait for their tick, and how many can.
  public var waiting: UInt32
  public var capacity: UInt32

  public init(waiting: UInt32, capacity: UInt32) {
    self.waiting = waiting
    self.capacity = capacity
  }

  public init(from reader: inout WireReader) throws(WireError) {
    waiting = try reader.u32()
    capacity = try reader.u32()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u32(waiting)
    try writer.u32(capacity)
  }
}

/// RUN: executes ticks; `spikeCount` spikes, treated as by SPIKES_IN, follow.
///
/// With `clearsFirst` one request is a whole sample.
public struct Run: WireMessage, Equatable {
  public static var type: MessageType { .run }
  public static var headerBytes: Int { 12 }
  public var clearsFirst: Bool
  public var ticks: UInt32
  public var spikeCount: UInt32

  public init(clearsFirst: Bool, ticks: UInt32, spikeCount: UInt32) {
    self.clearsFirst = clearsFirst
    self.ticks = ticks
    self.spikeCount = spikeCount
  }

  public init(from reader: inout WireReader) throws(WireError) {
    clearsFirst = try reader.u8() & 1 != 0
    try reader.skip(3)
    ticks = try reader.u32()
    spikeCount = try reader.u32()
    try reader.expectRemaining(UInt64(spikeCount) * UInt64(WireSpike.byteCount))
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(clearsFirst ? 1 : 0)
    try writer.zeros(3)
    try writer.u32(ticks)
    try writer.u32(spikeCount)
  }
}

/// SPIKES_OUT: output spikes of a run whose answer is still to come; `spikeCount` spikes follow.
public struct SpikesOut: WireMessage, Equatable {
  public static var type: MessageType { .spikesOut }
  public static var headerBytes: Int { 4 }
  public var spikeCount: UInt32

  public init(spikeCount: UInt32) {
    self.spikeCount = spikeCount
  }

  public init(from reader: inout WireReader) throws(WireError) {
    spikeCount = try reader.u32()
    try reader.expectRemaining(UInt64(spikeCount) * UInt64(WireSpike.byteCount))
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u32(spikeCount)
  }
}

/// The answer to RUN; the last `spikeCount` output spikes follow.
public struct RunAnswer: WireMessage, Equatable {
  public static var type: MessageType { .runAnswer }
  public static var headerBytes: Int { 40 }
  /// The tick that is executed next.
  public var currentTick: UInt32
  /// The CRC32C over every spike of every neuron and every readout since the last clear.
  public var crc: UInt32
  /// Spikes of all neurons since the last clear, counts added.
  public var spikes: UInt64
  /// Input events taken since the last clear.
  public var inputEvents: UInt64
  /// Output events of this run, those sent before included.
  public var outputEvents: UInt64
  public var spikeCount: UInt32

  public init(
    currentTick: UInt32, crc: UInt32, spikes: UInt64, inputEvents: UInt64, outputEvents: UInt64, spikeCount: UInt32
  ) {
    self.currentTick = currentTick
    self.crc = crc
    self.spikes = spikes
    self.inputEvents = inputEvents
    self.outputEvents = outputEvents
    self.spikeCount = spikeCount
  }

  public init(from reader: inout WireReader) throws(WireError) {
    currentTick = try reader.u32()
    crc = try reader.u32()
    spikes = try reader.u64()
    inputEvents = try reader.u64()
    outputEvents = try reader.u64()
    spikeCount = try reader.u32()
    try reader.skip(4)
    try reader.expectRemaining(UInt64(spikeCount) * UInt64(WireSpike.byteCount))
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u32(currentTick)
    try writer.u32(crc)
    try writer.u64(spikes)
    try writer.u64(inputEvents)
    try writer.u64(outputEvents)
    try writer.u32(spikeCount)
    try writer.zeros(4)
  }
}
