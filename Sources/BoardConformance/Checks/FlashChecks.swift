import FixedPoint
import WireProtocol

/// What protocol.md says under "Flashing" about BEGIN and WRITE.
enum FlashChecks {
  static let all = [
    check("BEGIN of no bytes, or of more than a slot has, is refused as oversize", oversize),
    check("BEGIN for another family is refused as wrong family", wrongFamily),
    check("BEGIN for another target is refused as wrong target", wrongTarget),
    check("BEGIN for a slot that is not there is refused as no such slot", noSuchSlot),
    ConformanceCheck(
      .flashing, "BEGIN for the active slot is refused as slot active, and the slot stays", needs: .consent, slotActive),
    check("BEGIN makes the slot receiving, with size and hash of what comes", receiving),
    check("the board's own choice is a slot that is not active", boardsChoice),
    check("WRITE before BEGIN is refused as not receiving", notReceiving),
    check("WRITE tells what is held: all below, and a bit for each chunk above", bitmap),
    check("WRITE at an offset within a chunk is refused as misaligned", misaligned),
    check("WRITE beyond the image, or of nothing, is refused as out of range", outOfRange),
    check("WRITE of a chunk that is held changes nothing", repeatedWrite),
    check("BEGIN of the same image tells which ranges are held, also in a new session", resume),
    check("ABORT makes the receiving slot empty", abort),
  ]

  private static func check(
    _ rule: String, _ body: @escaping @Sendable (ConformanceBench) throws(ConformanceFailure) -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(.flashing, rule, needs: .freeSlot, body)
  }

  private static func oversize(_ bench: ConformanceBench) throws(ConformanceFailure) {
    var begin = bench.beginning(bench.content(), slot: try bench.slot())
    for size in [0, bench.info.slotBytes &+ 1, .max] {
      begin.size = size
      let error = try bench.expect(.oversize, for: begin)
      try bench.expectEqual(error.offset, bench.info.slotBytes, "the size that it tells")
    }
  }

  private static func wrongFamily(_ bench: ConformanceBench) throws(ConformanceFailure) {
    var begin = bench.beginning(bench.content(), slot: try bench.slot())
    begin.family ^= 0x20
    let error = try bench.expect(.wrongFamily, for: begin)
    try bench.expectEqual(error.detail, bench.info.family, "the family that it tells")
  }

  private static func wrongTarget(_ bench: ConformanceBench) throws(ConformanceFailure) {
    var begin = bench.beginning(bench.content(), slot: try bench.slot())
    begin.targetDigest[31] ^= 1
    try bench.expect(.wrongTarget, for: begin)
  }

  private static func noSuchSlot(_ bench: ConformanceBench) throws(ConformanceFailure) {
    for slot in [bench.info.slotCount, 200] {
      let error = try bench.expect(.noSuchSlot, for: bench.beginning(bench.content(), slot: slot))
      try bench.expectEqual(error.detail, UInt32(slot), "the slot that it tells")
    }
  }

  private static func slotActive(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (active, count) = (bench.info.activeSlot, bench.info.slotCount)
    guard active < count else { throw .skipped("no image is active") }
    let before = bench.info[slot: Int(active)]
    guard !bench.info.flags.contains(.locked) else { throw .skipped("a locked board looks at the signature first") }
    let error = try bench.expect(.slotActive, for: bench.beginning(bench.content(), slot: active))
    try bench.expectEqual(error.detail, UInt32(active), "the slot that it tells")
    try bench.expectEqual(try bench.refresh()[slot: Int(active)], before, "the active slot")
  }

  private static func receiving(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (slot, content) = (try bench.slot(), bench.content())
    let begun = try bench.begin(content, slot: slot)
    try bench.expectEqual(begun.answer.state, .receiving, "the state in BEGIN's answer")
    try bench.expectEqual(begun.answer.chunkBytes, bench.info.chunkBytes, "the chunk in BEGIN's answer")
    try bench.expectEqual(begun.held, [], "what it holds of a new image")
    let told = try bench.refresh()[slot: Int(slot)]
    let expected = SlotInfo(state: .receiving, size: UInt64(content.bytes.count), digest: content.digest)
    try bench.expectEqual(told, expected, "the slot in INFO")
  }

  private static func boardsChoice(_ bench: ConformanceBench) throws(ConformanceFailure) {
    // Where the slot is not empty already, the choice could be another image's.
    _ = try bench.begin(bench.content(), slot: try bench.slot())
    let answer = try bench.ask(bench.beginning(bench.content(), slot: Begin.anySlot))
    guard answer.header.message == .beginAnswer else { throw .broken("it answered \(answer.name)") }
    let chosen = try answer.read(BeginAnswer.self).slot
    try bench.expectEqual(chosen, try bench.slot(receiving: bench.content()), "the slot that it chose")
  }

