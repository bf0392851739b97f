import BoardCore
import FixedPoint
import Testing
import WireProtocol

/// The table of firmware-protocol/protocol.md: what locked, unlocked and wrongly provisioned boards refuse.
@Suite struct SignatureTests {
  static let imageA = EchoExecutor.image(bytes: 3000, fill: 7)
  static let imageB = EchoExecutor.image(bytes: 2000, fill: 9)
  private let imageA = Self.imageA
  private let imageB = Self.imageB

  /// A board with key 1, if it is locked; its first image has counter 5 and is active for good.
  private func host(locked: Bool = true, active: Bool = false) throws -> (RawHost, SimulatedBoard) {
    let storage = SimulatedStorage(seed: 5)
    storage.canVerify = true
    let board = SimulatedBoard(storage: storage)
    var host = RawHost(board)
    try host.open()
    if locked { let _: ProvisionAnswer = try host.ask(KeyedHash.provision(1)) }
    if active { try host.flash(imageA, KeyedHash.manifest(imageA, counter: 5)) }
    return (host, board)
  }

  private func fault(_ fault: SignatureFault) -> BoardError { BoardError(.badSignature, detail: fault.rawValue) }

  @Test("A locked board takes an image that a pinned key has signed, and says so in INFO")
  func signed() throws {
    var (host, _) = try host(active: true)
    let info = try host.info()
    #expect(info.flags.contains(.locked) && info.activeSlot == 0)
    #expect(info.security?.keyCount == 1 && info.security?[key: 0] == KeyedHash.key(1).identifier)
    #expect(info.security?.rollbackCounter == 5 && info.security?.flags == [.canVerifySignatures, .canStream])
    let run: RunAnswer = try host.ask(Run(clearsFirst: true, ticks: 1, spikeCount: 0))
    #expect(run.currentTick == 1)
  }

  @Test("A locked board refuses an image without a manifest")
  func noManifest() throws {
    var (host, _) = try host()
    #expect(throws: fault(.noManifest)) { _ = try host.begin(imageA) }
  }

  @Test("A locked board refuses a manifest of a key that it does not have")
  func unknownKey() throws {
    var (host, _) = try host()
    #expect(throws: fault(.unknownKey)) { _ = try host.begin(imageA, KeyedHash.manifest(imageA, counter: 1, key: 2)) }
  }

  @Test("A locked board refuses a manifest of which any bit was changed after it was signed")
  func wrongSignature() throws {
    var (host, _) = try host()
    var manifest = KeyedHash.manifest(imageA, counter: 1)
    manifest.rollbackCounter = 2
    #expect(throws: fault(.wrongSignature)) { _ = try host.begin(imageA, manifest) }
    manifest = KeyedHash.manifest(imageA, counter: 1)
    var good = [UInt8](repeating: 0, count: ImageManifest.byteCount)
    try good.withUnsafeMutableBytes { buffer in
      var writer = WireWriter(buffer)
      try manifest.write(to: &writer)
    }
    for bit in 0..<good.count * 8 {
      var bytes = good
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let error = #expect(throws: BoardError.self) { _ = try host.begin(imageA, manifestBytes: bytes) }
      #expect(error?.knownCode == .badSignature)
    }
    #expect(try host.begin(imageA, manifestBytes: good).state == .receiving)
  }

