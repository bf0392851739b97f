import WireProtocol

/// What makes a stream's ticks go by.
public enum StreamPace: Sendable, Equatable {
  /// A tick is executed when its input is complete and the host takes its output: nothing is lost.
  case deterministic
  /// A tick is executed when its time has come: what is late or has no room is dropped and counted.
  case realtime(tickMicroseconds: UInt32)

  var mode: StreamRequest.Mode {
    switch self {
    case .deterministic: .deterministic
    case .realtime: .realtime
    }
  }

  var tickMicroseconds: UInt32 {
    switch self {
    case .deterministic: 0
    case .realtime(let period): period
    }
  }
}

/// How a stream is opened.
public struct StreamOptions: Sendable, Equatable {
  public var pace: StreamPace
  /// Whether the board is cleared first, so that ticks count from 0.
  public var clearsFirst: Bool
  /// The outputs of the active image, readouts included: a tick is executed when all of them have credit.
  public var outputs: Int
  /// Output events that may be on their way or wait here to be taken; at least `outputs` are.
  public var outputWindow: Int

  public init(pace: StreamPace, outputs: Int, clearsFirst: Bool = true, outputWindow: Int = 1 << 16) {
    self.pace = pace
    self.clearsFirst = clearsFirst
    self.outputs = outputs
    self.outputWindow = max(outputWindow, outputs, 1)
  }
}

/// How far a stream is, as the board has told it.
public struct StreamStatus: Sendable, Equatable {
  /// The tick that is executed next.
  public var tick: UInt32
  /// All output of the ticks below it has come.
  public var toldBefore: UInt32
  /// The CRC32C over all spikes of all neurons and all readouts of the ticks below `tick`, since the last clear.
  public var crc: UInt32
  /// Realtime: input spikes that came late, and output events without credit or room.
  public var droppedIn: UInt64
  public var droppedOut: UInt64
}

/// What a stream was, as the board has told it at its end.
public typealias StreamTotals = StreamAnswer

/// Output of a stream, each list ascending by tick.
public struct StreamOutput: Sendable, Equatable {
  public var spikes: [WireSpike] = []
  public var readouts: [WireReadout] = []
  /// All output of the ticks below it has come, with this or before.
  public var completeBefore: UInt32 = 0

  public init() {}

  /// Output events: spikes and readouts.
  public var count: Int { spikes.count + readouts.count }
}
