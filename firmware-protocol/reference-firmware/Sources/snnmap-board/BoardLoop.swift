import BoardCore
import Glibc
import VirtualBoard
import WireProtocol

/// The board's thread: moves bytes between the bulk endpoints and a `BoardDevice`, and lets it work.
final class BoardLoop {
  private typealias Device = BoardDevice<VirtualPlatform, MeshExecutor>

  /// Transfers under way in each direction: as many frames as wait while the processor does something else.
  private static let outDepth = 8
  private static let inDepth = 8
  /// What a host sends at a time: whole frames then lie in one transfer, and are handled where they lie.
  private static let outTransferBytes = 1 << 17
  private static let inTransferBytes = 1 << 16
  /// Bytes of answers that leave even though there is more to take: those to a quarter of the window.
  private static let answersTogether = 8 * 48
  /// How old what the control endpoint tells may be.
  private static let publishTime = Duration.milliseconds(Int64(publishMilliseconds))
  private static let publishMilliseconds: Int32 = 10
  private let functionFS: FunctionFS
  private let gadget: Gadget?
  private let desk: ControlDesk
  private let storage: VirtualStorage
  private var profile: BoardProfile
  private let workspace: UnsafeMutableRawBufferPointer
  private var device: Device
  private let io: AsyncIO
  private let out: EndpointQueue
  private let `in`: EndpointQueue
  /// Bytes of the oldest OUT transfer that the device has taken.
  private var taken = 0
  /// Cuts what is sent into transfers.
  private var cutter = FrameCutter(packetBytes: 1024, transferBytes: BoardLoop.inTransferBytes)
  private var isEnabled = false
  private var isMeasuring = false
  private var activity: Device.Activity = .idle
  private var published = ContinuousClock.now
  private var isPublished = true

  init(
    profile: BoardProfile, storage: VirtualStorage, functionFS: FunctionFS, gadget: Gadget?, desk: ControlDesk,
    wakeUp: EventCounter
  ) throws(FirmwareError) {
    self.functionFS = functionFS
    self.gadget = gadget
    self.desk = desk
    self.storage = storage
    self.profile = profile
    workspace = .allocate(byteCount: profile.workspaceBytes, alignment: 16)
    device = Device(platform: VirtualPlatform(storage: storage), profile: profile, workspace: workspace)
    io = try AsyncIO(depth: Self.outDepth + Self.inDepth, wakeUp: wakeUp)
    out = EndpointQueue(
      io, endpoint: functionFS.out, isWrite: false, depth: Self.outDepth, transferBytes: Self.outTransferBytes)
    `in` = EndpointQueue(
      io, endpoint: functionFS.in, isWrite: true, depth: Self.inDepth, transferBytes: Self.inTransferBytes)
    publish()
  }

  deinit {
    workspace.deallocate()
  }

  /// Serves hosts until RESET is asked for and nobody here can bind the gadget again.
  func run() throws(FirmwareError) {
    while true {
      io.wakeUp.wait(milliseconds: patience)
      io.collect()
      if let command = desk.nextCommand() {
        try obey(command)
        publish()
        desk.commandIsDone()
      }
      if isEnabled { try move() } else { activity = .idle }
      if device.wantsRestart && device.output.isEmpty && `in`.isIdle {
        guard let gadget else { return }
        try restart(gadget)
      }
    }
  }

  /// How long there is nothing to do unless something happens, in ms; −1 for ever.
  private var patience: Int32 {
    if activity == .working { return 0 }
    let publishing = isPublished ? -1 : Self.publishMilliseconds
    guard isEnabled, let microseconds = device.idleMicroseconds else { return publishing }
    let milliseconds = Int32(clamping: (microseconds + 999) / 1000)
    return isPublished ? milliseconds : min(milliseconds, publishing)
  }

  // MARK: Bulk

