import BoardCore
import Targets
import VirtualBoard
import WireProtocol

/// A virtual board behind USB: endpoint 0, and transfers that wait for it.
final class USBBoard {
  typealias Device = BoardDevice<VirtualPlatform, MeshExecutor>

  /// Transfers of one client that may wait.
  static let maximumTransfers = 4096
  /// Bytes to the device that may wait.
  static let maximumBytes = 1 << 26

  let serial: String
  let exported: ExportedDevice
  var device: Device
  var control: ControlEndpoint
  /// Transfers to the device; of the first, `taken` bytes have been taken.
  var outTransfers = TransferQueue()
  var taken = 0
  var waitingBytes = 0
  var inTransfers = TransferQueue()
  /// Bytes of the frame at the front of `device.output` that have not left.
  var frameLeft = 0
  private let storage: VirtualStorage
  let profile: BoardProfile
  private let workspace: UnsafeMutableRawBufferPointer
  var activity: Device.Activity = .idle

  init(
    target: Target, serial: String, number: UInt32, options: USBIPOptions
  ) throws(VirtualBoardError) {
    var profile = try BoardProfile(target: target, serial: serial)
    profile.packetBytes = options.speed.packetBytes
    profile.initialKeys = options.keys
    let folder = options.storeFolder.map { options.count == 1 ? $0 : "\($0)/\(serial)" }
    storage = try VirtualStorage(folder: folder, slotCount: profile.slotCount, slotBytes: profile.slotBytes)
    self.profile = profile
    self.serial = serial
    let descriptors = DescriptorSet(
      vendor: UInt16(truncatingIfNeeded: target.link?.usbVendor ?? 0),
      product: UInt16(truncatingIfNeeded: target.link?.usbProduct ?? 0), serial: serial, speed: options.speed)
    let busID = "1-\(number)"
    exported = ExportedDevice(
      path: "/virtual/snnmap/\(busID)", busID: busID, bus: 1, number: number + 1, speed: options.speed,
      vendor: descriptors.vendor, product: descriptors.product, release: descriptors.release,
      interface: (USBBinding.interfaceClass, USBBinding.interfaceSubclass, USBBinding.interfaceProtocol))
    control = ControlEndpoint(descriptors: descriptors)
    workspace = .allocate(byteCount: profile.workspaceBytes, alignment: 16)
    device = Device(platform: VirtualPlatform(storage: storage), profile: profile, workspace: workspace)
    try device.checkKeys()
  }

  deinit {
    workspace.deallocate()
  }

  /// The cable is pulled: nothing waits any more, and the session ends.
  func detach() {
    outTransfers.removeAll()
    inTransfers.removeAll()
    control = ControlEndpoint(descriptors: control.descriptors)
    beginLink()
    if device.wantsRestart { restart() }
  }

  /// Whether the board was told to start anew and has said so: then its cable goes away.
  var wantsRestart: Bool { device.wantsRestart && device.output.isEmpty }

  /// The microseconds after which the board has to work again; nil where it waits for bytes.
  var patience: UInt64? { activity == .working ? 0 : device.idleMicroseconds }

  private func restart() {
    device = Device(platform: VirtualPlatform(storage: storage), profile: profile, workspace: workspace)
  }

  /// Begins with empty hands, and without a session.
  func beginLink() {
    device.detach()
    forgetBytes()
    activity = .idle
  }

  /// What was under way is of the past.
  func forgetBytes() {
    taken = 0
    frameLeft = 0
    waitingBytes = outTransfers.reduce(0) { $0 + $1.payload.count }
  }
}
