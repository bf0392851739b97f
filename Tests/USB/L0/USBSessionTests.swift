import BoardCore
import BoardLink
import FixedPoint
import Testing
import WireProtocol

/// Two hosts, and frames of sessions that are over.
@Suite struct USBSessionTests {
  private static let old = SmallBoard.old
  private static let new = SmallBoard.new
  private static let known = [SmallBoard.old, SmallBoard.new]

  @Test("A second host that takes the link at any point of a flash leaves a whole image active, and both hosts end")
  func takenOver() throws {
    var ends: [String: Int] = [:]
    var points = 0
    repeat {
      let board = try SmallBoard.make()
      let first = try BoardSession(over: board, options: SmallBoard.options)
      var steps = 0
      var second: BoardSession?
      do {
        _ = try Self.new.bytes.withUnsafeBytes { bytes in
          try first.flash(
            bytes,
            progress: { _ in
              steps += 1
              guard steps == points + 1 else { return }
              second = try? BoardSession(over: board, options: SmallBoard.options)
              if points % 2 == 0, let second { _ = try? Invariants.results(second, samples: 1) }
            })
        }
        ends["success", default: 0] += 1
      } catch let error as BoardLinkError {
        ends["exit code \(error.exitCode)", default: 0] += 1
      }
      // The second host's session is over, or the first one's: either way it is told.
      if let second { _ = try? second.refresh() }
      try Invariants.check(board, known: Self.known, allowed: Self.known, "taken over at step \(points)")
      try BoardSession(over: board, options: SmallBoard.options).flash(Self.new)
      try Invariants.check(board, known: Self.known, allowed: [Self.new], "after step \(points)")
      if second == nil { break }
      points += 1
    } while points < 1000
    #expect(points > 10 && points < 1000)
    print("a second host came at \(points) points: \(ends.sorted { $0.key < $1.key })")
  }

  @Test("Two hosts that flash different images in turns over one link end, and one whole image is active")
  func bothFlash() throws {
    let other = ProbeImage(bytes: 7000, seed: 3)
    for point in 0..<30 {
      let board = try SmallBoard.make()
      let first = try BoardSession(over: board, options: SmallBoard.options)
      var steps = 0
      _ = try? Self.new.bytes.withUnsafeBytes { bytes in
        try first.flash(
          bytes,
          progress: { _ in
            steps += 1
            guard steps == point + 1, let second = try? BoardSession(over: board, options: SmallBoard.options) else {
              return
            }
            _ = try? second.flash(other)
          })
      }
      let known = Self.known + [other]
      try Invariants.check(board, known: known, allowed: known, "both flashed from step \(point) on")
      try BoardSession(over: board, options: SmallBoard.options).flash(Self.new)
      try Invariants.check(board, known: known, allowed: [Self.new], "after step \(point)")
    }
  }

  @Test("A host that does not hold the board may ask, and is refused everything else, at every step of a flash")
  func guest() throws {
    let board = try SmallBoard.make()
    let session = try BoardSession(over: board)
    var asked = 0
    _ = try Self.new.bytes.withUnsafeBytes { bytes in
      try session.flash(
        bytes,
        progress: { _ in
          for type in MessageType.allCases where !type.isFromBoard {
            let answer = board.askAsGuest(type, sequence: UInt32(asked))
            switch type {
            case .getInfo: #expect(answer?.message == .infoAnswer)
            case .getStatus: #expect(answer?.message == .statusAnswer)
            default: #expect(answer?.message == .error)
            }
            #expect(answer?.sequence == UInt32(asked) && answer?.session == 0)
            asked += 1
          }
        })
    }
    #expect(asked > 100)
    try Invariants.check(board, known: Self.known, allowed: [Self.new], "guests")
  }

  @Test("Every frame of a session that is over, sent again in another one, changes nothing")
  func staleFrames() throws {
    let board = try SmallBoard.make()
    board.link = FrameFaults(seed: 0)
    board.link.recordsFrames = true
    let first = try BoardSession(over: board)
    try first.flash(Self.new)
    _ = try Invariants.results(first, samples: 2)
    try first.rollback()
    let stale = board.link.sent
    #expect(stale.count > 15)
    board.link.recordsFrames = false
    for (number, frame) in stale.enumerated() {
      let session = try BoardSession(over: board, options: SmallBoard.options)
      let before = session.description
      board.inject(frame)
      let after = try BoardSession(over: board, options: SmallBoard.options).refresh()
      #expect(after.activeSlot == before.activeSlot && after.slots == before.slots, "stale frame \(number)")
      try Invariants.check(board, known: Self.known, allowed: [Self.old], "stale frame \(number)")
    }
  }

  @Test("Stale frames that arrive within a flash and its runs do no more than delay them")
  func staleFramesInBetween() throws {
    let board = try SmallBoard.make()
    board.link = FrameFaults(seed: 0)
    board.link.recordsFrames = true
    let other = ProbeImage(bytes: 5000, seed: 4)
    try BoardSession(over: board, options: SmallBoard.options).flash(other)
    let stale = board.link.sent
    board.link.recordsFrames = false
    for (number, frame) in stale.enumerated() {
      let session = try BoardSession(over: board, options: SmallBoard.options)
      var steps = 0
      _ = try Self.new.bytes.withUnsafeBytes { bytes in
        try session.flash(
          bytes,
          progress: { _ in
            steps += 1
            if steps % 3 == number % 3 { board.inject(frame) }
          })
      }
      try Invariants.check(board, known: Self.known + [other], allowed: [Self.new], "stale frame \(number)")
      try BoardSession(over: board, options: SmallBoard.options).flash(Self.old)
    }
  }

  @Test("Answers of an earlier session that still arrive are not taken for this one's")
  func staleAnswers() throws {
    for keep in 1...12 {
      let board = try SmallBoard.make()
      // The first host goes away with answers under way: what it posted is answered into the void.
      let first = try BoardSession(over: board, options: SmallBoard.options)
      board.link = FrameFaults(seed: 0)
      board.link.planned[LinkDirection.toHost.rawValue] = Dictionary(
        uniqueKeysWithValues: (0..<keep).map { (board.link.passed[1] + $0, FrameFault.delay) })
      _ = try? first.flash(Self.new)
      board.link.planned = [[:], [:]]
      let second = try BoardSession(over: board, options: SmallBoard.options)
      try second.flash(Self.new)
      for (input, result) in try Invariants.results(second, samples: 2) { #expect(result == Self.new.expected(input)) }
      try Invariants.check(board, known: Self.known, allowed: [Self.new], "\(keep) stale answers")
    }
  }
}
