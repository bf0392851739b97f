import WireProtocol

/// A stream in progress.
struct StreamRecord {
  let mode: StreamRequest.Mode
  /// The request that began it; what the board sends of itself carries its number.
  let request: FrameHeader
  /// The request that ends it.
  var end: FrameHeader?
  /// Input for ticks below it is complete.
  var completeBefore: UInt32 = 0
  /// Output events that the host takes, and those that were kept for it, since the beginning.
  var outputCredit: UInt64
  var outputs: UInt64 = 0
  /// Input spikes that came, late ones included; those waiting at the beginning count as taken before.
  var inputs: UInt64 = 0
  var droppedIn: UInt64 = 0
  var droppedOut: UInt64 = 0
  let tickMicroseconds: UInt64
  /// When the next tick is executed, in realtime.
  var nextTick: UInt64
  /// What the host was told last, and when.
  var toldTick: UInt32
  var toldInputCredit: UInt64
  var toldTime: UInt64

  /// How many output events may still be kept.
  var creditLeft: UInt64 { outputCredit > outputs ? outputCredit - outputs : 0 }
}
