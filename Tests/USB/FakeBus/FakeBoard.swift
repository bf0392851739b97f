import BoardCore
import CFakeUSB
import Glibc
import Targets
import VirtualBoard
import WireProtocol

/// A board on the fake bus: the board's own code, over storage in memory, behind two bulk endpoints.
///
/// It has the two habits of real ones that a host must heed: a read of its firmware ends with a short packet only, and
/// so does what the host reads of it. What it holds in its slots outlives its power.
///
/// Everything happens under the bus's lock, or while the board is not plugged in.
final class FakeBoard: @unchecked Sendable {
  enum Hang: String {
    /// `session`: frames only, until the session is reset.
    case none, session, bulk, all
  }

  enum Endpoint: UInt8 {
    // Not those that a host might take for granted.
    case out = 0x03
    case `in` = 0x82
  }

  /// Something that happens at a request.
  struct Trigger {
    enum Action {
      case unplug(isBefore: Bool, pause: Int, place: String)
      case halt(Endpoint)
      case hang(Hang)
    }

    let type: UInt8
    /// Requests of the type to go, this one included.
    var count: Int
    let action: Action
  }

  let serial: String
  let speed: Int
  var isForeign = false
  /// Whether it goes on without the cable.
  var isPowered = false
  var number = 0
  var usb: OpaquePointer?
  var versions: (least: UInt8, greatest: UInt8)?
  var hang = Hang.none
  /// Milliseconds between the end of its program and the bus's taking note.
  var lingers = 0
  /// Whether it tells another checksum of each run than that of its spikes.
  var errs = false
  var trigger: Trigger?
  var onUnplug: (FakeBoard, Int, String) -> Void = { _, _, _ in }
  let profile: BoardProfile
  private let storage: VirtualStorage
  private let workspace: UnsafeMutableRawBufferPointer
  var device: BoardDevice<VirtualPlatform, MeshExecutor>
  /// What the firmware has read, frames whole and not.
  private var arrived: [UInt8] = []
  /// What has come of a read that no short packet has ended yet.
  private var reading: [UInt8] = []
  /// One transfer each.
  private var leaving: [[UInt8]] = []
  private var stale: [UInt8] = []
  private var halted: Set<Endpoint> = []
  private var isCut = false
  private var isGoing = false

  init(serial: String, target: Target, speed: Int) throws {
    self.serial = serial
    self.speed = speed
    var profile = try BoardProfile(target: target, serial: serial)
    profile.packetBytes = speed >= 5000 ? 1024 : 512
    self.profile = profile
    storage = try VirtualStorage(folder: nil, slotCount: profile.slotCount, slotBytes: profile.slotBytes)
    workspace = .allocate(byteCount: profile.workspaceBytes, alignment: 16)
    device = BoardDevice(platform: VirtualPlatform(storage: storage), profile: profile, workspace: workspace)
  }

  deinit {
    workspace.deallocate()
  }

  /// Power comes with the cable, unless it was there.
  func start() {
    if isPowered && !device.wantsRestart {
      device.detach()
    } else {
      device = BoardDevice(platform: VirtualPlatform(storage: storage), profile: profile, workspace: workspace)
    }
    forget()
    halted = []
    isCut = false
    isGoing = false
  }

  func cut() {
    isCut = true
    if let usb { fake_device_cut(usb) }
  }

  func halt(_ endpoint: Endpoint) { halted.insert(endpoint) }

  func haltCleared(_ endpoint: UInt8) {
    if let endpoint = Endpoint(rawValue: endpoint) { halted.remove(endpoint) }
  }

  /// The end of an answer that an earlier host has not read.
  func addStaleBytes() {
    stale = (0..<700).map { UInt8(truncatingIfNeeded: $0) }
  }

  private func forget() {
    arrived = []
    reading = []
    leaving = []
  }

  // MARK: Control requests

