import BoardLink
import FixedPoint
import ShippedTargets
import Targets
import Testing
import VirtualBoard
import WireProtocol

@Suite struct FlashTests {
  let folder = TemporaryFolder()

  func board(_ target: Target, serial: String = "one", store: String? = nil) throws -> RunningBoard {
    try RunningBoard(
      target, options: VirtualBoardOptions(storeFolder: store, serial: serial, socketFolder: folder.path))
  }

  @Test("A flashed image is active, reads back byte for byte, and verifies", arguments: ["board", "board-micro"])
  func flash(name: String) throws {
    let target = try Target.load(name)
    let image = try TestImage(seed: 1, target: target).bytes
    let board = try board(target)
    let session = try BoardSession(board.server.address)
    var phases: [FlashProgress.Phase] = []
    let result = try image.withUnsafeBytes { bytes in
      try session.flash(bytes, progress: { if phases.last != $0.phase { phases.append($0.phase) } })
    }
    #expect(result.isActive && result.bytesSent == UInt64(image.count) && result.bytesHeld == 0)
    #expect(phases == [.writing, .verifying, .activating])
    #expect(session.description.activeSlot == result.slot)
    #expect(session.description.slots[result.slot].digest == result.digest)
    #expect(try session.readBack(range: 0..<UInt64(image.count)) == image)
    try image.withUnsafeBytes { try session.verify($0) }
  }

