import FixedPoint
import WireProtocol

/// What kind of board a `BoardDevice` is: sizes, limits and names.
public struct BoardProfile: Sendable {
  public var targetName = WireText()
  /// SHA-256 of the target's canonical description.
  public var targetDigest = Digest()
  public var serial = WireText()
  public var hardwareRevision: UInt32 = 1
  /// major · 65536 + minor · 256 + patch.
  public var firmwareVersion: UInt32 = 0x0001_0000
  /// 1–4.
  public var slotCount: Int
  public var slotBytes: Int
  /// The unit of WRITE's offsets.
  public var chunkBytes: Int
  /// At least 512.
  public var maximumPayload: Int
  public var window: Int
  /// 0 where the transport has no packets.
  public var packetBytes: Int = 0
  public var eraseMilliseconds: Int
  public var commitMilliseconds: Int
  /// Input spikes that can wait for their tick.
  public var inputSpikes: Int
  public var maximumOutputs: Int
  public var maximumTicks: Int = 1 << 20
  /// Bytes received after which the progress is stored, a multiple of the chunk.
  public var checkpointBytes: Int
  /// Bytes that are erased or hashed before other work gets its turn.
  public var stepBytes: Int = 1 << 18
  /// Ticks that are executed before other work gets its turn.
  public var stepTicks: Int = 32
  /// Frames that the receiving and the sending buffer hold; 1 is enough for a microcontroller.
  public var bufferedFrames: Int = 1
  /// Starts without CONFIRM after which a slot on trial is given up.
  public var trialStarts: UInt8 = 3
  /// Keys that are pinned when the board starts for the first time, with no metadata of its own.
  public var initialKeys = PinnedKeys()

  /// - Precondition: every number is positive, `slotCount` ≤ 4, 512 ≤ `maximumPayload` ≤ 2^20,
  ///   `chunkBytes` ≤ `maximumPayload` − 16.
  public init(
    slotCount: Int, slotBytes: Int, chunkBytes: Int, maximumPayload: Int, window: Int, eraseMilliseconds: Int,
    commitMilliseconds: Int, inputSpikes: Int, maximumOutputs: Int
  ) {
    precondition(slotCount >= 1 && slotCount <= BoardInfo.maximumSlots)
    precondition(maximumPayload >= 512 && maximumPayload <= Int(FrameLayout.greatestPayload))
    precondition(slotBytes > 0 && chunkBytes > 0 && chunkBytes <= maximumPayload - 16)
    precondition(window > 0 && inputSpikes > 0 && maximumOutputs > 0)
    self.slotCount = slotCount
    self.slotBytes = slotBytes
    self.chunkBytes = chunkBytes
    self.maximumPayload = maximumPayload
    self.window = window
    self.eraseMilliseconds = eraseMilliseconds
    self.commitMilliseconds = commitMilliseconds
    self.inputSpikes = inputSpikes
    self.maximumOutputs = maximumOutputs
    checkpointBytes = (max(1 << 18, chunkBytes) + chunkBytes - 1) / chunkBytes * chunkBytes
  }

  var chunkCount: Int { (slotBytes + chunkBytes - 1) / chunkBytes }
  var bufferBytes: Int { bufferedFrames * FrameLayout.frameBytes(payload: maximumPayload) }
  /// Output spikes that are collected before they are sent; at least those of one tick.
  var stagedSpikes: Int { max(maximumOutputs, (maximumPayload - RunAnswer.headerBytes) / WireSpike.byteCount) }

  /// The bytes of spikes and readouts that are collected: also one tick of nothing but readouts fits.
  var stageBytes: Int { max(stagedSpikes * WireSpike.byteCount, maximumOutputs * WireReadout.byteCount) }

  /// The memory that a device of this profile works in, the executor's not counted.
  public var workspaceBytes: Int {
    Self.aligned(bufferBytes) * 2 + Self.aligned((chunkCount + 7) / 8)
      + Self.aligned(inputSpikes * WireSpike.byteCount) + Self.aligned(stageBytes)
  }

  static func aligned(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}
