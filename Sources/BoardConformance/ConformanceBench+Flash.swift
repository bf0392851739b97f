import FixedPoint
import WireProtocol

/// Bytes for a slot that are no image, and their hash.
struct SlotContent {
  let bytes: [UInt8]
  let digest: Digest

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    digest = bytes.withUnsafeBytes { SHA256.digest(of: $0) }
  }

  /// `count` bytes that look random; another seed gives others.
  init(count: Int, seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    self.init(
      (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
      })
  }
}

extension ConformanceBench {
  /// The slot that may be written; nil where there is none.
  var freeSlot: UInt8? {
    let others = (0..<min(info.slotCount, 4)).filter { $0 != info.activeSlot }
    if let empty = others.first(where: { info[slot: Int($0)].state == .empty }) { return empty }
    return options.mayLoseImages ? others.first : nil
  }

  /// The free slot, which the run has made sure of.
  func slot() throws(ConformanceFailure) -> UInt8 {
    guard let freeSlot else { throw .skipped("no slot is free") }
    return freeSlot
  }

  var chunk: Int { Int(info.chunkBytes) }

  /// Three chunks and a few bytes, or less where a slot holds no more.
  func content(seed: UInt64 = 1) -> SlotContent {
    SlotContent(count: min(3 * chunk + 5, Int(clamping: info.slotBytes)), seed: seed)
  }

  /// BEGIN for a content, as this board wants it.
  func beginning(_ content: SlotContent, slot: UInt8, manifestBytes: Int = 0) -> Begin {
    Begin(
      slot: slot, family: info.family, size: UInt64(content.bytes.count), digest: content.digest,
      targetDigest: info.targetDigest, manifestBytes: UInt32(manifestBytes))
  }

  /// BEGIN that must be granted; the ranges that the board says it holds.
  @discardableResult
  func begin(
    _ content: SlotContent, slot: UInt8, manifest: [UInt8] = []
  ) throws(ConformanceFailure) -> (answer: BeginAnswer, held: [Range<UInt64>]) {
    let frame = try ask(beginning(content, slot: slot, manifestBytes: manifest.count), body: manifest)
    guard frame.header.message == .beginAnswer else { throw .broken("it answered BEGIN with \(frame.name)") }
    let answer = try frame.read(BeginAnswer.self)
    try expectEqual(answer.slot, slot, "the slot of BEGIN's answer")
    let list = Array(frame.rest(after: 8))
    func u64(_ offset: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 | UInt64(list[offset + $1]) << UInt64(8 * $1) }
    }
    var held: [Range<UInt64>] = []
    for index in 0..<Int(answer.rangeCount) {
      let (offset, length) = (u64(16 * index), u64(16 * index + 8))
      let (end, isTooFar) = offset.addingReportingOverflow(length)
      guard !isTooFar, end <= UInt64(content.bytes.count) else {
        throw .broken("it says that it holds \(length) bytes from \(offset) on")
      }
      held.append(offset..<end)
    }
    return (answer, held)
  }

  /// WRITE of a range of a content, which must be granted.
  @discardableResult
  func write(_ content: SlotContent, _ range: Range<Int>) throws(ConformanceFailure) -> WriteAnswer {
    try expect(WriteAnswer.self, to: Write(offset: UInt64(range.lowerBound)), body: Array(content.bytes[range]))
  }

  /// Every WRITE of a content, one chunk each.
  func writeAll(_ content: SlotContent) throws(ConformanceFailure) {
    var offset = 0
    while offset < content.bytes.count {
      let end = min(offset + chunk, content.bytes.count)
      try write(content, offset..<end)
      offset = end
    }
  }

  /// BEGIN, WRITE and COMMIT, all granted.
  func flash(_ content: SlotContent, slot: UInt8, manifest: [UInt8] = []) throws(ConformanceFailure) {
    if try begin(content, slot: slot, manifest: manifest).answer.state == .verified { return }
    try writeAll(content)
    _ = try expect(CommitAnswer.self, to: Commit(digest: content.digest))
  }

  /// Makes a slot empty: what it holds is replaced by something that is given up.
  func empty(_ slot: UInt8) throws(ConformanceFailure) {
    try refresh()
    guard slot != info.activeSlot, info[slot: Int(slot)].state != .empty else { return }
    if info[slot: Int(slot)].state == .verified {
      _ = try ask(beginning(SlotContent(count: 1, seed: UInt64.random(in: 1 ... .max)), slot: slot))
    }
    _ = try ask(Abort())
  }
}