  @Test("A second image goes to the other slot; the same image again sends nothing")
  func twoSlots() throws {
    let target = try Target.load("board")
    let (first, second) = (try TestImage(seed: 1, target: target).bytes, try TestImage(seed: 2, target: target).bytes)
    let board = try board(target)
    let session = try BoardSession(board.server.address)
    let a = try first.withUnsafeBytes { try session.flash($0) }
    let b = try second.withUnsafeBytes { try session.flash($0) }
    #expect(a.slot != b.slot && session.description.activeSlot == b.slot)
    let again = try first.withUnsafeBytes { try session.flash($0) }
    #expect(again.slot == a.slot && again.bytesSent == 0 && session.description.activeSlot == a.slot)
    #expect(throws: BoardLinkError.refused(request: .begin, BoardError(.slotActive, detail: UInt32(a.slot)))) {
      try second.withUnsafeBytes { _ = try session.flash($0, slot: a.slot) }
    }
    try session.rollback()
    #expect(session.description.activeSlot == b.slot)
  }

  @Test("A slot that holds another image fails verification at the first different byte")
  func differentBytes() throws {
    let target = try Target.load("board")
    var image = try TestImage(seed: 1, target: target).bytes
    let board = try board(target)
    let session = try BoardSession(board.server.address)
    _ = try image.withUnsafeBytes { try session.flash($0) }
    image[777] ^= 1
    let slot = try #require(session.description.activeSlot)
    let error = #expect(throws: BoardLinkError.differs(slot: slot, offset: 777)) {
      try image.withUnsafeBytes { try session.verify($0) }
    }
    #expect(error?.exitCode == 8)
    image.removeLast()
    #expect(throws: BoardLinkError.self) { try image.withUnsafeBytes { try session.verify($0) } }
  }

  @Test("A board that vanishes in the middle of a flash ends it as disconnected; later it resumes within a window")
  func resumeAfterVanishing() throws {
    let target = try Target.load("board")
    let image = randomImage(target, bytes: 3_000_000, seed: 1)
    let window = UInt64(try #require(target.link).window * (try #require(target.link).maximumPayload))
    for point in stride(from: UInt64(0), to: 2_800_000, by: 400_000) {
      let store = TemporaryFolder()
      var running: RunningBoard? = try board(target, store: store.path)
      let session = try BoardSession(
        try #require(running).server.address, options: LinkOptions(reconnectTime: .milliseconds(50)))
      var reached: UInt64 = 0
      let error = #expect(throws: BoardLinkError.self) {
        try image.withUnsafeBytes { bytes in
          try session.flash(
            bytes, activation: .none,
            progress: { progress in
              guard progress.phase == .writing else { return }
              reached = progress.done
              if progress.done >= point { running = nil }
            })
        }
      }
      #expect(error == .disconnected(session.address) && error?.exitCode == 7)
      // The store outlived the board, which was cut off between two checkpoints at worst.
      let reborn = try board(target, store: store.path)
      let second = try BoardSession(reborn.server.address)
      let result = try image.withUnsafeBytes { try second.flash($0, activation: .none) }
      #expect(result.bytesSent <= UInt64(image.count) - min(reached, UInt64(image.count)) + window + (1 << 18) + 65536)
      try image.withUnsafeBytes { try second.verify($0, slot: result.slot) }
    }
  }

  @Test("After a lost link to a board that stayed on, at most one window is sent again")
  func resumeAfterLostLink() throws {
    let target = try Target.load("board")
    let image = randomImage(target, bytes: 3_000_000, seed: 2)
    let board = try board(target)
    let window = UInt64(try #require(target.link).window * (try #require(target.link).maximumPayload))
    let session = try BoardSession(board.server.address)
    var cuts = 0
    let result = try image.withUnsafeBytes { bytes in
      try session.flash(
        bytes, activation: .none,
        progress: { progress in
          if progress.phase == .writing && progress.done > 1_000_000 && cuts == 0 {
            cuts += 1
            session.close()
          }
        })
    }
    #expect(cuts == 1)
    #expect(result.bytesSent <= UInt64(image.count) + window)
    try image.withUnsafeBytes { try session.verify($0, slot: result.slot) }
  }

  @Test("A cancelled flash ends as cancelled and leaves the active slot as it was")
  func cancelled() throws {
    let target = try Target.load("board")
    let first = try TestImage(seed: 1, target: target).bytes
    let board = try board(target)
    let session = try BoardSession(board.server.address)
    _ = try first.withUnsafeBytes { try session.flash($0) }
    let active = session.description.activeSlot
    var done: UInt64 = 0
    let error = #expect(throws: BoardLinkError.cancelled) {
      try randomImage(target, bytes: 2_000_000, seed: 3).withUnsafeBytes { bytes in
        _ = try session.flash(bytes, isCancelled: { done > 500_000 }, progress: { done = $0.done })
      }
    }
    #expect(error?.exitCode == 130)
    let other = try BoardSession(board.server.address, options: LinkOptions(reconnectTime: .zero), after: session)
    #expect(other.description.activeSlot == active)
    try first.withUnsafeBytes { try other.verify($0) }
  }

  @Test("Images for another target, of another family, too large, or of no kind at all are refused")
  func wrongImages() throws {
    let (target, micro) = (try Target.load("board"), try Target.load("board-micro"))
    let board = try board(target)
    let session = try BoardSession(board.server.address)
    func refusal(_ image: [UInt8]) -> BoardLinkError? {
      #expect(throws: BoardLinkError.self) { try image.withUnsafeBytes { _ = try session.flash($0) } }
    }
    let other = refusal(try TestImage(seed: 1, target: micro).bytes)
    #expect(other == .refused(request: .begin, BoardError(.wrongTarget)) && other?.exitCode == 9)
    var family = try TestImage(seed: 1, target: target).bytes
    family[28] = UInt8(ascii: "X")
    guard case .refused(.begin, let error) = refusal(family) else { throw BoardLinkError.notAnImage }
    #expect(error.knownCode == .wrongFamily)
    let large = refusal(randomImage(target, bytes: target.budgets.slotBytes + 1, seed: 1))
    guard case .refused(.begin, let error) = large else { throw BoardLinkError.notAnImage }
    #expect(error.knownCode == .oversize)
    #expect(refusal([1, 2, 3]) == .notAnImage)
    // Bytes that arrive well but are no image a machine can execute must not become active.
    let nonsense = refusal(randomImage(target, bytes: 5000, seed: 4))
    guard case .refused(.activate, let error) = nonsense else { throw BoardLinkError.notAnImage }
    #expect(error.knownCode == .badImage)
    #expect(try session.refresh().activeSlot == nil)
  }
}

extension BoardSession {
  /// A session that takes the place of another one.
  convenience init(_ address: DeviceAddress, options: LinkOptions, after other: BoardSession) throws {
    other.close()
    // The board notices the closed connection a moment later.
    for _ in 0..<100 {
      if DeviceDirectory.list(folder: folderOf(address)).allSatisfy({ $0.description?.isInSession == false }) { break }
    }
    try self.init(address, options: options)
  }
}

private func folderOf(_ address: DeviceAddress) -> String {
  guard case .socket(let path) = address else { return "" }
  return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
}
