import BoardCore
import BoardLink
import FixedPoint
import Glibc
import WireProtocol

/// A device of the board's own code in this process, with a host's transport to it.
final class SimulatedBoard: Transport {
  typealias Device = BoardDevice<SimulatedPlatform, EchoExecutor>

  let address = DeviceAddress.usb(serial: "SIM")
  var packetBytes: Int { 64 }
  var storage: SimulatedStorage
  var faults = LinkFaults()
  private(set) var device: Device
  private let profile: BoardProfile
  private let workspace: UnsafeMutableRawBufferPointer
  private var starts: UInt64 = 1
  private var toDevice: [UInt8] = []
  private var toHost: [UInt8] = []

  init(storage: SimulatedStorage, profile: BoardProfile = SimulatedBoard.profile()) {
    self.storage = storage
    self.profile = profile
    workspace = .allocate(byteCount: profile.workspaceBytes, alignment: 16)
    device = Device(
      platform: SimulatedPlatform(storage: storage, bootIdentifier: 1), profile: profile, workspace: workspace)
  }

  deinit {
    workspace.deallocate()
  }

  /// Small frames and pages, as a microcontroller has them.
  static func profile() -> BoardProfile {
    var profile = BoardProfile(
      slotCount: 2, slotBytes: SimulatedStorage.slotBytes, chunkBytes: 256, maximumPayload: 1040, window: 3,
      eraseMilliseconds: 10, commitMilliseconds: 10, inputSpikes: 400, maximumOutputs: 300)
    profile.checkpointBytes = 4096
    profile.stepBytes = 2048
    profile.stepTicks = 2
    profile.packetBytes = 64
    profile.serial = WireText("SIM")
    return profile
  }

  /// Power off and on again.
  func restart(with storage: SimulatedStorage) {
    self.storage = storage
    starts += 1
    toDevice.removeAll()
    toHost.removeAll()
    device = Device(
      platform: SimulatedPlatform(storage: storage, bootIdentifier: starts), profile: profile, workspace: workspace)
  }

  /// Hands over the device itself.
  func withDevice<R>(_ body: (inout Device) -> R) -> R { body(&device) }

  func close() {
    device.detach()
  }

  func exchange(
    sending: UnsafeRawBufferPointer, receiving: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(BoardLinkError) -> (sent: Int, received: Int) {
    guard !storage.isDead else { throw .disconnected(address) }
    toDevice += faults.apply(to: sending)
    work()
    toHost += faults.apply(to: device.output)
    device.sent(device.output.count)
    let count = min(receiving.count, toHost.count)
    receiving.copyBytes(from: toHost[..<count])
    toHost.removeFirst(count)
    if count == 0 && sending.isEmpty && device.output.isEmpty && toDevice.isEmpty { usleep(200) }
    return (sending.count, count)
  }

  /// Feeds the device until it has nothing to do or wants to send.
  private func work() {
    while true {
      // Frames lie whole in what has come as often as not, and a board's owner may hand them over either way.
      if device.platform.ticks / 100 % 2 == 0 {
        toDevice.removeFirst(toDevice.withUnsafeBytes { device.handle(inPlace: $0) })
      }
      let space = device.receiveSpace
      let count = min(space.count, toDevice.count)
      space.copyBytes(from: toDevice[..<count])
      device.received(count)
      toDevice.removeFirst(count)
      device.platform.ticks += 100
      let activity = device.poll()
      if activity == .blocked || activity == .idle && toDevice.isEmpty { return }
    }
  }
}

/// What a bad link does to frames; each number is a chance in 256.
struct LinkFaults {
  var drop: UInt32 = 0
  var duplicate: UInt32 = 0
  var corrupt: UInt32 = 0
  var random = RandomStream(seed: 0, stream: 0)

  /// Takes whole frames, as both sides hand them over here.
  mutating func apply(to bytes: UnsafeRawBufferPointer) -> [UInt8] {
    guard drop + duplicate + corrupt > 0 else { return Array(bytes) }
    var result: [UInt8] = []
    var rest = bytes
    while case .frame(_, _, let total) = FrameCodec.scan(rest, maximumPayload: 1040) {
      var frame = Array(rest[rest.startIndex..<rest.startIndex + total])
      rest = UnsafeRawBufferPointer(rebasing: rest[total...])
      if random.below(256) < drop { continue }
      if random.below(256) < duplicate { result += frame }
      if random.below(256) < corrupt {
        frame[Int(random.below(UInt32(total)))] ^= UInt8(1 << random.below(8))
      }
      result += frame
    }
    return result + Array(rest)
  }
}
