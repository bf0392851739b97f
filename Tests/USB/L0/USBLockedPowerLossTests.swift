import BoardCore
import BoardLink
import FixedPoint
import Testing
import WireProtocol

/// Power cut at every write of what a board with pinned keys does: keys, signed images, rollback counters.
@Suite struct USBLockedPowerLossTests {
  private static let first = ProbeImage(bytes: 9_000, seed: 1)
  private static let second = ProbeImage(bytes: 14_000, seed: 2)
  private static let third = ProbeImage(bytes: 6_000, seed: 3)
  private static let known = [first, second, third]
  private static let profile = MemoryBoard.profile(slotBytes: 1 << 14)

  /// A board with key 1, whose confirmed image has counter 5.
  private static func locked() throws -> MemoryBoard {
    let board = MemoryBoard(profile: profile)
    var host = try RawHost(board)
    let _: ProvisionAnswer = try host.ask(Provision(key: TestKey.key(1)))
    try host.flash(first, counter: 5, key: 1, .permanent)
    return board
  }

  private static func security(_ board: MemoryBoard) throws -> (BoardInfo, BoardSecurity) {
    var host = try RawHost(board)
    let info: BoardInfo = try host.ask(GetInfo())
    return (info, try #require(info.security))
  }

  @Test(
    "Power cut while a key is pinned: the board is as before, or locked with nothing unsigned active",
    arguments: Tear.allCases)
  func provision(tear: Tear) throws {
    let start = MemoryBoard(profile: Self.profile)
    try BoardSession(over: start).flash(Self.first)
    let cuts = try PowerCut.everywhere(in: start.storage, Self.profile, tear) { (board: MemoryBoard) in
      var host = try RawHost(board)
      let _: ProvisionAnswer = try host.ask(Provision(key: TestKey.key(1)))
    } check: { cut in
      let board = MemoryBoard(storage: cut.left, profile: Self.profile)
      let (info, security) = try Self.security(board)
      #expect(info.flags.contains(.locked) == (security.keyCount > 0), "\(cut)")
      #expect((security.keyCount == 0) == (info.activeSlot != 255), "\(cut)")
      if security.keyCount == 0 {
        try Invariants.check(board, known: Self.known, allowed: [Self.first], cut.description)
      } else {
        #expect(security[key: 0] == TestKey.key(1).identifier, "\(cut)")
      }
      // The key can be pinned, or is; then a signed image comes, and an unsigned one does not.
      var host = try RawHost(board)
      if security.keyCount == 0 { let _: ProvisionAnswer = try host.ask(Provision(key: TestKey.key(1))) }
      try host.flash(Self.second, counter: 1, key: 1, .permanent)
      try Invariants.check(board, known: Self.known, allowed: [Self.second], cut.description)
      #expect(throws: BoardLinkError.self) { try BoardSession(over: board).flash(Self.third) }
    }
    #expect(cuts == 2, "PROVISION writes both records")
  }

  @Test(
    "Power cut at every write of a signed flash and its confirmation: nothing unsigned or older ever becomes active",
    arguments: Tear.allCases)
  func signedFlash(tear: Tear) throws {
    let start = try Self.locked()
    var counters: Set<UInt64> = []
    var confirmations = 0
    let cuts = try PowerCut.everywhere(in: start.storage, Self.profile, tear) { (board: MemoryBoard) in
      var host = try RawHost(board)
      try host.flash(Self.second, counter: 8, key: 1, .test)
      let before = board.storage.operations
      try host.confirm()
      confirmations = board.storage.operations - before
    } check: { cut in
      let board = MemoryBoard(storage: cut.left, profile: Self.profile)
      let active = try Invariants.check(
        board, known: Self.known, allowed: [Self.first, Self.second], cut.description)
      let (info, security) = try Self.security(board)
      counters.insert(security.rollbackCounter)
      #expect(info.flags.contains(.locked) && security.keyCount == 1, "\(cut)")
      #expect(security.rollbackCounter == 5 || security.rollbackCounter == 8 && active == Self.second, "\(cut)")
      var host = try RawHost(board)
      // What is older, signed by another key or by none is refused, whatever the cut has left.
      #expect(throws: BoardError.self, "\(cut)") { try host.flash(Self.third, counter: 4, key: 1, .permanent) }
      #expect(throws: BoardError.self, "\(cut)") { try host.flash(Self.third, counter: 9, key: 2, .permanent) }
      #expect(throws: BoardError.self, "\(cut)") {
        let _: ProvisionAnswer = try host.ask(Provision(key: TestKey.key(2)))
      }
      if security.rollbackCounter == 8 {
        #expect(throws: BoardError.self, "\(cut)") { let _: RollbackAnswer = try host.ask(Rollback()) }
      }
      try host.flash(Self.second, counter: 8, key: 1, .permanent)
      try Invariants.check(board, known: Self.known, allowed: [Self.second], cut.description)
      board.restart(with: board.storage.afterLoss(.nothing, seed: 0))
      let (_, after) = try Self.security(board)
      #expect(after.rollbackCounter == 8 && after.keyCount == 1, "\(cut)")
      #expect(board.storage.writesToWritten == 0, "\(cut)")
    }
    #expect(cuts > 10 && counters.contains(5))
    #expect(confirmations == 2, "CONFIRM writes both records")
    #expect(tear != .whole || counters.contains(8))
  }

