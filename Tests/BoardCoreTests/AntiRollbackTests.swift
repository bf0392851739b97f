import BoardCore
import FixedPoint
import Testing
import WireProtocol

@Suite struct AntiRollbackTests {
  private static let old = EchoExecutor.image(bytes: 9000, fill: 1)
  private static let new = EchoExecutor.image(bytes: 12_000, fill: 2)

  @Test(
    "Power cut at every write while a newer image is flashed: the counter never falls, and no older one follows",
    arguments: 0..<3)
  func everyWrite(tear: Int) throws {
    let start = SimulatedStorage(seed: 3)
    start.canVerify = true
    var before = RawHost(SimulatedBoard(storage: start))
    try before.open()
    let _: ProvisionAnswer = try before.ask(KeyedHash.provision(1))
    try before.flash(Self.old, KeyedHash.manifest(Self.old, counter: 3))
    var cut = 0
    var counters: Set<UInt64> = []
    while true {
      let storage = SimulatedStorage(copying: start, seed: UInt64(cut))
      let board = SimulatedBoard(storage: storage)
      var host = RawHost(board)
      try host.open()
      storage.cutAfter = storage.operations + cut
      storage.tear = tear
      let slot = try? host.flash(Self.new, KeyedHash.manifest(Self.new, counter: 8))
      let isDone = slot != nil
      if !storage.isDead { storage.cutPower() }
      board.restart(with: SimulatedStorage(copying: storage, seed: UInt64(500 + cut)))
      try host.open()
      let info = try host.info()
      let counter = try #require(info.security?.rollbackCounter)
      let active = try #require(info.activeSlot == 255 ? nil : info[slot: Int(info.activeSlot)].digest)
      #expect(active == digest(counter == 8 ? Self.new : Self.old))
      #expect(counter == 3 || counter == 8)
      #expect(!isDone || counter == 8)
      if counter == 8 {
        #expect(throws: BoardError(.rollbackCounter, detail: 8, offset: 8)) {
          _ = try host.begin(Self.old, KeyedHash.manifest(Self.old, counter: 3))
        }
        #expect(throws: BoardError.self) { let _: RollbackAnswer = try host.ask(Rollback()) }
      }
      counters.insert(counter)
      if isDone { break }
      // And the flash can be taken up.
      try host.flash(Self.new, KeyedHash.manifest(Self.new, counter: 8))
      #expect(try host.info().security?.rollbackCounter == 8)
      cut += 1
    }
    #expect(cut > 20 && counters == [3, 8])
  }

  @Test("A record of version 1 is read as that of an unlocked board, and followed by one of version 2")
  func version1() throws {
    let storage = SimulatedStorage(seed: 3)
    let image = Self.old
    try image.withUnsafeBytes { try storage.write($0, 1, 0) }
    try storage.flush(1)
    var record = [UInt8](repeating: 0, count: 264)
    try record.withUnsafeMutableBytes { buffer in
      var writer = WireWriter(buffer)
      try writer.u32(0x444D_4E53)
      try writer.u32(1)
      try writer.u64(7)
      for byte: UInt8 in [1, 255, 1, 0] { try writer.u8(byte) }
      try writer.zeros(4)
      try writer.u64(0)
      for slot in 0..<4 {
        try writer.u8(slot == 1 ? 2 : 0)
        try writer.zeros(7)
        try writer.u64(slot == 1 ? UInt64(image.count) : 0)
        try writer.u64(slot == 1 ? UInt64(image.count) : 0)
        try writer.digest(slot == 1 ? digest(image) : Digest())
      }
      try writer.zeros(4)
      try writer.u32(CRC32C.checksum(of: writer.written))
    }
    // As a file of its own size, and at the front of a page of flash memory.
    for rest in [0, 160] {
      try (record + [UInt8](repeating: 0xFF, count: rest)).withUnsafeBytes { try storage.writeMetadata($0, 1) }
      let board = SimulatedBoard(storage: SimulatedStorage(copying: storage, seed: 4))
      var host = RawHost(board)
      try host.open()
      #expect(try host.info().activeSlot == 1)
      try host.flash(Self.new)
      #expect(board.storage.metadataRecord(0).count == 424 && board.storage.metadataRecord(0)[4] == 2)
      board.restart(with: board.storage)
      let info = try host.info()
      #expect(info.activeSlot == 0 && !info.flags.contains(.locked))
    }
  }
}
