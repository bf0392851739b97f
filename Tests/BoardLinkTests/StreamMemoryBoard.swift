import BoardCore
import BoardLink
import FixedPoint
import Targets
import VirtualBoard
import WireProtocol

/// A board of the firmware's own code in this process, at the end of a link whose speed and clock a test decides.
final class MemoryBoard: Transport {
  typealias Device = BoardDevice<MemoryPlatform, MeshExecutor>

  let address = DeviceAddress.usb(serial: "MEM")
  var packetBytes: Int { 64 }
  /// Bytes that the link moves each way in one turn.
  var linkBytes = Int.max
  /// Steps that the board does in one turn.
  var steps = 64
  /// How far the board's clock goes with each turn, and with each of the board's steps.
  var turnMicroseconds: UInt64 = 100
  var stepMicroseconds: UInt64 = 0
  /// Turns of which everything that the host sends is lost, and what the board sends.
  var lostSendings: Set<Int> = []
  var lostAnswers: Set<Int> = []
  private(set) var turns = 0
  /// The turns after which the cable is pulled.
  var turnsLeft = Int.max
  private var device: Device
  private let workspace: UnsafeMutableRawBufferPointer

  init(_ target: Target, change: (inout BoardProfile) -> Void = { _ in }) throws {
    var profile = try BoardProfile(target: target, serial: "MEM")
    profile.packetBytes = 64
    change(&profile)
    workspace = .allocate(byteCount: profile.workspaceBytes, alignment: 16)
    device = Device(
      platform: MemoryPlatform(slots: profile.slotCount, bytes: profile.slotBytes), profile: profile,
      workspace: workspace)
  }

  deinit {
    workspace.deallocate()
  }

  func close() {
    device.detach()
  }

  func exchange(
    sending: UnsafeRawBufferPointer, receiving: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(BoardLinkError) -> (sent: Int, received: Int) {
    turns += 1
    turnsLeft -= 1
    guard turnsLeft > 0 else { throw .disconnected(address) }
    device.platform.clock.microseconds += turnMicroseconds
    let space = device.receiveSpace
    let sent = min(sending.count, space.count, linkBytes)
    space.copyMemory(from: UnsafeRawBufferPointer(rebasing: sending[..<sent]))
    device.received(lostSendings.contains(turns) ? 0 : sent)
    for _ in 0..<steps {
      device.platform.clock.microseconds += stepMicroseconds
      if device.poll() != .working { break }
    }
    let waiting = device.output
    let count = min(waiting.count, receiving.count, linkBytes)
    receiving.copyMemory(from: UnsafeRawBufferPointer(rebasing: waiting[..<count]))
    device.sent(count)
    return (sent, lostAnswers.contains(turns) ? 0 : count)
  }
}

/// Slots in memory, and a clock that a test moves.
struct MemoryPlatform: BoardPlatform {
  final class Clock {
    var microseconds: UInt64 = 0
  }

  final class Slot {
    let bytes: UnsafeMutableRawBufferPointer

    init(bytes count: Int) {
      bytes = .allocate(byteCount: count, alignment: 16)
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { bytes.deallocate() }
  }

  let clock = Clock()
  private let slots: [Slot]
  private var records: [[UInt8]] = [[], []]
  private var machine: Slot?

  init(slots count: Int, bytes: Int) {
    slots = (0..<count).map { _ in Slot(bytes: bytes) }
  }

  var bootIdentifier: UInt64 { 1 }
  func milliseconds() -> UInt64 { clock.microseconds / 1000 }
  func microseconds() -> UInt64 { clock.microseconds }
  func contents(ofSlot slot: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(slots[slot].bytes) }
  func erase(slot: Int, range: Range<Int>) {}

  func write(_ bytes: UnsafeRawBufferPointer, slot: Int, offset: Int) {
    UnsafeMutableRawBufferPointer(rebasing: slots[slot].bytes[offset...]).copyMemory(from: bytes)
  }

  func flush(slot: Int) {}

  func readMetadata(record: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard records[record].count == buffer.count else { return false }
    buffer.copyBytes(from: records[record])
    return true
  }

  mutating func writeMetadata(_ bytes: UnsafeRawBufferPointer, record: Int) {
    records[record] = Array(bytes)
  }

  mutating func executorMemory(byteCount: Int) -> UnsafeMutableRawBufferPointer? {
    let slot = Slot(bytes: max(byteCount, 16))
    machine = slot
    return slot.bytes
  }
}