  /// Answers a control request: the bytes moved, `FAKE_STALL` or `FAKE_NO_ANSWER`.
  func control(_ setup: [UInt8], _ data: UnsafeMutableRawBufferPointer) -> Int32 {
    guard hang != .all else { return FAKE_NO_ANSWER }
    guard !isGoing else { return FAKE_ERROR }
    let size = min(data.count, Int(setup[6]) | Int(setup[7]) << 8)
    let room = UnsafeMutableRawBufferPointer(rebasing: data[..<size])
    if setup[0] == 0x80, setup[1] == 6, setup[3] == 3 { return string(setup[2], room) }
    guard !isForeign, setup[4] == Descriptors.boardInterface else { return FAKE_STALL }
    switch (setup[0], USBBinding.ControlRequest(rawValue: setup[1])) {
    case (USBBinding.requestTypeIn, .getInfo):
      let count = device.controlInfo(into: room)
      if let versions, count >= 2 {
        room[0] = versions.least
        room[1] = versions.greatest
      }
      return Int32(count)
    case (USBBinding.requestTypeIn, .getStatus): return Int32(device.controlStatus(into: room))
    case (USBBinding.requestTypeOut, .sessionReset) where size == 8:
      forget()
      if hang == .session { hang = .none }
      device.controlReset(nonce: UInt64(littleEndian: room.loadUnaligned(as: UInt64.self)))
      if !stale.isEmpty { leaving.append(stale) }
      return 8
    default: return FAKE_STALL
    }
  }

  private func string(_ index: UInt8, _ room: UnsafeMutableRawBufferPointer) -> Int32 {
    let bytes = Descriptors.string(index, serial: serial)
    guard !bytes.isEmpty else { return FAKE_STALL }
    let count = min(bytes.count, room.count)
    room.copyBytes(from: bytes[..<count])
    return Int32(count)
  }

  // MARK: Bulk

  /// Does whatever can be done.
  func work() {
    guard let usb, !isCut, !isGoing, !isForeign, hang == .none else { return }
    takeURBs(usb)
    handleFrames()
    if hang == .none { giveURBs(usb) }
    if device.wantsRestart && device.output.isEmpty && leaving.isEmpty {
      if lingers > 0 { isGoing = true } else { cut() }
      onUnplug(self, 100, Descriptors.firstPlace)
    }
  }

  private func takeURBs(_ usb: OpaquePointer) {
    while let urb = fake_device_urb(usb, Endpoint.out.rawValue) {
      if halted.contains(.out) {
        fake_urb_complete(usb, urb, -EPIPE)
        continue
      }
      // The controller holds more back until the firmware has read.
      guard arrived.count < 1 << 20 else { return }
      let size = Int(fake_urb_size(urb))
      reading += UnsafeBufferPointer(start: fake_urb_bytes(urb), count: size)
      fake_urb_move(urb, Int32(size))
      fake_urb_complete(usb, urb, 0)
      // A read takes 16 KiB at most, and ends early with a short packet only.
      let readBytes = 16384
      let isShort = size % profile.packetBytes != 0
      let whole = isShort ? reading.count : reading.count / readBytes * readBytes
      arrived += reading[..<whole]
      reading.removeFirst(whole)
    }
  }

  private func giveURBs(_ usb: OpaquePointer) {
    while let urb = fake_device_urb(usb, Endpoint.in.rawValue) {
      if halted.contains(.in) {
        fake_urb_complete(usb, urb, -EPIPE)
        continue
      }
      guard let transfer = leaving.first else { return }
      let moved = Int(fake_urb_moved(urb))
      let count = min(Int(fake_urb_size(urb)) - moved, transfer.count)
      let room = UnsafeMutableRawBufferPointer(start: fake_urb_bytes(urb), count: Int(fake_urb_size(urb)))
      UnsafeMutableRawBufferPointer(rebasing: room[moved...]).copyBytes(from: transfer[..<count])
      fake_urb_move(urb, Int32(count))
      let isEnd = count == transfer.count
      if isEnd { leaving.removeFirst() } else { leaving[0].removeFirst(count) }
      let isFull = moved + count == Int(fake_urb_size(urb))
      if isFull || isEnd && (moved + count) % profile.packetBytes != 0 { fake_urb_complete(usb, urb, 0) }
    }
  }

  // MARK: Frames

  /// Hands the board one frame at a time, so that something can happen between two.
  private func handleFrames() {
    while hang == .none, let count = firstFrame() {
      let frame = Array(arrived[..<count])
      arrived.removeFirst(count)
      let action = act(on: frame)
      if case .unplug(true, let pause, let place) = action { return unplug(pause, place) }
      if case .halt(let endpoint) = action { halt(endpoint) }
      if case .hang(let kind) = action { hang = kind }
      if versions != nil, answerAsOtherVersion(frame) { continue }
      feed(frame)
      if case .unplug(false, let pause, let place) = action { return unplug(pause, place) }
      if hang == .none { collect() }
    }
  }