  @Test("Damage to a single metadata record does not lower the rollback counter", arguments: [0, 1])
  func damagedRecord(record: Int) throws {
    // By ACTIVATE, then by CONFIRM.
    let board = try Self.locked()
    for (image, counter) in [(Self.first, UInt64(5)), (Self.second, 8)] {
      if counter == 8 {
        var host = try RawHost(board)
        try host.flash(image, counter: counter, key: 1, .test)
        try host.confirm()
      }
      let storage = board.storage.afterLoss(.nothing, seed: 0)
      storage.rot(record: record, byte: 40, bit: 3)
      let damaged = MemoryBoard(storage: storage, profile: Self.profile)
      let (info, security) = try Self.security(damaged)
      #expect(security.rollbackCounter == counter && security.keyCount == 1 && info.flags.contains(.locked))
      try Invariants.check(damaged, known: Self.known, allowed: [image], "record \(record), counter \(counter)")
    }
  }

  @Test("Power cut while keys are changed leaves the old keys or the new ones", arguments: Tear.allCases)
  func keyChange(tear: Tear) throws {
    let start = try Self.locked()
    let cuts = try PowerCut.everywhere(in: start.storage, Self.profile, tear) { (board: MemoryBoard) in
      var host = try RawHost(board)
      let info: BoardInfo = try host.ask(GetInfo())
      var request = Provision(key: TestKey.key(2), replacesOthers: true)
      request.signature = request.withSignedBytes(bootIdentifier: info.bootIdentifier) {
        PagePlatform.sign($0, TestKey.key(1))
      }
      let _: ProvisionAnswer = try host.ask(request)
    } check: { cut in
      let board = MemoryBoard(storage: cut.left, profile: Self.profile)
      let (_, security) = try Self.security(board)
      let key: UInt8 = security[key: 0] == TestKey.key(1).identifier ? 1 : 2
      #expect(security.keyCount == 1 && security[key: 0] == TestKey.key(key).identifier, "\(cut)")
      try Invariants.check(board, known: Self.known, allowed: [Self.first], cut.description)
      var host = try RawHost(board)
      #expect(throws: BoardError.self, "\(cut)") { try host.flash(Self.second, counter: 9, key: 3 - key, .permanent) }
      try host.flash(Self.second, counter: 9, key: key, .permanent)
      try Invariants.check(board, known: Self.known, allowed: [Self.second], cut.description)
    }
    #expect(cuts == 2, "PROVISION writes both records")
  }
}