  @Test("A signed manifest of another family, size or hash than BEGIN says is refused, locked or not")
  func otherImage() throws {
    for locked in [true, false] {
      var (host, _) = try host(locked: locked)
      let changes: [(SignatureFault, (inout ImageManifest) -> Void)] = [
        (.otherFamily, { $0.family ^= 1 }), (.otherSize, { $0.size += 1 }),
        (.otherDigest, { $0.digest = digest([1]) }),
      ]
      for (expected, change) in changes {
        #expect(throws: fault(expected)) {
          _ = try host.begin(imageA, KeyedHash.manifest(imageA, counter: 1, change: change))
        }
      }
    }
  }

  @Test("Bytes that are no manifest are refused, locked or not")
  func notAManifest() throws {
    for locked in [true, false] {
      var (host, _) = try host(locked: locked)
      for count in [1, 80, 143, 144, 145, 400] {
        #expect(throws: fault(.notAManifest)) {
          _ = try host.begin(imageA, manifestBytes: [UInt8](repeating: 7, count: count))
        }
      }
    }
  }

  @Test("An image for other hardware revisions is refused, locked or not", arguments: [true, false])
  func hardware(locked: Bool) throws {
    var (host, _) = try host(locked: locked)
    for (least, greatest) in [(UInt32(2), UInt32(9)), (0, 0)] {
      #expect(throws: BoardError(.wrongTarget, detail: 1, offset: 1)) {
        let manifest = KeyedHash.manifest(imageA, counter: 1) {
          $0.leastHardwareRevision = least
          $0.greatestHardwareRevision = greatest
        }
        _ = try host.begin(imageA, manifest)
      }
    }
  }

  @Test("A locked board refuses an image of a lower counter than the one it confirmed, and takes an equal one")
  func rollbackCounter() throws {
    var (host, _) = try host(active: true)
    #expect(throws: BoardError(.rollbackCounter, detail: 5, offset: 5)) {
      _ = try host.begin(imageB, KeyedHash.manifest(imageB, counter: 4))
    }
    try host.flash(imageB, KeyedHash.manifest(imageB, counter: 5))
    try host.flash(imageA, KeyedHash.manifest(imageA, counter: .max))
    #expect(throws: BoardError(.rollbackCounter, detail: .max, offset: .max)) {
      _ = try host.begin(imageB, KeyedHash.manifest(imageB, counter: .max - 1))
    }
  }

  @Test("The counter rises when an image is confirmed, not while it is on trial")
  func trial() throws {
    var (host, board) = try host(active: true)
    try host.flash(imageB, KeyedHash.manifest(imageB, counter: 9), activation: .test)
    #expect(try host.info().security?.rollbackCounter == 5)
    let _: RollbackAnswer = try host.ask(Rollback())
    #expect(try host.info().activeSlot == 0)
    let _: ActivateAnswer = try host.ask(Activate(slot: 1, mode: .test))
    let _: ConfirmAnswer = try host.ask(Confirm(bootIdentifier: 1))
    #expect(try host.info().security?.rollbackCounter == 9)
    board.restart(with: board.storage)
    #expect(try host.info().security?.rollbackCounter == 9)
  }

  @Test("A locked board goes back to no image of a lower counter: not by ROLLBACK, ACTIVATE, or when flash rots")
  func noWayBack() throws {
    var (host, board) = try host(active: true)
    try host.flash(imageB, KeyedHash.manifest(imageB, counter: 9))
    #expect(throws: BoardError(.rollbackCounter, detail: 9, offset: 9)) {
      let _: RollbackAnswer = try host.ask(Rollback())
    }
    #expect(throws: BoardError(.rollbackCounter, detail: 9, offset: 9)) {
      let _: ActivateAnswer = try host.ask(Activate(slot: 0, mode: .test))
    }
    try [UInt8(0)].withUnsafeBytes { try board.storage.write($0, 1, 1500) }
    board.restart(with: board.storage)
    let info = try host.info()
    #expect(info.activeSlot == 255 && info.slot0.state == .verified && info.slot1.state == .empty)
  }

  @Test("A locked board tells hashes of whole images, and neither data nor hashes of parts, which would tell data")
  func readBack() throws {
    var (host, _) = try host(active: true)
    let size = UInt64(imageA.count)
    let _: ReadBackAnswer = try host.ask(ReadBack(slot: 0, content: .hash, offset: 0, length: size))
    for (slot, range) in [(UInt8(0), 0..<1), (0, 1..<size), (0, 0..<size - 1), (0, 0..<size + 1), (1, 0..<size)] {
      #expect(throws: BoardError(.locked)) {
        let _: ReadBackAnswer = try host.ask(
          ReadBack(slot: slot, content: .hash, offset: range.lowerBound, length: UInt64(range.count)))
      }
    }
    #expect(throws: BoardError(.locked)) {
      let _: ReadBackAnswer = try host.ask(ReadBack(slot: 0, content: .data, offset: 0, length: 1))
    }
  }

  @Test("Locking ends an unsigned image; its signature alone brings it back, without a byte written")
  func locking() throws {
    var (host, board) = try host(locked: false)
    try host.flash(imageB)
    try host.flash(imageA)
    let _: ProvisionAnswer = try host.ask(KeyedHash.provision(1))
    for restarts in [false, true] {
      if restarts {
        board.restart(with: board.storage)
        try host.open()
      }
      #expect(try host.info().activeSlot == 255)
      #expect(throws: BoardError(.noActiveImage)) {
        let _: RunAnswer = try host.ask(Run(clearsFirst: true, ticks: 1, spikeCount: 0))
      }
      for slot: UInt8 in 0..<2 {
        #expect(throws: fault(.unsignedSlot)) {
          let _: ActivateAnswer = try host.ask(Activate(slot: slot, mode: .test))
        }
      }
      #expect(throws: BoardError(.nothingToRollBack)) { let _: RollbackAnswer = try host.ask(Rollback()) }
    }
    let before: StatsAnswer = try host.ask(StatsRequest())
    try host.flash(imageA, KeyedHash.manifest(imageA, counter: 1))
    let after: StatsAnswer = try host.ask(StatsRequest())
    #expect(after.bytesWritten == before.bytesWritten)
    #expect(try host.info().activeSlot != 255)
  }

  @Test("An image whose reception began before the board was locked needs a manifest before it can be active")
  func lockedInBetween() throws {
    var (host, _) = try host(locked: false)
    #expect(try host.begin(imageA).slot == 0)
    let _: ProvisionAnswer = try host.ask(KeyedHash.provision(1))
    for offset in stride(from: 0, to: imageA.count, by: 1024) {
      let _: WriteAnswer = try host.ask(
        Write(offset: UInt64(offset)), body: Array(imageA[offset..<min(offset + 1024, imageA.count)]))
    }
    let _: CommitAnswer = try host.ask(Commit(digest: digest(imageA)))
    #expect(throws: fault(.unsignedSlot)) { let _: ActivateAnswer = try host.ask(Activate(slot: 0, mode: .permanent)) }
  }

  @Test("An unlocked board asks for no signature, and no manifest raises its counter")
  func unlocked() throws {
    var (host, _) = try host(locked: false)
    var manifest = KeyedHash.manifest(imageA, counter: .max)
    manifest.signature = Signature()
    try host.flash(imageA, manifest)
    let info = try host.info()
    #expect(info.security?.rollbackCounter == 0 && !info.flags.contains(.locked))
    // Else whoever had the board before its owner could shut the owner out.
    let _: ProvisionAnswer = try host.ask(KeyedHash.provision(1))
    try host.flash(imageB, KeyedHash.manifest(imageB, counter: 0))
  }

  @Test("A board with a key that nobody has, or with firmware that cannot verify, takes nothing and gives nothing")
  func wronglyProvisioned() throws {
    var (host, board) = try host(locked: false)
    let _: ProvisionAnswer = try host.ask(KeyedHash.provision(77))
    #expect(throws: fault(.unknownKey)) { _ = try host.begin(imageA, KeyedHash.manifest(imageA, counter: 1)) }
    #expect(throws: BoardError(.locked, detail: 3)) {
      let _: ProvisionAnswer = try host.ask(KeyedHash.provision(1, signer: 1))
    }
    board.storage.canVerify = false
    #expect(try host.info().flags.contains(.locked))
    #expect(throws: BoardError(.notSupported)) {
      _ = try host.begin(imageA, KeyedHash.manifest(imageA, counter: 1, key: 77))
    }
    #expect(throws: BoardError(.locked)) {
      let _: ReadBackAnswer = try host.ask(ReadBack(slot: 0, content: .data, offset: 0, length: 1))
    }
  }
}
