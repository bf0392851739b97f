import FixedPoint
import WireProtocol

/// A board's side of the protocol: bytes in, bytes out, one step at a time, without threads.
///
/// ```
/// loop: read into `receiveSpace`, `received(n)`; `poll()` while it says `.working`;
///       write from `output`, `sent(n)`; when the link breaks, `detach()`
/// ```
public struct BoardDevice<Platform: BoardPlatform & ~Copyable, Executor: BoardExecutor & ~Copyable>: ~Copyable {
  public var platform: Platform
  public let profile: BoardProfile
  var assembler: FrameAssembler
  var out: OutputQueue
  var chunks: ChunkMap
  var input: InputQueue
  let stage: UnsafeMutableRawBufferPointer
  var metadata: BoardMetadata
  /// The slot whose chunks `chunks` knows since this start.
  var receivingSlot: Int?
  var operation: BoardOperation = .none
  /// The request that `operation` answers.
  var request = FrameHeader(type: 0, session: 0, sequence: 0)
  var lastProgress: UInt64 = 0
  var executor: Executor?
  /// The executor's tick, which is asked for more often than it changes.
  var executorTick: UInt32 = 0
  var executorInputs = 0
  /// Outputs that tell spikes, and those that tell membranes.
  var executorOutputs = 0
  var executorReadouts = 0
  /// Where readouts begin in the stage; spikes stand before it.
  var readoutStart = 0
  var run = RunRecord()
  var stream: StreamRecord?
  var session: UInt32 = 0
  var sessionCount: UInt32 = 0
  var sessionNonce: UInt64 = 0
  var lastSequence: UInt32 = 0
  var lastError: UInt16 = 0
  var stats = StatsAnswer()
  let startTime: UInt64
  /// Whether RESET was asked for: the owner drops this device once `output` is empty, and starts anew.
  public var wantsRestart = false