  private static func notReceiving(_ bench: ConformanceBench) throws(ConformanceFailure) {
    _ = try bench.ask(Abort())
    try bench.expect(.notReceiving, for: Write(offset: 0), body: [1])
  }

  private static func bitmap(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (content, chunk) = (bench.content(), bench.chunk)
    guard content.bytes.count > 3 * chunk else { throw .skipped("a slot has fewer than four chunks") }
    try bench.begin(content, slot: try bench.slot())
    let size = UInt64(content.bytes.count)
    let second = try bench.write(content, chunk..<2 * chunk)
    try bench.expectEqual(second, WriteAnswer(cumulative: 0, bitmap: 0b10), "after the second chunk, WRITE's answer")
    let last = try bench.write(content, 3 * chunk..<content.bytes.count)
    try bench.expectEqual(last, WriteAnswer(cumulative: 0, bitmap: 0b1010), "after the last chunk, WRITE's answer")
    let first = try bench.write(content, 0..<chunk)
    try bench.expectEqual(
      first, WriteAnswer(cumulative: UInt64(2 * chunk), bitmap: 0b10), "after the first chunk, WRITE's answer")
    let third = try bench.write(content, 2 * chunk..<3 * chunk)
    try bench.expectEqual(third, WriteAnswer(cumulative: size, bitmap: 0), "after all chunks, WRITE's answer")
  }

  private static func misaligned(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (content, chunk) = (bench.content(), bench.chunk)
    guard chunk > 1 else { throw .skipped("a chunk is one byte") }
    try bench.begin(content, slot: try bench.slot())
    let error = try bench.expect(.misaligned, for: Write(offset: 1), body: Array(content.bytes[1..<chunk]))
    try bench.expectEqual(error.detail, bench.info.chunkBytes, "the chunk that it tells")
    // Only the image's end may lie within a chunk.
    try bench.expect(.misaligned, for: Write(offset: 0), body: Array(content.bytes[0..<chunk - 1]))
  }

  private static func outOfRange(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let content = bench.content()
    try bench.begin(content, slot: try bench.slot())
    let size = UInt64(content.bytes.count)
    let beyond = (size / UInt64(bench.chunk) + 1) * UInt64(bench.chunk)
    for (offset, count) in [(beyond, 1), (0, 0), (UInt64.max - 3, 4)] {
      let error = try bench.expect(.outOfRange, for: Write(offset: offset), body: [UInt8](repeating: 0, count: count))
      try bench.expectEqual(error.offset, size, "the end that it tells")
    }
  }

  private static func repeatedWrite(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (content, chunk) = (bench.content(), min(bench.chunk, bench.content().bytes.count))
    try bench.begin(content, slot: try bench.slot())
    let first = try bench.write(content, 0..<chunk)
    // Other bytes at the same place: a board that wrote them would fail at COMMIT.
    let other = content.bytes[0..<chunk].map { ~$0 }
    let second = try bench.expect(WriteAnswer.self, to: Write(offset: 0), body: other)
    try bench.expectEqual(second, first, "WRITE's second answer")
    try bench.writeAll(content)
    _ = try bench.expect(CommitAnswer.self, to: Commit(digest: content.digest))
  }

  private static func resume(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (slot, content, chunk) = (try bench.slot(), bench.content(), bench.chunk)
    guard content.bytes.count > 3 * chunk else { throw .skipped("a slot has fewer than four chunks") }
    try bench.begin(content, slot: slot)
    try bench.write(content, 0..<chunk)
    try bench.write(content, 2 * chunk..<3 * chunk)
    let expected = [0..<UInt64(chunk), UInt64(2 * chunk)..<UInt64(3 * chunk)]
    try bench.expectEqual(try bench.begin(content, slot: slot).held, expected, "what it says it holds")
    try bench.begin()
    try bench.expectEqual(
      try bench.begin(content, slot: slot).held, expected, "in a new session, what it says it holds")
  }

  private static func abort(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (slot, content) = (try bench.slot(), bench.content())
    try bench.begin(content, slot: slot)
    _ = try bench.expect(AbortAnswer.self, to: Abort())
    try bench.expectEqual(try bench.refresh()[slot: Int(slot)].state, .empty, "the slot's state")
    try bench.expect(.notReceiving, for: Write(offset: 0), body: [1])
  }
}

extension ConformanceBench {
  /// The slot that INFO says receives a content.
  fileprivate func slot(receiving content: SlotContent) throws(ConformanceFailure) -> UInt8 {
    try refresh()
    for slot in 0..<UInt8(BoardInfo.maximumSlots) {
      let held = info[slot: Int(slot)]
      if held.state == .receiving && held.digest == content.digest { return slot }
    }
    throw .broken("no slot receives the image")
  }
}
