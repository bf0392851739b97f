import BoardCore
import BoardLink
import FixedPoint
import ShippedTargets
import Signatures
import Targets
import Testing
import VirtualBoard
import WireProtocol

@Suite struct KeyTests {
  let folder = TemporaryFolder()
  let key = SigningKey(seed: [UInt8](repeating: 7, count: 32))
  let other = SigningKey(seed: [UInt8](repeating: 8, count: 32))

  private func options(_ keys: PinnedKeys = PinnedKeys(), store: String? = nil) -> VirtualBoardOptions {
    VirtualBoardOptions(
      storeFolder: store.map { folder.path + "/" + $0 }, serial: "a", keys: keys, socketFolder: folder.path)
  }

  /// Flashes an image, signed or not.
  private func flash(_ session: BoardSession, _ image: [UInt8], with key: SigningKey?) throws {
    try image.withUnsafeBytes { bytes in
      let manifest = try key.map { key in
        try ImageManifest.signed(
          SignedImage(
            name: "test", family: bytes.loadUnaligned(fromByteOffset: 28, as: UInt32.self), size: UInt64(bytes.count),
            digest: SHA256.digest(of: bytes)), with: key)
      }
      try session.flash(bytes, activation: .none, manifest: manifest)
    }
  }

  @Test("A board with a key from its first start on takes that key's images and no others")
  func initialKey() throws {
    let target = try Target.load("board-micro")
    let (key, other) = (try #require(key), try #require(other))
    let board = try RunningBoard(target, options: options(PinnedKeys(key.publicKey)))
    let session = try BoardSession(board.server.address)
    #expect(session.description.isLocked)
    let image = imageBytes(target, count: 40_000)
    for wrong in [nil, other] {
      let error = #expect(throws: BoardLinkError.self) { try flash(session, image, with: wrong) }
      guard case .refused(.begin, let refusal) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(refusal.knownCode == .badSignature)
    }
    try flash(session, image, with: key)
    #expect(session.description.slots.contains { $0.state == .empty })
  }

  @Test("A key pinned by PROVISION stays over a restart; a store without a key that is asked for is told")
  func provisioned() throws {
    let target = try Target.load("board-micro")
    let (key, other) = (try #require(key), try #require(other))
    var board: RunningBoard? = try RunningBoard(target, options: options(store: "store"))
    var session = try BoardSession(try #require(board).server.address)
    #expect(!session.description.isLocked)
    #expect(try session.provision(Provision(key: key.publicKey)) == 1)
    session.close()
    board = nil
    // The same key may be given again, another one not.
    #expect(throws: VirtualBoardError.otherKeys) {
      _ = try VirtualBoardServer(target: target, options: options(PinnedKeys(other.publicKey), store: "store"))
    }
    board = try RunningBoard(target, options: options(PinnedKeys(key.publicKey), store: "store"))
    session = try BoardSession(try #require(board).server.address)
    #expect(session.description.isLocked)
    #expect(throws: BoardLinkError.self) { try flash(session, imageBytes(target, count: 9000), with: other) }
    try flash(session, imageBytes(target, count: 9000), with: key)
  }
}

/// Bytes that begin like an image of a target: good for flashing, not for running.
func imageBytes(_ target: Target, count: Int) -> [UInt8] {
  var image = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 >> 3) }
  image.replaceSubrange(0..<8, with: [0x53, 0x4E, 0x4E, 0x4D, 0x41, 0x50, 0x1A, 0x0A])
  image.replaceSubrange(28..<32, with: Array("MESH".utf8))
  for index in 0..<32 { image[32 + index] = target.digest[index] }
  return image
}
