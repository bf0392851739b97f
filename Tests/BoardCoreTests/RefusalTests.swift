import BoardCore
import BoardLink
import FixedPoint
import Testing
import WireProtocol

/// What a board says no to, request by request.
@Suite struct RefusalTests {
  private func host(withImage: Bool) throws -> (RawHost, SimulatedBoard) {
    let board = SimulatedBoard(storage: SimulatedStorage(seed: 5))
    if withImage {
      _ = try EchoExecutor.image(bytes: 3000, fill: 7).withUnsafeBytes { try BoardSession(over: board).flash($0) }
    }
    var host = RawHost(board)
    try host.open()
    return (host, board)
  }

  private func spikes(_ list: [WireSpike]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: list.count * WireSpike.byteCount)
    bytes.withUnsafeMutableBytes { buffer in
      for (index, spike) in list.enumerated() { spike.store(to: buffer, at: index * WireSpike.byteCount) }
    }
    return bytes
  }

  @Test("Input spikes are refused when late, out of order, repeated, out of range, empty or too many")
  func spikesIn() throws {
    var (host, _) = try host(withImage: true)
    func refusal(_ list: [WireSpike]) throws -> BoardError? {
      #expect(throws: BoardError.self) {
        let _: SpikesInAnswer = try host.ask(
          SpikesIn(clearsFirst: false, spikeCount: UInt32(list.count)), body: spikes(list))
      }
    }
    let _: RunAnswer = try host.ask(Run(clearsFirst: true, ticks: 5, spikeCount: 0))
    let early = WireSpike(tick: 4, index: 0, count: 1)
    let good = WireSpike(tick: 5, index: 3, count: 1)
    #expect(try refusal([early]) == BoardError(.lateTick, detail: 4))
    #expect(try refusal([good, good]) == BoardError(.duplicateSpike, detail: 3, offset: 1))
    #expect(
      try refusal([good, WireSpike(tick: 5, index: 2, count: 1)]) == BoardError(.unorderedSpikes, detail: 2, offset: 1))
    #expect(try refusal([WireSpike(tick: 6, index: 200, count: 1)]) == BoardError(.inputOutOfRange, detail: 200))
    #expect(try refusal([WireSpike(tick: 6, index: 1, count: 0)]) == BoardError(.emptySpike, detail: 1))
    let many = (0..<100).map { WireSpike(tick: 9, index: UInt32($0), count: 1) }
    for part in 0..<4 {
      let list = many.map { WireSpike(tick: $0.tick + UInt32(part), index: $0.index, count: 1) }
      let answer: SpikesInAnswer = try host.ask(SpikesIn(clearsFirst: false, spikeCount: 100), body: spikes(list))
      #expect(answer.waiting == UInt32(100 * (part + 1)) && answer.capacity == 400)
    }
    #expect(try refusal([WireSpike(tick: 20, index: 1, count: 1)]) == BoardError(.inputOverflow, detail: 400))
    // Nothing of a refused request was taken.
    let run: RunAnswer = try host.ask(Run(clearsFirst: false, ticks: 20, spikeCount: 0))
    #expect(run.inputEvents == 400)
  }

  @Test("A repeated RUN is refused and executes nothing")
  func repeatedRun() throws {
    var (host, board) = try host(withImage: true)
    let first: RunAnswer = try host.ask(Run(clearsFirst: true, ticks: 5, spikeCount: 0))
    #expect(first.currentTick == 5)
    var gap = host
    try gap.send(.stats, [])
    // `host` now repeats a number that the board has seen.
    #expect(throws: BoardError(.outOfSequence, detail: 4)) {
      let _: RunAnswer = try host.ask(Run(clearsFirst: false, ticks: 5, spikeCount: 0))
    }
    let again: RunAnswer = try gap.ask(Run(clearsFirst: false, ticks: 1, spikeCount: 0))
    #expect(again.currentTick == 6)
    _ = board
  }

  @Test("WRITE and COMMIT are refused without BEGIN, off the chunks, outside the image and with gaps")
  func writing() throws {
    var (host, _) = try host(withImage: false)
    let image = EchoExecutor.image(bytes: 1000, fill: 3)
    func write(_ range: Range<Int>, at offset: Int) throws -> WriteAnswer {
      try host.ask(Write(offset: UInt64(offset)), body: Array(image[range]))
    }
    #expect(throws: BoardError(.notReceiving)) { _ = try write(0..<256, at: 0) }
    #expect(throws: BoardError(.notReceiving)) {
      let _: CommitAnswer = try host.ask(Commit(digest: digest(image)))
    }
    let begin = Begin(
      slot: Begin.anySlot, family: EchoExecutor.family, size: 1000, digest: digest(image), targetDigest: Digest())
    let answer: BeginAnswer = try host.ask(begin)
    #expect(answer.slot == 0 && answer.rangeCount == 0 && answer.chunkBytes == 256)
    #expect(throws: BoardError(.misaligned, detail: 256)) { _ = try write(0..<256, at: 100) }
    #expect(throws: BoardError(.misaligned, detail: 256)) { _ = try write(0..<100, at: 0) }
    #expect(throws: BoardError(.outOfRange, offset: 1000)) { _ = try write(0..<256, at: 768) }
    #expect(throws: BoardError(.outOfRange, offset: 1000)) { _ = try write(0..<256, at: 1024) }
    #expect(try write(512..<768, at: 512) == WriteAnswer(cumulative: 0, bitmap: 0b100))
    #expect(throws: BoardError(.missingRanges, offset: 0)) {
      let _: CommitAnswer = try host.ask(Commit(digest: digest(image)))
    }
    #expect(try write(0..<256, at: 0) == WriteAnswer(cumulative: 256, bitmap: 0b10))
    #expect(try write(0..<256, at: 0) == WriteAnswer(cumulative: 256, bitmap: 0b10))
    let again: BeginAnswer = try host.ask(begin)
    #expect(again.rangeCount == 2)
    #expect(try write(256..<1000, at: 256) == WriteAnswer(cumulative: 1000, bitmap: 0))
    #expect(throws: BoardError(.notVerified, detail: 0)) {
      let _: ActivateAnswer = try host.ask(Activate(slot: 0, mode: .permanent))
    }
    let done: CommitAnswer = try host.ask(Commit(digest: digest(image)))
    #expect(done == CommitAnswer(slot: 0, size: 1000, digest: digest(image)))
    let repeated: CommitAnswer = try host.ask(Commit(digest: digest(image)))
    #expect(repeated == done)
  }

  @Test(
    "A slot whose bytes have changed since COMMIT does not become active, and is emptied")
  func changedBytes() throws {
    for isRollback in [false, true] {
      var (host, board) = try host(withImage: false)
      let images = [1, 2].map { EchoExecutor.image(bytes: 3000, fill: $0) }
      try host.flash(images[0])
      try host.flash(images[1], activation: isRollback ? .permanent : nil)
      let slot = isRollback ? 0 : 1
      try [UInt8(9)].withUnsafeBytes { try board.storage.write($0, slot, 100) }
      #expect(throws: BoardError(.hashMismatch)) {
        if isRollback {
          let _: RollbackAnswer = try host.ask(Rollback())
        } else {
          let _: ActivateAnswer = try host.ask(Activate(slot: 1, mode: .permanent))
        }
      }
      let info = try host.info()
      #expect(Int(info.activeSlot) == 1 - slot && info[slot: slot].state == .empty)
      let run: RunAnswer = try host.ask(Run(clearsFirst: true, ticks: 1, spikeCount: 0))
      #expect(run.currentTick == 1)
      #expect(throws: BoardError(.nothingToRollBack)) { let _: RollbackAnswer = try host.ask(Rollback()) }
      board.restart(with: board.storage)
      #expect(try host.info().activeSlot == info.activeSlot)
    }
  }

  @Test("Slots, sessions, boots and ranges that are not there are refused")
  func others() throws {
    var (host, _) = try host(withImage: true)
    func refused<Request: WireMessage, Answer: WireMessage>(_ request: Request, as _: Answer.Type) -> BoardError? {
      #expect(throws: BoardError.self) { let _: Answer = try host.ask(request) }
    }
    #expect(refused(Activate(slot: 2, mode: .test), as: ActivateAnswer.self) == BoardError(.noSuchSlot, detail: 2))
    #expect(refused(Confirm(bootIdentifier: 99), as: ConfirmAnswer.self) == BoardError(.otherBoot))
    #expect(refused(Rollback(), as: RollbackAnswer.self) == BoardError(.nothingToRollBack))
    #expect(
      refused(ReadBack(slot: 0, content: .hash, offset: 65536, length: 1), as: ReadBackAnswer.self)
        == BoardError(.outOfRange, offset: 65536))
    #expect(
      refused(ReadBack(slot: 0, content: .data, offset: 0, length: 1025), as: ReadBackAnswer.self)
        == BoardError(.tooLong, detail: 1040))
    #expect(
      refused(StateRequest(core: 1, firstNeuron: 0, count: 1), as: StateAnswer.self)
        == BoardError(.noSuchCore, detail: 1))
    #expect(
      refused(Run(clearsFirst: true, ticks: .max, spikeCount: 0), as: RunAnswer.self)
        == BoardError(.tooManyTicks, detail: 1 << 20))
    var stranger = RawHost(SimulatedBoard(storage: SimulatedStorage(seed: 1)))
    #expect(throws: BoardError(.noSession)) { let _: StatsAnswer = try stranger.ask(StatsRequest()) }
    #expect(throws: BoardError(.version, detail: 0x0101)) {
      let _: HelloAnswer = try stranger.ask(Hello(nonce: 1, minimumMajor: 2, maximumMajor: 9))
    }
    #expect(try stranger.send(.error, []).count > 32)
  }
}
