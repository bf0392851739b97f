import BoardCore
import FixedPoint
import WireProtocol

/// A whole board of the mesh family that a fuzzer talks to.
final class FuzzBoard {
  typealias Device = BoardDevice<PagePlatform, MeshExecutor>

  /// Two images that run, and one that does not.
  static let images: [[UInt8]] = [HandImage.compact, HandImage.wide, Array(HandImage.wide.dropLast())]
  static let digests: [Digest] = images.map { image in image.withUnsafeBytes { SHA256.digest(of: $0) } }

  static let profile: BoardProfile = {
    var profile = BoardProfile(
      slotCount: 2, slotBytes: 4096, chunkBytes: 256, maximumPayload: 1040, window: 3, eraseMilliseconds: 10,
      commitMilliseconds: 10, inputSpikes: 64, maximumOutputs: 40)
    profile.maximumTicks = 100
    profile.checkpointBytes = 512
    profile.stepBytes = 1024
    profile.packetBytes = 64
    profile.targetDigest = [UInt8](repeating: 0x11, count: 32).withUnsafeBytes { Digest(bytes: $0) }
    return profile
  }()

  /// A storage on which image 0 is active; read only.
  nonisolated(unsafe) static let flashed: PageStorage = {
    let board = FuzzBoard(storage: PageStorage(slotCount: 2, slotBytes: profile.slotBytes))
    board.flash(image: 0)
    return board.device.platform.storage
  }()

  private(set) var device: Device
  private(set) var session: UInt32 = 0
  var sequence: UInt32 = 0
  /// What the board has sent since it was last looked at.
  var output: [UInt8] = []
  private let workspace: UnsafeMutableRawBufferPointer
  private var starts: UInt64 = 1
  private var polls = 0
  private static let mostPolls = 3000

  init(storage: PageStorage) {
    workspace = .allocate(byteCount: Self.profile.workspaceBytes, alignment: 16)
    device = Device(
      platform: PagePlatform(storage: storage, bootIdentifier: 1), profile: Self.profile, workspace: workspace)
  }

  deinit {
    workspace.deallocate()
  }

  func restart(with storage: PageStorage) {
    starts += 1
    session = 0
    device = Device(
      platform: PagePlatform(storage: storage, bootIdentifier: starts), profile: Self.profile, workspace: workspace)
  }

  /// Lets time pass.
  func wait(milliseconds: UInt64) {
    device.platform.clock += milliseconds
    work()
  }

  func withDevice<R>(_ body: (inout Device) -> R) -> R { body(&device) }

  func send(_ bytes: UnsafeRawBufferPointer) {
    var sent = 0
    while sent < bytes.count && polls < Self.mostPolls {
      let space = device.receiveSpace
      let count = min(space.count, bytes.count - sent)
      space.copyBytes(from: bytes[sent..<sent + count])
      device.received(count)
      sent += count
      work()
    }
  }

  func send(type: UInt8, session: UInt32? = nil, sequence: UInt32? = nil, payload: UnsafeRawBufferPointer) {
    self.sequence &+= 1
    let frame = sealedFrame(
      type: type, session: session ?? self.session, sequence: sequence ?? self.sequence, payload: payload)
    frame.withUnsafeBytes { send($0) }
  }

  func send<Message: WireMessage>(_ message: Message, body: [UInt8] = []) {
    (encoded(message) + body).withUnsafeBytes { send(type: Message.type.rawValue, payload: $0) }
  }

  /// Opens a session, and writes and activates an image.
  func flash(image: Int) {
    send(Hello(nonce: starts, minimumMajor: 1, maximumMajor: 1))
    begin(image: image, slot: Begin.anySlot)
    for chunk in 0...Self.images[image].count / 256 { write(image: image, chunk: chunk) }
    send(Commit(digest: Self.digests[image]))
    for slot in UInt8(0)..<2 { send(Activate(slot: slot, mode: .permanent)) }
  }

  func begin(image: Int, slot: UInt8, manifest: [UInt8] = []) {
    send(
      Begin(
        slot: slot, family: MeshExecutor.family, size: UInt64(Self.images[image].count), digest: Self.digests[image],
        targetDigest: Self.profile.targetDigest, manifestBytes: UInt32(manifest.count)), body: manifest)
  }

  func write(image: Int, chunk: Int) {
    let bytes = Self.images[image]
    let start = min(chunk * 256, bytes.count)
    send(Write(offset: UInt64(start)), body: Array(bytes[start..<min(start + 256, bytes.count)]))
  }

  /// Works until there is nothing to do, or it has been enough.
  private func work() {
    while polls < Self.mostPolls {
      polls += 1
      let activity = device.poll()
      take()
      if device.wantsRestart {
        restart(with: device.platform.storage)
        return
      }
      if activity == .idle { return }
    }
  }

  /// What a board sends are whole frames of its protocol.
  private func take() {
    var rest = device.output
    while !rest.isEmpty {
      guard case .frame(let header, let payload, let total) = FrameCodec.scan(rest, maximumPayload: 1040) else {
        fatalError("the board sends something that is no frame")
      }
      require(header.message?.isFromBoard == true, "the board sends type \(header.type)")
      require(total % Self.profile.packetBytes != 0, "a frame that ends with a full packet")
      if header.message == .helloAnswer, payload.count >= 12 {
        session = UInt32(littleEndian: rest.loadUnaligned(fromByteOffset: payload.lowerBound + 8, as: UInt32.self))
      }
      output += rest[rest.startIndex..<rest.startIndex + total]
      rest = UnsafeRawBufferPointer(rebasing: rest[total...])
    }
    device.sent(device.output.count)
  }

  /// What must hold of any board at any time: what is said to be verified is so, and only that is active.
  func checkInvariants() {
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = buffer.withUnsafeMutableBytes { device.controlInfo(into: $0) }
    let info = buffer.withUnsafeBytes { bytes in
      try? BoardInfo(payload: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }
    guard let info else { fatalError("INFO is not readable") }
    let active = Int(info.activeSlot)
    guard active != 255 else { return }
    require(active < Int(info.slotCount), "active slot \(active)")
    let slot = info[slot: active]
    require(slot.state == .verified && slot.size <= info.slotBytes, "an active slot that is not verified")
    let contents = device.platform.storage.contents(active)
    let digest = SHA256.digest(of: UnsafeRawBufferPointer(rebasing: contents[..<Int(slot.size)]))
    require(digest == slot.digest, "an active slot that holds other bytes")
  }
}
