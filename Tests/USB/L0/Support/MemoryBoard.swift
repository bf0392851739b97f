import BoardCore
import BoardLink
import WireProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A device of the board's own code in this process, with a host's transport to it.
final class MemoryBoard: Transport {
  typealias Device = BoardDevice<PagePlatform, ProbeExecutor>

  /// Nothing can be connected to there, so a host that loses this board does not find it again by itself.
  let address = DeviceAddress.socket(path: "/nonexistent/memory-board")
  var packetBytes: Int { profile.packetBytes }
  private(set) var storage: PageStorage
  var link = FrameFaults()
  private(set) var device: Device
  let profile: BoardProfile
  private let workspace: UnsafeMutableRawBufferPointer
  private var starts: UInt64 = 1
  private var toDevice: [UInt8] = []
  private var toHost: [UInt8] = []
  private var exchanges = 0
  /// How often bytes may be exchanged before the host is taken to be caught in a circle.
  static let mostExchanges = 200_000

  init(storage: PageStorage, profile: BoardProfile) {
    self.storage = storage
    self.profile = profile
    workspace = .allocate(byteCount: profile.workspaceBytes, alignment: 16)
    device = Device(
      platform: PagePlatform(storage: storage, bootIdentifier: 1), profile: profile, workspace: workspace)
  }

  deinit {
    workspace.deallocate()
  }

  /// Two slots of some size; frames of two chunks, a window of 4.
  static func profile(slotBytes: Int, chunkBytes: Int = PageStorage.pageBytes) -> BoardProfile {
    var profile = BoardProfile(
      slotCount: 2, slotBytes: slotBytes, chunkBytes: chunkBytes, maximumPayload: max(2 * chunkBytes + 16, 1024),
      window: 4, eraseMilliseconds: 10, commitMilliseconds: 10, inputSpikes: 256,
      maximumOutputs: ProbeExecutor.lines)
    profile.stepTicks = 2
    profile.packetBytes = 64
    profile.serial = WireText("MEMORY")
    return profile
  }

  /// A new board with empty slots.
  convenience init(profile: BoardProfile) {
    self.init(storage: PageStorage(slotCount: profile.slotCount, slotBytes: profile.slotBytes), profile: profile)
  }

  /// Power off and on again, with what is left of the storage.
  func restart(with storage: PageStorage) {
    self.storage = storage
    starts += 1
    toDevice.removeAll()
    toHost.removeAll()
    device = Device(
      platform: PagePlatform(storage: storage, bootIdentifier: starts), profile: profile, workspace: workspace)
  }

  func close() {
    device.detach()
    toDevice.removeAll()
    toHost.removeAll()
  }

  func exchange(
    sending: UnsafeRawBufferPointer, receiving: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(BoardLinkError) -> (sent: Int, received: Int) {
    exchanges += 1
    guard exchanges < Self.mostExchanges else { throw .system(operation: "exchanging bytes", reason: "no end") }
    toDevice += link.pass(sending, .toBoard)
    work()
    if toHost.isEmpty && sending.isEmpty {
      // Nothing moves any more: what was held back arrives now, or nothing will before the deadline.
      toDevice += link.release(.toBoard)
      work()
      toHost += link.release(.toHost)
      if toHost.isEmpty {
        let wait = deadline - .now
        if wait > .zero { usleep(UInt32(min(wait / .microseconds(1), 1e6).rounded(.up))) }
      }
    }
    let count = min(receiving.count, toHost.count)
    receiving.copyBytes(from: toHost[..<count])
    toHost.removeFirst(count)
    return (sending.count, count)
  }

  /// Bytes that come from elsewhere than the host in charge; what the board answers goes to that host.
  func inject(_ bytes: [UInt8]) {
    toDevice += bytes
    work()
  }

  /// Every frame that comes back for the bytes of a host that waits for them.
  func answers(to bytes: [UInt8]) -> [[UInt8]] {
    toHost.removeAll()
    inject(bytes)
    defer { toHost.removeAll() }
    var frames: [[UInt8]] = []
    toHost.withUnsafeBytes { all in
      var rest = all
      while case .frame(_, _, let total) = FrameCodec.scan(rest, maximumPayload: FrameLayout.greatestPayload) {
        frames.append(Array(rest[rest.startIndex..<rest.startIndex + total]))
        rest = UnsafeRawBufferPointer(rebasing: rest[total...])
      }
    }
    return frames
  }

  /// The header of the answer to an empty request of a host over a link of its own.
  func askAsGuest(_ type: MessageType, sequence: UInt32) -> FrameHeader? {
    var answer = [UInt8](repeating: 0, count: 1024)
    let header = FrameHeader(type: type.rawValue, session: 0, sequence: sequence)
    return answer.withUnsafeMutableBytes { buffer in
      let count = device.answerGuest(header, isHeld: true, into: buffer)
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      guard case .frame(let header, _, _) = FrameCodec.scan(bytes, maximumPayload: 1024) else { return nil }
      return header
    }
  }

  /// Feeds the device until it has nothing to do.
  private func work() {
    while true {
      let space = device.receiveSpace
      let count = min(space.count, toDevice.count)
      space.copyBytes(from: toDevice[..<count])
      device.received(count)
      toDevice.removeFirst(count)
      device.platform.clock += 50
      let activity = device.poll()
      if !device.output.isEmpty {
        toHost += link.pass(device.output, .toHost)
        device.sent(device.output.count)
      }
      if device.wantsRestart {
        let answer = toHost
        restart(with: storage)
        toHost = answer
        return
      }
      if activity == .idle && toDevice.isEmpty { return }
    }
  }
}
