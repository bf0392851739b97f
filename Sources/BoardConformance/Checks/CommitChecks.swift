import FixedPoint
import WireProtocol

/// What protocol.md says under "Flashing" about COMMIT and READBACK.
enum CommitChecks {
  static let all = [
    check("COMMIT of an image with gaps is refused as missing ranges, with the first byte that is missing", missing),
    check("COMMIT of other bytes than announced is refused as hash mismatch, and the slot is empty", mismatch),
    check("COMMIT tells slot, size and hash, and the slot is verified", verified),
    check("COMMIT without BEGIN is refused as not receiving", withoutBegin),
    check("COMMIT of an image that is verified is answered as the first one was", repeatedCommit),
    check("BEGIN of an image that is there says verified", alreadyThere),
    check("READBACK tells hashes of what the storage holds", readBackHash),
    check("READBACK tells the data themselves, of any range", readBackData),
    ConformanceCheck(.flashing, "READBACK beyond the slot is refused as out of range", readBackBeyond),
    ConformanceCheck(.flashing, "READBACK of a slot that is not there is refused as no such slot", readBackNoSlot),
    ConformanceCheck(.flashing, "READBACK of more data than a frame holds is refused as too long", readBackTooLong),
  ]

  private static func check(
    _ rule: String, _ body: @escaping @Sendable (ConformanceBench) throws(ConformanceFailure) -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(.flashing, rule, needs: .freeSlot, body)
  }

  private static func missing(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (content, chunk) = (bench.content(), bench.chunk)
    guard content.bytes.count > 3 * chunk else { throw .skipped("a slot has fewer than four chunks") }
    try bench.begin(content, slot: try bench.slot())
    for chunk in [0..<chunk, 2 * chunk..<3 * chunk] { try bench.write(content, chunk) }
    let error = try bench.expect(.missingRanges, for: Commit(digest: content.digest))
    try bench.expectEqual(error.offset, UInt64(chunk), "the first missing byte")
  }

  private static func mismatch(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (slot, content) = (try bench.slot(), bench.content())
    try bench.begin(content, slot: slot)
    var other = content.bytes
    other[other.count - 1] ^= 0x80
    try bench.writeAll(SlotContent(other))
    try bench.expect(.hashMismatch, for: Commit(digest: content.digest))
    try bench.expectEqual(try bench.refresh()[slot: Int(slot)].state, .empty, "the slot's state")
  }

  private static func verified(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (slot, content) = (try bench.slot(), bench.content())
    let size = UInt64(content.bytes.count)
    try bench.begin(content, slot: slot)
    try bench.writeAll(content)
    let answer = try bench.expect(CommitAnswer.self, to: Commit(digest: content.digest))
    try bench.expectEqual(
      answer, CommitAnswer(slot: slot, size: size, digest: content.digest), "COMMIT's answer")
    try bench.expectEqual(
      try bench.refresh()[slot: Int(slot)], SlotInfo(state: .verified, size: size, digest: content.digest),
      "the slot in INFO")
  }

  private static func withoutBegin(_ bench: ConformanceBench) throws(ConformanceFailure) {
    _ = try bench.ask(Abort())
    try bench.expect(.notReceiving, for: Commit(digest: SlotContent(count: 9, seed: 77).digest))
  }

  private static func repeatedCommit(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let content = bench.content()
    try bench.begin(content, slot: try bench.slot())
    try bench.writeAll(content)
    let first = try bench.expect(CommitAnswer.self, to: Commit(digest: content.digest))
    let second = try bench.expect(CommitAnswer.self, to: Commit(digest: content.digest))
    try bench.expectEqual(second, first, "COMMIT's second answer")
  }

  private static func alreadyThere(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (slot, content) = (try bench.slot(), bench.content())
    try bench.flash(content, slot: slot)
    try bench.expectEqual(try bench.begin(content, slot: slot).answer.state, .verified, "the state in BEGIN's answer")
    try bench.expectEqual(try bench.refresh()[slot: Int(slot)].state, .verified, "the slot's state in INFO")
  }

  private static func readBackHash(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (slot, content) = (try bench.slot(), bench.content())
    try bench.flash(content, slot: slot)
    for range in [0..<content.bytes.count, 1..<content.bytes.count - 1, 3..<3] {
      let frame = try bench.ask(
        ReadBack(slot: slot, content: .hash, offset: UInt64(range.lowerBound), length: UInt64(range.count)))
      guard frame.header.message == .readBackAnswer else { throw .broken("it answered \(frame.name)") }
      let expected = content.bytes[range].withUnsafeBytes { SHA256.digest(of: $0) }
      let found = Array(frame.rest(after: ReadBackAnswer.headerBytes))
      try bench.expectEqual(found, (0..<32).map { expected[$0] }, "the hash of bytes \(range)")
    }
  }

  private static func readBackData(_ bench: ConformanceBench) throws(ConformanceFailure) {
    guard !bench.info.flags.contains(.locked) else { throw .skipped("a locked board lets no data out") }
    let (slot, content) = (try bench.slot(), bench.content())
    try bench.flash(content, slot: slot)
    let most = Int(bench.info.maximumPayload) - ReadBackAnswer.headerBytes
    for range in [0..<1, 1..<min(content.bytes.count, most), 7..<7] {
      let request = ReadBack(
        slot: slot, content: .data, offset: UInt64(range.lowerBound), length: UInt64(range.count))
      let frame = try bench.ask(request)
      guard frame.header.message == .readBackAnswer else { throw .broken("it answered \(frame.name)") }
      let answer = try frame.read(ReadBackAnswer.self)
      try bench.expectEqual(
        answer, ReadBackAnswer(offset: request.offset, length: request.length), "the range in its answer")
      guard frame.rest(after: ReadBackAnswer.headerBytes).elementsEqual(content.bytes[range]) else {
        throw .broken("bytes \(range) are not those that were written")
      }
    }
  }

  private static func readBackBeyond(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let size = bench.info.slotBytes
    for (offset, length) in [(size, UInt64(1)), (0, size &+ 1), (UInt64.max, UInt64.max)] {
      let error = try bench.expect(
        .outOfRange, for: ReadBack(slot: 0, content: .hash, offset: offset, length: length))
      try bench.expectEqual(error.offset, size, "the end that it tells")
    }
  }

  private static func readBackNoSlot(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let slot = bench.info.slotCount
    let error = try bench.expect(.noSuchSlot, for: ReadBack(slot: slot, content: .hash, offset: 0, length: 1))
    try bench.expectEqual(error.detail, UInt32(slot), "the slot that it tells")
  }

  private static func readBackTooLong(_ bench: ConformanceBench) throws(ConformanceFailure) {
    guard !bench.info.flags.contains(.locked) else { throw .skipped("a locked board lets no data out") }
    let most = UInt64(bench.info.maximumPayload) - UInt64(ReadBackAnswer.headerBytes)
    guard most < bench.info.slotBytes else { throw .skipped("a frame holds a whole slot") }
    try bench.expect(.tooLong, for: ReadBack(slot: 0, content: .data, offset: 0, length: most + 1))
  }
}