  /// Lets bytes and work go as far as they can.
  private func move() throws(FirmwareError) {
    for _ in 0..<2 * Self.outDepth {
      let hasHandled = receive()
      while out.hasFree, try out.start(out.transferBytes) > 0 {}
      activity = device.poll()
      // Answers to what is written wait for each other while there is more to take: each transfer costs both sides a
      // wake-up. A host waits for none of them, as they are few against its window.
      let mayWait = hasHandled && out.oldest != nil && activity != .blocked
      if !mayWait || device.output.count >= Self.answersTogether { try send() }
      if activity != .working { break }
    }
    // The output's room counts again, or the rest of what has arrived has got room.
    if activity == .blocked && device.output.isEmpty { activity = .working }
    if activity == .idle && out.oldest != nil && !device.receiveSpace.isEmpty { activity = .working }
    isPublished = false
    // Broken endpoints tell nothing more: the control endpoint says when they are open again.
    if out.isBroken || `in`.isBroken { try disable() }
    publishInTime()
  }

  /// Takes what has arrived, at most one transfer's frames at a time, so that their answers leave and the next transfer
  /// starts while there are more.
  ///
  /// - Returns: whether frames were handled where they lay.
  private func receive() -> Bool {
    while let bytes = out.oldest {
      if isMeasuring {
        out.dropOldest()
        continue
      }
      let before = taken
      while taken < bytes.count {
        let handled = device.handle(inPlace: UnsafeRawBufferPointer(rebasing: bytes[taken...]))
        guard handled > 0 else { break }
        taken += handled
      }
      let hasHandled = taken > before
      if taken < bytes.count {
        let space = device.receiveSpace
        let count = min(space.count, bytes.count - taken)
        space.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[taken..<taken + count]))
        device.received(count)
        taken += count
      }
      guard taken == bytes.count else { return hasHandled }
      taken = 0
      out.dropOldest()
      if hasHandled { return true }
    }
    return false
  }

  /// Sends what waits, as many frames in a transfer as go, whose last packet is short and ends the host's transfer too.
  ///
  /// While two transfers are under way, small answers wait for each other: the bus takes longer for transfers than for
  /// bytes.
  private func send() throws(FirmwareError) {
    while `in`.oldest != nil { `in`.dropOldest() }
    while `in`.hasFree && !device.output.isEmpty {
      guard `in`.count < 2 || device.output.count >= `in`.transferBytes || activity == .blocked else { return }
      cutter.transferBytes = `in`.transferBytes
      let count = cutter.cut(device.output)
      `in`.nextMemory.copyMemory(from: UnsafeRawBufferPointer(rebasing: device.output[..<count]))
      let started = try `in`.start(count)
      cutter.giveBack(count - started)
      guard started > 0 else { return }
      device.sent(started)
    }
  }

  // MARK: What the control endpoint wants

  private func obey(_ command: ControlDesk.Command) throws(FirmwareError) {
    switch command {
    case .enabled:
      try disable()
      guard let packetBytes = functionFS.packetBytes else { return }
      device.setPacketBytes(packetBytes)
      cutter = FrameCutter(packetBytes: packetBytes, transferBytes: `in`.transferBytes)
      isEnabled = true
    case .disabled: try disable()
    case .resetBegins:
      try stop()
      // The board stays deaf until the host's number is here.
      isEnabled = false
    case .resetEnds(let nonce):
      if let nonce { device.controlReset(nonce: nonce) }
      isEnabled = functionFS.packetBytes != nil
    case .measure(let isOn):
      isMeasuring = isOn
    }
  }

  private func disable() throws(FirmwareError) {
    isEnabled = false
    try stop()
  }

  /// Ends all transfers and the session, and forgets what is under way.
  private func stop() throws(FirmwareError) {
    try out.stop()
    try `in`.stop()
    device.detach()
    (taken, isMeasuring) = (0, false)
    cutter.reset()
    activity = .idle
  }

  /// What RESET does: the board leaves the bus, starts anew, and comes back.
  private func restart(_ gadget: Gadget) throws(FirmwareError) {
    // The answer has left, but the host's system may not have handed it on.
    usleep(100_000)
    try gadget.unbind()
    try disable()
    // Hosts notice a board that is away for so long.
    usleep(200_000)
    device = Device(platform: VirtualPlatform(storage: storage), profile: profile, workspace: workspace)
    publish()
    try gadget.bind()
  }

  private func publish() {
    desk.publish(info: { device.controlInfo(into: $0) }, status: { device.controlStatus(into: $0) })
    published = .now
    isPublished = true
  }

  /// Publishes now and then; for each frame, or each time when the thread sleeps, it would be too often.
  private func publishInTime() {
    if ContinuousClock.now - published > Self.publishTime { publish() }
  }
}
