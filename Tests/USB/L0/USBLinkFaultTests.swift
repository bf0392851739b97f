import BoardCore
import BoardLink
import FixedPoint
import Testing
import WireProtocol

/// Frames that are lost, doubled, late, out of order, cut or damaged, either way.
@Suite struct USBLinkFaultTests {
  private static let old = SmallBoard.old
  private static let new = SmallBoard.new

  /// Opens a session, flashes and runs two samples, with the link's faults.
  ///
  /// - Returns: the error that ended it; nil for success, whose results are checked.
  private func work(_ board: MemoryBoard, _ comment: String) throws -> BoardLinkError? {
    do {
      let session = try BoardSession(over: board, options: SmallBoard.options)
      let flashed = try session.flash(Self.new)
      #expect(flashed.isActive && flashed.digest == Self.new.digest, "\(comment)")
      #expect(Invariants.holds(board, flashed.slot, Self.new), "\(comment)")
      for (input, result) in try Invariants.results(session, samples: 2) {
        #expect(result == Self.new.expected(input), "wrong spikes: \(comment)")
      }
      return nil
    } catch let error as BoardLinkError {
      if case .system(let operation, let reason) = error { Issue.record("\(operation): \(reason): \(comment)") }
      return error
    }
  }

  /// The link is good again: the board has one of the two images, and takes the new one.
  private func aftermath(_ board: MemoryBoard, _ comment: String) throws {
    board.link.repair()
    try Invariants.check(
      board, known: [Self.old, Self.new], allowed: [Self.old, Self.new], comment)
    let session = try BoardSession(over: board)
    try session.flash(Self.new)
    try Invariants.check(board, known: [Self.old, Self.new], allowed: [Self.new], comment)
    board.restart(with: board.storage.afterLoss(.nothing, seed: 0))
    try Invariants.check(board, known: [Self.old, Self.new], allowed: [Self.new], comment)
  }

  @Test(
    "Each kind of fault in each frame of a flash and a run, either way, costs time and nothing else",
    arguments: FrameFault.allCases)
  func eachFrame(fault: FrameFault) throws {
    let sound = try SmallBoard.make()
    sound.link = FrameFaults(seed: 0)
    #expect(try work(sound, "no fault") == nil)
    let frames = sound.link.passed
    // GET_INFO, HELLO, BEGIN, 18 WRITEs at most, COMMIT, ACTIVATE, GET_INFO, two RUNs.
    #expect(frames[0] > 16 && frames[1] > 16)
    var errors: [String: Int] = [:]
    for direction in LinkDirection.allCases {
      for frame in 0..<frames[direction.rawValue] {
        let comment = "\(fault) of frame \(frame) \(direction)"
        let board = try SmallBoard.make()
        board.link = FrameFaults(seed: UInt64(frame))
        board.link.planned[direction.rawValue][frame] = fault
        if let error = try work(board, comment) { errors["\(error)", default: 0] += 1 }
        #expect(board.link.faults == 1, "\(comment)")
        try aftermath(board, comment)
      }
    }
    // One fault is repaired by repeating, wherever it strikes.
    #expect(errors.isEmpty, "\(fault)")
  }

  @Test("Faults by chance in both directions end in success or in an error, never in wrong bytes", arguments: 0..<4)
  func byChance(part: Int) throws {
    var ends: [String: Int] = [:]
    for seed in part * 250..<(part + 1) * 250 {
      let board = try SmallBoard.make()
      board.link = FrameFaults(seed: UInt64(seed))
      board.link.chance = [3, 8, 20, 60, 160][seed % 5]
      let comment = "seed \(seed)"
      let error = try work(board, comment)
      ends[error.map { "exit code \($0.exitCode)" } ?? "success", default: 0] += 1
      try aftermath(board, comment)
    }
    #expect(ends["success", default: 0] > 100, "\(ends)")
    print("faults by chance, part \(part): \(ends.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
  }
}
