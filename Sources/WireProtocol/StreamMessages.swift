/// STREAM: begins or ends a stream of spikes in and out; since protocol 1.2.
public struct StreamRequest: WireMessage, Equatable {
  public static var type: MessageType { .stream }

  public var mode: Mode
  /// Whether the board is cleared first.
  public var clearsFirst: Bool
  /// Realtime: the time from tick to tick, not 0; otherwise not looked at.
  public var tickMicroseconds: UInt32
  /// Output events since the beginning of the stream that the host takes, in all.
  public var outputCredit: UInt64

  public enum Mode: UInt8, Sendable, CaseIterable {
    /// The stream ends.
    case end = 0
    /// A tick is executed when its input is complete and its outputs have credit: nothing is lost.
    case deterministic = 1
    /// A tick is executed when its time has come: what comes late or has no credit is dropped and counted.
    case realtime = 2
  }

  public init(mode: Mode, clearsFirst: Bool = false, tickMicroseconds: UInt32 = 0, outputCredit: UInt64 = 0) {
    self.mode = mode
    self.clearsFirst = clearsFirst
    self.tickMicroseconds = tickMicroseconds
    self.outputCredit = outputCredit
  }

  public init(from reader: inout WireReader) throws(WireError) {
    let number = try reader.u8()
    guard let mode = Mode(rawValue: number) else { throw .invalidValue(offset: 0, value: UInt64(number)) }
    self.mode = mode
    clearsFirst = try reader.u8() & 1 != 0
    try reader.skip(2)
    tickMicroseconds = try reader.u32()
    outputCredit = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(mode.rawValue)
    try writer.u8(clearsFirst ? 1 : 0)
    try writer.zeros(2)
    try writer.u32(tickMicroseconds)
    try writer.u64(outputCredit)
  }
}

/// The answer to STREAM, at its beginning and at its end.
public struct StreamAnswer: WireMessage, Equatable {
  public static var type: MessageType { .streamAnswer }
  /// The tick that is executed next.
  public var currentTick: UInt32 = 0
  /// The CRC32C over every spike of every neuron and every readout since the last clear, as RUN has it.
  public var crc: UInt32 = 0
  /// Input spikes since the beginning of the stream that the board takes, in all.
  public var inputCredit: UInt64 = 0
  /// Realtime: input spikes that came late, and output events without credit or room.
  public var droppedIn: UInt64 = 0
  public var droppedOut: UInt64 = 0
  /// Spikes of all neurons since the last clear, counts added.
  public var spikes: UInt64 = 0
  /// Input events executed since the last clear.
  public var inputEvents: UInt64 = 0
  /// Output events of the stream that were sent, readouts included.
  public var outputEvents: UInt64 = 0

  public init() {}

  public init(from reader: inout WireReader) throws(WireError) {
    currentTick = try reader.u32()
    crc = try reader.u32()
    inputCredit = try reader.u64()
    droppedIn = try reader.u64()
    droppedOut = try reader.u64()
    spikes = try reader.u64()
    inputEvents = try reader.u64()
    outputEvents = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u32(currentTick)
    try writer.u32(crc)
    try writer.u64(inputCredit)
    try writer.u64(droppedIn)
    try writer.u64(droppedOut)
    try writer.u64(spikes)
    try writer.u64(inputEvents)
    try writer.u64(outputEvents)
  }
}

/// STREAM_IN: input of a stream; `spikeCount` spikes follow. It has no answer.
public struct StreamIn: WireMessage, Equatable {
  public static var type: MessageType { .streamIn }
  public static var headerBytes: Int { 8 }
  /// No more input comes for ticks below it; 0 says nothing, and so does a lower one than before.
  public var completeBefore: UInt32
  public var spikeCount: UInt32

  public init(completeBefore: UInt32, spikeCount: UInt32) {
    self.completeBefore = completeBefore
    self.spikeCount = spikeCount
  }

  public init(from reader: inout WireReader) throws(WireError) {
    completeBefore = try reader.u32()
    spikeCount = try reader.u32()
    try reader.expectRemaining(UInt64(spikeCount) * UInt64(WireSpike.byteCount))
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u32(completeBefore)
    try writer.u32(spikeCount)
  }
}

/// CREDIT: how much output of a stream the host takes. It has no answer, and losing it does no harm.
public struct Credit: WireMessage, Equatable {
  public static var type: MessageType { .credit }
  /// As STREAM has it; a lower one than before says nothing.
  public var outputCredit: UInt64

  public init(outputCredit: UInt64) {
    self.outputCredit = outputCredit
  }

  public init(from reader: inout WireReader) throws(WireError) {
    outputCredit = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u64(outputCredit)
  }
}

/// STREAM_OUT: output of a stream and how far it is; `spikeCount` spikes follow.
public struct StreamOut: WireMessage, Equatable {
  public static var type: MessageType { .streamOut }
  public static var headerBytes: Int { 40 }
  /// The tick that is executed next.
  public var currentTick: UInt32
  /// The CRC32C of the ticks below `currentTick`, as RUN has it.
  public var crc: UInt32
  /// As STREAM's answer has them.
  public var inputCredit: UInt64
  public var droppedIn: UInt64
  public var droppedOut: UInt64
  /// Every output of the ticks below it has been told, with this frame.
  public var toldBefore: UInt32
  public var spikeCount: UInt32

  public init(
    currentTick: UInt32, crc: UInt32, inputCredit: UInt64, droppedIn: UInt64, droppedOut: UInt64, toldBefore: UInt32,
    spikeCount: UInt32
  ) {
    self.currentTick = currentTick
    self.crc = crc
    self.inputCredit = inputCredit
    self.droppedIn = droppedIn
    self.droppedOut = droppedOut
    self.toldBefore = toldBefore
    self.spikeCount = spikeCount
  }

  public init(from reader: inout WireReader) throws(WireError) {
    currentTick = try reader.u32()
    crc = try reader.u32()
    inputCredit = try reader.u64()
    droppedIn = try reader.u64()
    droppedOut = try reader.u64()
    toldBefore = try reader.u32()
    spikeCount = try reader.u32()
    try reader.expectRemaining(UInt64(spikeCount) * UInt64(WireSpike.byteCount))
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u32(currentTick)
    try writer.u32(crc)
    try writer.u64(inputCredit)
    try writer.u64(droppedIn)
    try writer.u64(droppedOut)
    try writer.u32(toldBefore)
    try writer.u32(spikeCount)
  }
}