  /// Starts a board: reads the metadata, checks the active slot's hash, and falls back if it is wrong.
  ///
  /// - Parameter workspace: `profile.workspaceBytes` bytes, aligned to 16, the owner's; they outlive the device.
  public init(platform: consuming Platform, profile: BoardProfile, workspace: UnsafeMutableRawBufferPointer) {
    precondition(workspace.count >= profile.workspaceBytes)
    var next = 0
    func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
      defer { next += BoardProfile.aligned(count) }
      return UnsafeMutableRawBufferPointer(rebasing: workspace[next..<next + count])
    }
    self.profile = profile
    assembler = FrameAssembler(
      memory: take(profile.bufferBytes), maximumPayload: UInt32(profile.maximumPayload))
    out = OutputQueue(memory: take(profile.bufferBytes), packetBytes: profile.packetBytes)
    chunks = ChunkMap(memory: take((profile.chunkCount + 7) / 8), chunkBytes: profile.chunkBytes)
    input = InputQueue(memory: take(profile.inputSpikes * WireSpike.byteCount))
    stage = take(profile.stageBytes)
    startTime = platform.milliseconds()
    self.platform = platform
    metadata = BoardMetadata.load(from: &self.platform, slotCount: profile.slotCount)
    if metadata.sequence == 0 { metadata.keys = profile.initialKeys }
    executor = nil
    start()
  }

  // MARK: Bytes

  /// Where the next bytes from the host go.
  public var receiveSpace: UnsafeMutableRawBufferPointer {
    mutating get { assembler.space }
  }

  /// Takes note of `count` bytes written to the front of `receiveSpace`.
  public mutating func received(_ count: Int) {
    assembler.received(count)
  }

  /// Handles the frame that lies whole at the front of `bytes`, the next from the host, without a copy of it.
  ///
  /// - Returns: how many bytes are done with; 0 where they have to go through `receiveSpace`, as they are no whole
  ///   frame, or the device has something else to do first.
  public mutating func handle(inPlace bytes: UnsafeRawBufferPointer) -> Int {
    guard hasRoomForFrame, !wantsRestart, stream == nil, case .none = operation,
      let frame = assembler.frame(at: bytes)
    else { return 0 }
    stats.framesReceived &+= 1
    handle(frame.header, frame.payload)
    return frame.total
  }

  /// The bytes for the host, valid until the next call.
  public var output: UnsafeRawBufferPointer { out.waiting }

  /// Takes note of `count` bytes of `output` that have left.
  public mutating func sent(_ count: Int) {
    out.sent(count)
  }

  /// Whether a host holds the session.
  public var isInSession: Bool { session != 0 }

  /// The link broke: ends the session and forgets what is under way; what a slot has received is kept.
  public mutating func detach() {
    endSession()
    assembler.reset()
    out.reset()
  }

  /// Drops what has arrived of a frame: for links whose silence is the only sign that the rest will not come.
  ///
  /// The owner calls it when the board is `.idle`, when nothing but a part of a frame is there to be dropped.
  public mutating func dropPartialFrame() {
    assembler.reset()
  }

  // MARK: Work

  public enum Activity: Equatable, Sendable {
    /// Nothing to do before more bytes arrive.
    case idle
    /// There is more to do at once.
    case working
    /// `output` must leave first.
    case blocked
  }

  /// Does one step: takes one frame, or goes on with a request that takes long.
  public mutating func poll() -> Activity {
    // What follows writes at most one frame before it looks again.
    guard hasRoomForFrame else {
      // A realtime stream goes on without its host: what has no room is dropped and counted. A fault shows
      // again when there is room to tell it.
      if stream?.mode == .realtime { _ = try? executeStreamTicks() }
      return .blocked
    }
    if wantsRestart { return .idle }
    if case .none = operation {
      let hasStreamed = stream != nil && runStream()
      // A stream that ends is followed by the next request, not overtaken.
      guard hasRoomForFrame, stream?.end == nil else { return .working }
      switch assembler.next() {
      case .needMore: return hasStreamed ? .working : .idle
      case .damaged(let error): refuseDamaged(error)
      case .frame(let header, let payload):
        stats.framesReceived &+= 1
        handle(header, payload)
      }
    } else {
      continueOperation()
    }
    return .working
  }

  private var hasRoomForFrame: Bool { out.room >= FrameLayout.frameBytes(payload: profile.maximumPayload) }

  /// A step of the stream; one that fails ends it with an error.
  private mutating func runStream() -> Bool {
    do throws(BoardError) {
      return try continueStream()
    } catch {
      let header = stream?.request ?? request
      stream = nil
      refuse(error, header)
      return true
    }
  }

  func status() -> StatusAnswer {
    let activity: BoardActivity =
      switch operation {
      case .none: stream != nil ? .running : receivingSlot == nil ? .idle : .receiving
      case .erase: .erasing
      case .commit: .committing
      case .hash: .hashing
      case .run: .running
      }
    return StatusAnswer(
      activity: activity, lastError: lastError, nextPollMilliseconds: activity == .idle ? 0 : 100,
      session: session, currentTick: executorTick)
  }

  mutating func endSession() {
    session = 0
    // A slot that was not erased to its end is erased anew, from what is known to be held.
    if case .erase = operation { receivingSlot = nil }
    operation = .none
    stream = nil
    input.reset()
    run.staged = 0
    run.stagedReadouts = 0
  }
}

/// A request that takes more than one step.
enum BoardOperation {
  case none
  /// Erasing for BEGIN, from `next` up to `end`.
  case erase(slot: Int, next: Int, end: Int)
  case commit(slot: Int, next: Int, SHA256)
  case hash(slot: Int, range: Range<Int>, next: Int, SHA256)
  case run(ticksLeft: UInt32)
}

/// What is counted between two clears.
struct RunRecord {
  var crc = CRC32C()
  var spikes: UInt64 = 0
  var inputEvents: UInt64 = 0
  /// Output events of the RUN in progress.
  var outputEvents: UInt64 = 0
  /// Output spikes that wait in the stage.
  var staged = 0
  /// Readouts that wait in the stage.
  var stagedReadouts = 0
}
