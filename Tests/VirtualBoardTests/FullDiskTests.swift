import BoardLink
import Dispatch
import Foundation
import Glibc
import ShippedTargets
import Synchronization
import Targets
import Testing
import VirtualBoard
import WireProtocol

@Suite struct FullDiskTests {
  let folder = TemporaryFolder()

  private func expectFullDisk(_ error: BoardLinkError?, refusing requests: Set<MessageType>) {
    guard case .refused(let request, let refusal) = error else {
      Issue.record("not refused: \(String(describing: error))")
      return
    }
    #expect(requests.contains(request))
    #expect(refusal.knownCode == .storage && refusal.detail == UInt32(ENOSPC))
    #expect(error?.exitCode == 9)
    #expect(error.map { !"\($0)".contains("\n") && "\($0)".contains("storage") } == true)
  }

  @Test("No room for a board's record of what it holds: refused in a sentence, and the old image stays")
  func noRoomForMetadata() throws {
    let target = try Target.load("board-micro")
    let store = folder.path + "/store"
    let options = VirtualBoardOptions(storeFolder: store, serial: "a", socketFolder: folder.path)
    let old = imageBytes(target, count: 20_000)
    var board: RunningBoard? = try RunningBoard(target, options: options)
    var session = try BoardSession(try #require(board).server.address)
    let slot = try old.withUnsafeBytes { try session.flash($0, activation: .none).slot }
    session.close()
    board = nil
    // Whichever record is written next: the device whose every write says that the disk is full.
    let records = (0...1).map { "\(store)/metadata-\($0).bin" }
    let newest = records.max { sequence(of: $0) < sequence(of: $1) }
    for record in records where record != newest {
      unlink(record)
      try #require(symlink("/dev/full", record) == 0)
    }
    board = try RunningBoard(target, options: options)
    session = try BoardSession(try #require(board).server.address)
    let error = #expect(throws: BoardLinkError.self) {
      _ = try imageBytes(target, count: 30_000).withUnsafeBytes { try session.flash($0, activation: .none) }
    }
    expectFullDisk(error, refusing: [.begin])
    #expect(session.description.slots[slot].state == .verified)
    try old.withUnsafeBytes { try session.verify($0, slot: slot) }
  }

  /// The number that grows with each change, behind magic and version.
  private func sequence(of record: String) -> UInt64 {
    let file = open(record, O_RDONLY)
    defer { close(file) }
    var number: UInt64 = 0
    return pread(file, &number, 8, 8) == 8 ? UInt64(littleEndian: number) : 0
  }

  @Test("A disk that fills up in the middle of a flash: refused in a sentence, and the board serves on")
  func noRoomForSlots() throws {
    let target = try Target.load("board")
    let store = folder.path + "/small"
    try #require(mkdir(store, 0o700) == 0)
    let options = VirtualBoardOptions(storeFolder: store, serial: "a", socketFolder: folder.path)
    let opened = Mutex<VirtualBoardServer?>(nil)
    let (ready, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let isMounted = Mutex(false)
    // Only this thread sees the small disk; the board's files stay open.
    let thread = Thread {
      if mountSmallDisk(at: store) {
        isMounted.withLock { $0 = true }
        let server = try? VirtualBoardServer(target: target, options: options)
        opened.withLock { $0 = server }
        ready.signal()
        _ = try? server?.run()
      } else {
        ready.signal()
      }
      ended.signal()
    }
    thread.start()
    ready.wait()
    guard isMounted.withLock({ $0 }) else {
      print("skipped: A disk that fills up WAS NOT TESTED: this system lets tests mount nothing")
      return
    }
    let server = try #require(opened.withLock { $0 })
    do {
      let session = try BoardSession(server.address)
      let error = #expect(throws: BoardLinkError.self) {
        _ = try imageBytes(target, count: 3_000_000).withUnsafeBytes { try session.flash($0, activation: .none) }
      }
      expectFullDisk(error, refusing: [.write, .commit])
      try session.abort()
      // What fits is taken: the first megabytes were, and are free to be used again.
      let small = imageBytes(target, count: 300_000)
      let slot = try small.withUnsafeBytes { try session.flash($0, activation: .none).slot }
      try small.withUnsafeBytes { try session.verify($0, slot: slot) }
    }
    server.stop()
    ended.wait()
  }
}

/// Puts a disk of 1 MiB at a folder, for the calling thread alone; false where the system does not allow it.
private nonisolated func mountSmallDisk(at path: String) -> Bool {
  typealias Unshare = @convention(c) (Int32) -> Int32
  typealias Mount =
    @convention(c) (
      UnsafePointer<CChar>?, UnsafePointer<CChar>, UnsafePointer<CChar>?, UInt, UnsafeRawPointer?
    ) -> Int32
  guard let unshareSymbol = dlsym(nil, "unshare"), let mountSymbol = dlsym(nil, "mount") else { return false }
  let unshare = unsafeBitCast(unshareSymbol, to: Unshare.self)
  let mount = unsafeBitCast(mountSymbol, to: Mount.self)
  // CLONE_NEWNS; then MS_REC | MS_PRIVATE, so that nothing of it leaves this thread.
  guard unshare(0x0002_0000) == 0, mount("none", "/", nil, 0x4000 | 1 << 18, nil) == 0 else { return false }
  return "size=1m".withCString { mount("small", path, "tmpfs", 0, $0) == 0 }
}
