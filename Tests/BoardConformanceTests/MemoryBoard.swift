import BoardCore
import BoardLink
import FixedPoint
import MeshMachine
import Signatures
import WireProtocol

/// A board in memory: the device's own code, without threads, sockets or clocks, and with one fault at will.
final class MemoryBoard {
  typealias Device = BoardDevice<MemoryPlatform, MeshExecutor>

  /// What it does wrong, from when it is set.
  var fault = Fault()
  let record = FaultRecord()
  private let profile: BoardProfile
  private let workspace: UnsafeMutableRawBufferPointer
  private let store: MemoryStore
  private var device: Device
  private var starts: UInt64 = 1
  private var holder: MemoryLink?
  private var links: [MemoryLink] = []

  init(_ profile: BoardProfile, fault: Fault = Fault(), canVerify: Bool = true) {
    var profile = profile
    fault.change(&profile)
    self.profile = profile
    workspace = .allocate(byteCount: profile.workspaceBytes, alignment: 16)
    store = MemoryStore(slots: profile.slotCount, bytes: profile.slotBytes, canVerify: canVerify)
    device = Device(platform: MemoryPlatform(store, start: 1), profile: profile, workspace: workspace)
  }

  /// Another link to the board.
  func link() -> MemoryLink {
    let link = MemoryLink(self, fault.address, packetBytes: fault.linkPacketBytes ?? profile.packetBytes)
    links.append(link)
    return link
  }

  /// Takes bytes of a link and gives back the board's.
  func exchange(_ bytes: [UInt8], _ link: MemoryLink) -> [UInt8] {
    guard holder == nil || holder === link else { return outgoing(guest(bytes)) }
    holder = link
    var rest = fault.incoming(bytes, record)[...]
    var answers = record.takeReplies()
    while true {
      let space = device.receiveSpace
      let count = min(space.count, rest.count)
      UnsafeMutableRawBufferPointer(rebasing: space[0..<count]).copyBytes(from: rest.prefix(count))
      device.received(count)
      rest = rest.dropFirst(count)
      while device.poll() != .idle {
        answers += device.output
        device.sent(device.output.count)
      }
      answers += device.output
      device.sent(device.output.count)
      if rest.isEmpty { break }
    }
    let sent = outgoing(answers)
    if device.wantsRestart { restart() }
    return sent
  }

  func close(_ link: MemoryLink) {
    guard holder === link, !fault.keepsHolder else { return }
    holder = nil
    device.detach()
  }

  private func restart() {
    starts += 1
    if fault.losesStore { store.clear() }
    device = Device(platform: MemoryPlatform(store, start: starts), profile: profile, workspace: workspace)
    for link in links { link.isOpen = false }
    links = []
    holder = nil
  }

  /// Answers the frames of a link that does not hold the board.
  private func guest(_ bytes: [UInt8]) -> [UInt8] {
    var answers: [UInt8] = []
    for (header, _) in wholeFrames(bytes) {
      answers += [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
        count = device.answerGuest(header, isHeld: true, into: UnsafeMutableRawBufferPointer(buffer))
      }
    }
    return answers
  }

  private func outgoing(_ bytes: [UInt8]) -> [UInt8] {
    guard fault.changesAnswers else { return bytes }
    return wholeFrames(bytes).flatMap { header, payload in
      fault.outgoing(header, payload, record).flatMap { sealed($0.0, $0.1, packetBytes: profile.packetBytes) }
    }
  }
}

/// One end of a link to a board in memory.
final class MemoryLink: Transport {
  let address: DeviceAddress
  let packetBytes: Int
  var isOpen = true
  private let board: MemoryBoard
  private var arrived: [UInt8] = []

  init(_ board: MemoryBoard, _ address: DeviceAddress, packetBytes: Int) {
    self.board = board
    self.address = address
    self.packetBytes = packetBytes
  }

  func exchange(
    sending: UnsafeRawBufferPointer, receiving: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(BoardLinkError) -> (sent: Int, received: Int) {
    if isOpen && !sending.isEmpty { arrived += board.exchange(Array(sending), self) }
    guard isOpen || !arrived.isEmpty else { throw .disconnected(address) }
    let count = min(arrived.count, receiving.count)
    receiving.copyBytes(from: arrived.prefix(count))
    arrived.removeFirst(count)
    return (sending.count, count)
  }

  func close() {
    board.close(self)
  }
}

/// What a board keeps when it starts anew.
final class MemoryStore {
  let slots: [UnsafeMutableRawBufferPointer]
  let canVerify: Bool
  var metadata: [[UInt8]?] = [nil, nil]
  private var executor: UnsafeMutableRawBufferPointer?

  init(slots: Int, bytes: Int, canVerify: Bool) {
    self.slots = (0..<slots).map { _ in .allocate(byteCount: bytes, alignment: 16) }
    self.canVerify = canVerify
    clear()
  }

  deinit {
    for slot in slots { slot.deallocate() }
    executor?.deallocate()
  }

  func clear() {
    metadata = [nil, nil]
    for slot in slots { slot.initializeMemory(as: UInt8.self, repeating: 0xFF) }
  }

  func executorMemory(_ count: Int) -> UnsafeMutableRawBufferPointer {
    executor?.deallocate()
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 16), alignment: 16)
    executor = memory
    return memory
  }
}

struct MemoryPlatform: BoardPlatform {
  private let store: MemoryStore
  let bootIdentifier: UInt64

  init(_ store: MemoryStore, start: UInt64) {
    self.store = store
    bootIdentifier = 0x5EED_0000_0000_0000 + start
  }

  var canVerifySignatures: Bool { store.canVerify }

  func verifySignature(_ signature: Signature, of message: UnsafeRawBufferPointer, publicKey: PublicKey) -> Bool {
    Ed25519.isValid(signature, of: message, publicKey: publicKey)
  }

  func milliseconds() -> UInt64 { 0 }
  func contents(ofSlot slot: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(store.slots[slot]) }
  func erase(slot: Int, range: Range<Int>) {}
  func flush(slot: Int) {}

  func write(_ bytes: UnsafeRawBufferPointer, slot: Int, offset: Int) {
    UnsafeMutableRawBufferPointer(rebasing: store.slots[slot][offset..<offset + bytes.count]).copyMemory(from: bytes)
  }

  func readMetadata(record: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard let bytes = store.metadata[record], bytes.count == buffer.count else { return false }
    buffer.copyBytes(from: bytes)
    return true
  }

  func writeMetadata(_ bytes: UnsafeRawBufferPointer, record: Int) {
    store.metadata[record] = Array(bytes)
  }

  func executorMemory(byteCount: Int) -> UnsafeMutableRawBufferPointer? { store.executorMemory(byteCount) }
}
