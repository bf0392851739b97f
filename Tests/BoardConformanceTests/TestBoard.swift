import BoardConformance
import BoardCore
import BoardLink
import ChipCatalog
import FixedPoint
import ImageFormat
import Images
import Mapper
import Networks
import ShippedTargets
import Signatures
import Targets
import TestSupport
import WireProtocol

/// What a board in memory is like when the checks begin.
enum TestBoard: CaseIterable {
  /// Unlocked, with an active image.
  case active
  /// Unlocked, with nothing in its slots.
  case empty
  /// Locked, with nothing in its slots.
  case locked
  /// Without cryptography.
  case cannotVerify
  /// On a link with packets of 64 bytes.
  case packets

  static let key = SigningKey(seed: [UInt8](repeating: 7, count: 32))

  /// A board with chunks of 256 bytes and frames below 4 KiB.
  func board(_ fault: Fault = Fault()) throws -> MemoryBoard {
    let target = try Target.load("board")
    var profile = BoardProfile(
      slotCount: 2, slotBytes: 1 << 16, chunkBytes: 256, maximumPayload: 4000, window: 2, eraseMilliseconds: 0,
      commitMilliseconds: 0, inputSpikes: 700, maximumOutputs: 64)
    profile.targetName = WireText(target.name)
    profile.targetDigest = target.digest
    profile.serial = WireText("memory")
    if self == .packets { profile.packetBytes = 64 }
    if self == .locked, let key = Self.key { profile.initialKeys = PinnedKeys(key.publicKey) }
    let board = MemoryBoard(profile, fault: fault, canVerify: self != .cannotVerify)
    if self == .active || self == .packets { try Self.flash(TestBoard.image(seed: 1), board) }
    board.fault = fault
    return board
  }

  /// A small network's image; another seed gives another one.
  static func image(seed: Int) throws -> [UInt8] {
    let target = try Target.load("board")
    let network = TestNetworks.dense([4, 6, 3]) { source, target in
      TestNetworks.scattered(source: source + seed, target: target)
    }
    return try ImageBuilder.image(
      of: NetworkDocument(network: network, ticks: 4), networkDigest: String(repeating: "0", count: 64),
      mapping: try ChipCatalog.map(network, to: target), targetDigest: target.digest,
      encoder: try ChipCatalog.family(of: target))
  }

  /// The manifest of an image, signed with the key that locked boards have.
  private static func manifest(_ bytes: [UInt8]) throws -> [UInt8]? {
    let image = try LoadedImage(name: "test", bytes: bytes)
    let signed = SignedImage(
      name: image.name, family: image.family.rawValue, size: UInt64(image.byteCount), digest: image.digest)
    return try key.map { try ImageManifest.signed(signed, with: $0).bytes }
  }

  private static func flash(_ image: [UInt8], _ board: MemoryBoard) throws {
    let session = try BoardSession(over: board.link())
    defer { session.close() }
    try image.withUnsafeBytes { _ = try session.flash($0) }
  }

  /// Makes checks with everything allowed.
  func results(
    _ checks: [ConformanceCheck], _ fault: Fault = Fault(), timeout: Duration = .seconds(20)
  ) throws -> [ConformanceResult] {
    let board = try board(fault)
    let image = try TestBoard.image(seed: 2)
    let options = ConformanceOptions(
      mayLoseImages: true, image: image, manifest: try TestBoard.manifest(image), timeout: timeout, margin: .zero,
      reconnectTime: .milliseconds(200))
    return try ConformanceRun(options: options) { () throws(BoardLinkError) in board.link() }.results(of: checks)
  }
}
