import BoardCore
import BoardLink
import FixedPoint
import Testing
import WireProtocol

/// Power cut at every write of a page (4 KiB, torn or not) and of a metadata record.
@Suite struct USBPowerLossTests {
  private static let old = ProbeImage(bytes: 24_000, seed: 1)
  private static let new = ProbeImage(bytes: 1 << 20, seed: 2)
  private static let third = ProbeImage(bytes: 60_000, seed: 3)

  @Test("Power cut at every page and record written by a 1 MiB flash", arguments: Tear.allCases)
  func flash(tear: Tear) throws {
    let profile = MemoryBoard.profile(slotBytes: 1 << 20)
    let start = MemoryBoard(profile: profile)
    try BoardSession(over: start).flash(Self.old)
    var kinds: [String: Int] = [:]
    var resumed = 0
    let cuts = try PowerCut.everywhere(in: start.storage, profile, tear) { (session: BoardSession) in
      try session.flash(Self.new)
    } check: { cut in
      kinds[cut.kind, default: 0] += 1
      let board = MemoryBoard(storage: cut.left, profile: profile)
      // ACTIVATE's record is the last thing written; only with it whole may the new image be active.
      let allowed = cut.kind == "metadata" ? [Self.old, Self.new] : [Self.old]
      try Invariants.check(board, known: [Self.old, Self.new], allowed: allowed, cut.description)
      let result = try BoardSession(over: board).flash(Self.new)
      #expect(result.isActive && Invariants.holds(board, result.slot, Self.new), "\(cut)")
      #expect(board.storage.writesToWritten == 0, "\(cut)")
      // A record is torn at worst: the one before it is a checkpoint older.
      let certain = UInt64(max(cut.bytesWritten - 2 * profile.checkpointBytes, 0))
      #expect(result.bytesHeld >= certain, "\(cut)")
      #expect(result.bytesSent + result.bytesHeld == UInt64(Self.new.bytes.count), "\(cut)")
      if result.bytesHeld > 0 { resumed += 1 }
    }
    // 256 pages each erased and written; BEGIN, three or four checkpoints, COMMIT and ACTIVATE.
    #expect(kinds["erase"] == 256 && kinds["write"] == 256 && kinds["metadata", default: 0] >= 6)
    #expect(resumed > 100)
    print("power was cut at \(cuts) operations of a 1 MiB flash (\(tear.rawValue))")
  }

  @Test(
    "Power cut at every write of every other change leaves one of the two images active",
    arguments: Change.allCases, Tear.allCases)
  func changes(change: Change, tear: Tear) throws {
    let profile = MemoryBoard.profile(slotBytes: 1 << 16)
    let start = MemoryBoard(profile: profile)
    let session = try BoardSession(over: start)
    try session.flash(Self.old)
    try change.prepare(session, Self.third)
    let known = [Self.old, Self.third, Change.other]
    let cuts = try PowerCut.everywhere(in: start.storage, profile, tear) { (session: BoardSession) in
      try change.perform(session, Self.third)
    } check: { cut in
      let board = MemoryBoard(storage: cut.left, profile: profile)
      try Invariants.check(board, known: known, allowed: change.allowed([Self.old, Self.third]), "\(change), \(cut)")
      // Later starts change nothing but give up a trial.
      for _ in 0..<5 { board.restart(with: board.storage.afterLoss(.nothing, seed: 1)) }
      try Invariants.check(
        board, known: known, allowed: change.allowed([Self.old, Self.third]), "\(change), \(cut), later")
      let result = try BoardSession(over: board).flash(Self.third)
      #expect(result.isActive && Invariants.holds(board, result.slot, Self.third), "\(change), \(cut)")
    }
    #expect(cuts > 0)
  }

  @Test(
    "Power cut at every write of every start of an image on trial ends with a whole image", arguments: Tear.allCases)
  func starts(tear: Tear) throws {
    let profile = MemoryBoard.profile(slotBytes: 1 << 16)
    let first = MemoryBoard(profile: profile)
    let session = try BoardSession(over: first)
    try session.flash(Self.old)
    try session.flash(Self.third, .test)
    var storage = first.storage
    var cuts = 0
    // The fourth start gives the image on trial up.
    for number in 1...5 {
      let before = storage.afterLoss(.nothing, seed: 0)
      cuts += try PowerCut.everywhere(inStartFrom: before, profile, tear) { cut in
        let board = MemoryBoard(storage: cut.left, profile: profile)
        try Invariants.check(
          board, known: [Self.old, Self.third], allowed: [Self.old, Self.third], "start \(number), \(cut)")
        for _ in 0..<4 { board.restart(with: board.storage.afterLoss(.nothing, seed: 1)) }
        try Invariants.check(
          board, known: [Self.old, Self.third], allowed: [Self.old], "after start \(number), \(cut)")
      }
      first.restart(with: before)
      storage = first.storage
    }
    #expect(cuts >= 4)
  }

  @Test("Storage that rots while the power is off is noticed at the start, wherever the bit is")
  func rot() throws {
    let profile = MemoryBoard.profile(slotBytes: 1 << 16)
    let board = MemoryBoard(profile: profile)
    try BoardSession(over: board).flash(Self.old)
    let active = try BoardSession(over: board).flash(Self.third).slot
    for byte in stride(from: 0, to: Self.third.bytes.count, by: 977) {
      let storage = board.storage.afterLoss(.nothing, seed: 0)
      storage.rot(slot: active, byte: byte, bit: byte % 8)
      let after = MemoryBoard(storage: storage, profile: profile)
      let session = try BoardSession(over: after)
      #expect(session.description.slots[active].state == .empty)
      try Invariants.check(after, known: [Self.old], allowed: [Self.old], "byte \(byte)")
    }
  }
}

/// A change of what is active, or of what a slot holds, other than a flash of an empty slot.
enum Change: String, CaseIterable, Sendable {
  case activateForGood, activateOnTrial, confirm, rollback, abort, reset, flashOverVerified, flashOverReceiving

  /// What a slot holds, or has received of, before another image comes.
  static let other = ProbeImage(bytes: 50_000, seed: 9)

  func prepare(_ session: BoardSession, _ image: ProbeImage) throws {
    switch self {
    case .activateForGood, .activateOnTrial: try session.flash(image, .none)
    case .confirm, .reset: try session.flash(image, .test)
    case .rollback: try session.flash(image)
    case .abort: try cutShort(session, image)
    case .flashOverVerified: try session.flash(Self.other, .none)
    case .flashOverReceiving: try cutShort(session, Self.other)
    }
  }

  /// Stops a flash when some of it is written.
  private func cutShort(_ session: BoardSession, _ image: ProbeImage) throws {
    var done = false
    #expect(throws: BoardLinkError.cancelled) {
      _ = try image.bytes.withUnsafeBytes {
        try session.flash($0, isCancelled: { done }, progress: { done = $0.done > 0 })
      }
    }
  }

  func perform(_ session: BoardSession, _ image: ProbeImage) throws {
    switch self {
    case .activateForGood, .activateOnTrial:
      let slot = try #require(session.description.slots.firstIndex { $0.digest == image.digest })
      try session.activate(slot: slot, mode: self == .activateForGood ? .permanent : .test)
    case .confirm: try session.confirm()
    case .rollback: try session.rollback()
    case .abort: try session.abort()
    case .reset: try session.reset()
    case .flashOverVerified, .flashOverReceiving: try session.flash(image)
    }
  }

  /// What may be active afterwards, given the image before and the one that comes.
  func allowed(_ images: [ProbeImage]) -> [ProbeImage?] {
    self == .abort ? [images[0]] : images
  }
}
