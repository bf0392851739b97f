import BoardCore
import BoardLink
import FixedPoint
import Testing
import WireProtocol

@Suite struct PowerLossTests {
  private static let imageA = EchoExecutor.image(bytes: 20_000, fill: 1)
  private static let imageB = EchoExecutor.image(bytes: 33_333, fill: 2)

  /// A storage on which image A is active and confirmed.
  private static func storageWithA() throws -> SimulatedStorage {
    let storage = SimulatedStorage(seed: 1)
    let board = SimulatedBoard(storage: storage)
    let session = try BoardSession(over: board)
    _ = try imageA.withUnsafeBytes { try session.flash($0) }
    return storage
  }

  private func flash(_ image: [UInt8], on board: SimulatedBoard, activation: FlashActivation) throws {
    let session = try BoardSession(over: board, options: LinkOptions(reconnectTime: .zero))
    _ = try image.withUnsafeBytes { try session.flash($0, activation: activation) }
  }

  @Test(
    "Power cut at every write of a flash, torn or not: the active image is always one whole image", arguments: 0..<3)
  func everyWrite(tear: Int) throws {
    let start = try Self.storageWithA()
    var cut = 0
    var interrupted = 0
    var resumed = 0
    while true {
      let storage = SimulatedStorage(copying: start, seed: UInt64(cut))
      storage.cutAfter = cut
      storage.tear = tear
      let board = SimulatedBoard(storage: storage)
      do {
        try flash(Self.imageB, on: board, activation: .permanent)
        break
      } catch {
        interrupted += 1
        #expect(storage.isDead)
      }
      board.restart(with: SimulatedStorage(copying: storage, seed: UInt64(1000 + cut)))
      let session = try BoardSession(over: board)
      let info = session.description
      let active = try #require(info.activeSlot)
      let isA = info.slots[active].digest == digest(Self.imageA)
      let image = isA ? Self.imageA : Self.imageB
      #expect(Array(board.storage.contents(active).prefix(image.count)) == image)
      try image.withUnsafeBytes { try session.verify($0) }
      try runOnce(session)
      // And the flash can be repeated, or taken up.
      let result = try Self.imageB.withUnsafeBytes { try session.flash($0) }
      if result.bytesHeld > 0 { resumed += 1 }
      #expect(session.description.activeSlot == result.slot)
      try Self.imageB.withUnsafeBytes { try session.verify($0) }
      cut += 1
    }
    // 9 checkpoints of a flush and a record, 17 erasures, 33 writes, and the last steps.
    #expect(interrupted > 50 && resumed > 20)
  }

  @Test("Power cut at every write of confirming and rolling back leaves one of the two images active")
  func confirmAndRollback() throws {
    let start = try Self.storageWithA()
    try flash(Self.imageB, on: SimulatedBoard(storage: start), activation: .test)
    for cut in 0..<3 {
      for tear in 0..<3 {
        for isConfirm in [true, false] {
          let storage = SimulatedStorage(copying: start, seed: 4)
          let board = SimulatedBoard(storage: storage)
          let session = try BoardSession(over: board)
          storage.cutAfter = storage.operations + cut
          storage.tear = tear
          if isConfirm { try? session.confirm() } else { try? session.rollback() }
          storage.cutPower()
          board.restart(with: SimulatedStorage(copying: storage, seed: 5))
          let after = try BoardSession(over: board)
          let active = try #require(after.description.activeSlot)
          let image = after.description.slots[active].digest == digest(Self.imageA) ? Self.imageA : Self.imageB
          try image.withUnsafeBytes { try after.verify($0) }
          try runOnce(after)
        }
      }
    }
  }

  @Test("An image on trial is given up after three starts without CONFIRM, and stays with it")
  func trial() throws {
    for confirms in [true, false] {
      let storage = SimulatedStorage(copying: try Self.storageWithA(), seed: 2)
      let board = SimulatedBoard(storage: storage)
      try flash(Self.imageB, on: board, activation: .test)
      for start in 1...4 {
        board.restart(with: storage)
        let session = try BoardSession(over: board)
        let active = try #require(session.description.activeSlot)
        let isB = session.description.slots[active].digest == digest(Self.imageB)
        #expect(isB == (confirms || start <= 3))
        if confirms && start == 2 { try session.confirm() }
      }
    }
  }

  @Test("Storage that rots while the board is off costs the slot, and the other image takes over")
  func rot() throws {
    let storage = SimulatedStorage(copying: try Self.storageWithA(), seed: 3)
    let board = SimulatedBoard(storage: storage)
    try flash(Self.imageB, on: board, activation: .permanent)
    let session = try BoardSession(over: board)
    let active = try #require(session.description.activeSlot)
    try [UInt8(9)].withUnsafeBytes { try storage.write($0, active, 5000) }
    board.restart(with: storage)
    let after = try BoardSession(over: board)
    #expect(after.description.activeSlot == 1 - active && after.description.slots[active].state == .empty)
    try Self.imageA.withUnsafeBytes { try after.verify($0) }
  }

  @Test("Flash memory that does not keep what is written is noticed at COMMIT: exit code 8")
  func badMemory() throws {
    let storage = SimulatedStorage(copying: try Self.storageWithA(), seed: 3)
    storage.brokenByte = 4000
    let board = SimulatedBoard(storage: storage)
    let image = EchoExecutor.image(bytes: 9000, fill: 0xFF)
    let error = #expect(throws: BoardLinkError.self) { try flash(image, on: board, activation: .permanent) }
    #expect(error == .refused(request: .commit, BoardError(.hashMismatch)) && error?.exitCode == 8)
    let session = try BoardSession(over: board)
    try Self.imageA.withUnsafeBytes { try session.verify($0) }
  }

  @Test("A full disk on the board is told as such, and the old image goes on")
  func fullDisk() throws {
    let storage = SimulatedStorage(copying: try Self.storageWithA(), seed: 3)
    let board = SimulatedBoard(storage: storage)
    storage.failure = 28
    let error = #expect(throws: BoardLinkError.self) { try flash(Self.imageB, on: board, activation: .permanent) }
    #expect(error == .refused(request: .begin, BoardError(.storage, detail: 28)))
    storage.failure = nil
    try runOnce(try BoardSession(over: board))
    try flash(Self.imageB, on: board, activation: .permanent)
  }
}

func digest(_ bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes { SHA256.digest(of: $0) } }

/// Runs a sample and checks its result.
func runOnce(_ session: BoardSession) throws {
  let input: [UInt8] = (0..<3 * EchoExecutor.lines).map { $0 % 7 == 0 ? UInt8(truncatingIfNeeded: $0) : 0 }
  let shape = RunShape(
    inputs: EchoExecutor.lines, inputTicks: 3, totalTicks: 4, outputs: EchoExecutor.lines)
  try session.run(samples: 0..<1, shape: shape) { _, buffer in
    _ = buffer.update(fromContentsOf: input)
  } receive: { _, result in
    #expect(Array(result.counts.prefix(input.count)) == EchoExecutor.expected(input))
  }
}
