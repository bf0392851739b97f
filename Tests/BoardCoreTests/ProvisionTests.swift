import BoardCore
import FixedPoint
import Testing
import WireProtocol

@Suite struct ProvisionTests {
  private func host() throws -> (RawHost, SimulatedBoard) {
    let storage = SimulatedStorage(seed: 5)
    storage.canVerify = true
    let board = SimulatedBoard(storage: storage)
    var host = RawHost(board)
    try host.open()
    return (host, board)
  }

  @Test("A board whose firmware cannot verify signatures cannot be locked")
  func notSupported() throws {
    var (host, board) = try host()
    board.storage.canVerify = false
    #expect(throws: BoardError(.notSupported)) { let _: ProvisionAnswer = try host.ask(KeyedHash.provision(1)) }
    #expect(try host.info().security?.flags.contains(.canVerifySignatures) == false)
  }

  @Test("Keys are added by a signature of one that is pinned, up to four, each once")
  func adding() throws {
    var (host, _) = try host()
    func add(_ request: Provision) throws -> UInt8 {
      let answer: ProvisionAnswer = try host.ask(request)
      return answer.keyCount
    }
    #expect(throws: BoardError(.malformed)) { _ = try add(Provision(key: PublicKey())) }
    #expect(try add(KeyedHash.provision(1)) == 1)
    #expect(throws: BoardError(.locked)) { _ = try add(KeyedHash.provision(2)) }
    #expect(throws: BoardError(.locked)) { _ = try add(KeyedHash.provision(1)) }
    #expect(throws: BoardError(.locked, detail: 3)) { _ = try add(KeyedHash.provision(2, signer: 2)) }
    #expect(throws: BoardError(.locked, detail: 3)) { _ = try add(KeyedHash.provision(2, signer: 1, boot: 2)) }
    #expect(try add(KeyedHash.provision(2, signer: 1)) == 2)
    #expect(try add(KeyedHash.provision(2, signer: 1)) == 2)
    #expect(try add(KeyedHash.provision(3, signer: 2)) == 3)
    #expect(try add(KeyedHash.provision(4, signer: 3)) == 4)
    #expect(throws: BoardError(.tooManyKeys, detail: 4)) { _ = try add(KeyedHash.provision(5, signer: 4)) }
    #expect(try host.info().security?.keyCount == 4)
  }

  @Test("A locked board stays locked when either metadata record is lost", arguments: 0..<2)
  func eitherRecord(record: Int) throws {
    var (host, board) = try host()
    let _: ProvisionAnswer = try host.ask(KeyedHash.provision(1))
    try [UInt8](repeating: 0xFF, count: 424).withUnsafeBytes { try board.storage.writeMetadata($0, record) }
    board.restart(with: board.storage)
    try host.open()
    #expect(try host.info().flags.contains(.locked))
  }

  @Test("A key can take the place of all others, if the signature says so too")
  func replacing() throws {
    var (host, board) = try host()
    let image = SignatureTests.imageA
    let _: ProvisionAnswer = try host.ask(KeyedHash.provision(1))
    var forged = KeyedHash.provision(2, signer: 1)
    forged.replacesOthers = true
    #expect(throws: BoardError(.locked, detail: 3)) { let _: ProvisionAnswer = try host.ask(forged) }
    let rotation = KeyedHash.provision(2, replacing: true, signer: 1)
    let answer: ProvisionAnswer = try host.ask(rotation)
    #expect(answer.keyCount == 1)
    board.restart(with: board.storage)
    try host.open()
    #expect(throws: BoardError(.badSignature, detail: SignatureFault.unknownKey.rawValue)) {
      _ = try host.begin(image, KeyedHash.manifest(image, counter: 1, key: 1))
    }
    try host.flash(image, KeyedHash.manifest(image, counter: 1, key: 2))
    // The request of the start before is of no use now.
    #expect(throws: BoardError(.locked, detail: 3)) { let _: ProvisionAnswer = try host.ask(rotation) }
  }

  @Test("A board can have its key from its first start on, and keeps it when the profile changes")
  func initialKeys() throws {
    let storage = SimulatedStorage(seed: 5)
    storage.canVerify = true
    var profile = SimulatedBoard.profile()
    profile.initialKeys = PinnedKeys(KeyedHash.key(1))
    var first = RawHost(SimulatedBoard(storage: storage, profile: profile))
    #expect(try first.info().security?[key: 0] == KeyedHash.key(1).identifier)
    var second = RawHost(SimulatedBoard(storage: storage))
    try second.open()
    #expect(throws: BoardError(.badSignature, detail: 1)) { _ = try second.begin(SignatureTests.imageA) }
  }

  @Test(
    "Power cut while a key is pinned leaves the board unlocked with its image, or locked without it", arguments: 0..<3)
  func powerLoss(tear: Int) throws {
    let start = SimulatedStorage(seed: 3)
    start.canVerify = true
    var before = RawHost(SimulatedBoard(storage: start))
    try before.open()
    try before.flash(SignatureTests.imageA)
    var cut = 0
    var seen: Set<Bool> = []
    while true {
      let storage = SimulatedStorage(copying: start, seed: UInt64(cut))
      let board = SimulatedBoard(storage: storage)
      var host = RawHost(board)
      try host.open()
      storage.cutAfter = storage.operations + cut
      storage.tear = tear
      let answer: ProvisionAnswer? = try? host.ask(KeyedHash.provision(1))
      if !storage.isDead { storage.cutPower() }
      board.restart(with: SimulatedStorage(copying: storage, seed: 9))
      let info = try host.info()
      let isLocked = info.flags.contains(.locked)
      #expect(info.activeSlot == (isLocked ? 255 : 0) && info.security?.keyCount == (isLocked ? 1 : 0))
      seen.insert(isLocked)
      if answer != nil {
        #expect(isLocked)
        break
      }
      cut += 1
    }
    #expect(seen.contains(true) && (tear == 2 || seen.contains(false)))
  }
}