  /// The bytes of the frame that has arrived, or of what is none; nil while there is too little.
  private func firstFrame() -> Int? {
    guard !arrived.isEmpty else { return nil }
    return arrived.withUnsafeBytes { bytes in
      switch FrameCodec.scan(bytes, maximumPayload: FrameLayout.greatestPayload) {
      case .frame(_, _, let total): total
      case .damaged(_, let skip): min(skip, bytes.count)
      case .needMore: nil
      }
    }
  }

  private func unplug(_ pause: Int, _ place: String) {
    cut()
    onUnplug(self, pause, place)
  }

  private func act(on frame: [UInt8]) -> Trigger.Action? {
    guard var next = trigger, frame.count >= FrameLayout.headerBytes, frame[6] == next.type else { return nil }
    next.count -= 1
    trigger = next.count > 0 ? next : nil
    return next.count > 0 ? nil : next.action
  }

  private func feed(_ frame: [UInt8]) {
    var rest = frame[...]
    while true {
      let space = device.receiveSpace
      let count = min(space.count, rest.count)
      space.copyBytes(from: rest[rest.startIndex..<rest.startIndex + count])
      device.received(count)
      rest = rest.dropFirst(count)
      switch device.poll() {
      case .working: continue
      case .idle: if rest.isEmpty { return }
      case .blocked: collect()
      }
    }
  }

  /// Cuts what the board says into frames, as each ends a transfer.
  private func collect() {
    while case let bytes = device.output, !bytes.isEmpty {
      guard case .frame(_, _, let total) = FrameCodec.scan(bytes, maximumPayload: FrameLayout.greatestPayload) else {
        fatalError("the board's output begins with no frame")
      }
      leaving.append(errs ? withOtherChecksum(Array(bytes[..<total])) : Array(bytes[..<total]))
      device.sent(total)
    }
  }

  /// The frame, or, of an answer to RUN, one that tells another checksum over the spikes.
  private func withOtherChecksum(_ frame: [UInt8]) -> [UInt8] {
    guard frame[6] == MessageType.runAnswer.rawValue else { return frame }
    var changed = frame
    return changed.withUnsafeMutableBytes { bytes in
      guard
        case .frame(let header, let payload, _) = FrameCodec.scan(
          UnsafeRawBufferPointer(bytes), maximumPayload: FrameLayout.greatestPayload)
      else { return frame }
      bytes[payload.lowerBound + 4] ^= 1
      let count = (try? FrameCodec.seal(header, in: bytes, packetBytes: profile.packetBytes)) ?? 0
      return Array(bytes[..<count])
    }
  }

  /// What a board that speaks other versions says; false for what needs no version.
  private func answerAsOtherVersion(_ frame: [UInt8]) -> Bool {
    guard let versions, frame.count >= FrameLayout.headerBytes else { return false }
    let sequence = frame.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 12, as: UInt32.self)) }
    switch MessageType(rawValue: frame[6]) {
    case .getInfo:
      var info = [UInt8](repeating: 0, count: 1024)
      _ = info.withUnsafeMutableBytes { device.controlInfo(into: $0) }
      var answer = info.withUnsafeBytes { bytes in
        var reader = WireReader(bytes)
        return (try? BoardInfo(from: &reader)) ?? BoardInfo()
      }
      answer.minimumMajor = versions.least
      answer.maximumMajor = versions.greatest
      send(answer, sequence)
    case .hello:
      send(BoardError(.version, detail: UInt32(versions.least) << 8 | UInt32(versions.greatest)), sequence)
    default: return false
    }
    return true
  }

  private func send(_ message: some WireMessage, _ sequence: UInt32) {
    var bytes = [UInt8](repeating: 0, count: 2048)
    let count = bytes.withUnsafeMutableBytes { buffer -> Int in
      var writer = WireWriter(UnsafeMutableRawBufferPointer(rebasing: buffer[FrameLayout.headerBytes...]))
      try? message.write(to: &writer)
      let header = FrameHeader(
        type: type(of: message).type.rawValue, session: 0, sequence: sequence, length: UInt32(writer.count))
      return (try? FrameCodec.seal(header, in: buffer, packetBytes: profile.packetBytes)) ?? 0
    }
    leaving.append(Array(bytes[..<count]))
  }
}
