import WireProtocol

/// What protocol.md says about INFO and STATUS.
enum InfoChecks {
  static let all = [
    ConformanceCheck(.info, "the sizes in INFO are within what the protocol allows", sizes),
    ConformanceCheck(.info, "target and serial are texts of 1 to 31 bytes of UTF-8", texts),
    ConformanceCheck(.info, "INFO says that a session is open while one is", sessionFlag),
    ConformanceCheck(.info, "the boot identifier stays as long as the board runs", bootIdentifier),
    ConformanceCheck(.info, "only a verified slot is active, and slots that do not exist are empty", slots),
    ConformanceCheck(.info, "STATUS names the session, and the last error", status),
  ]

  private static func sizes(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let info = bench.info
    func require(_ isFine: Bool, _ what: String, _ value: UInt64) throws(ConformanceFailure) {
      guard isFine else { throw .broken("\(what) is \(value)") }
    }
    try require(info.minimumMajor <= 1 && info.maximumMajor >= 1, "the greatest major", UInt64(info.maximumMajor))
    try require((512...1_048_576).contains(info.maximumPayload), "the maximum payload", UInt64(info.maximumPayload))
    try require(info.window >= 1, "the window", UInt64(info.window))
    try require((1...4).contains(info.slotCount), "the number of slots", UInt64(info.slotCount))
    try require(
      info.activeSlot == 255 || info.activeSlot < info.slotCount, "the active slot", UInt64(info.activeSlot))
    try require(info.slotBytes > 0, "the size of a slot", info.slotBytes)
    try require(
      info.chunkBytes > 0 && info.chunkBytes <= info.maximumPayload - 16, "the chunk", UInt64(info.chunkBytes))
    try require(info.inputSpikes > 0, "the input that can wait", UInt64(info.inputSpikes))
    try require(info.maximumTicks > 0, "the ticks of a RUN", UInt64(info.maximumTicks))
  }

  private static func texts(_ bench: ConformanceBench) throws(ConformanceFailure) {
    for (what, text) in [("target", bench.info.targetName), ("serial", bench.info.serial)] {
      let bytes = (0..<Int(text.length)).map { text[$0] }
      guard !bytes.isEmpty else { throw .broken("the \(what) is empty") }
      guard String(validating: bytes, as: UTF8.self) != nil else { throw .broken("the \(what) is no UTF-8") }
    }
  }

  private static func sessionFlag(_ bench: ConformanceBench) throws(ConformanceFailure) {
    guard try bench.refresh().flags.contains(.inSession) else { throw .broken("INFO says that no session is open") }
  }

  private static func bootIdentifier(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let first = bench.info.bootIdentifier
    try bench.hello()
    try bench.expectEqual(bench.info.bootIdentifier, first, "the boot identifier")
  }

  private static func slots(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let info = bench.info
    for slot in 0..<BoardInfo.maximumSlots {
      let state = info[slot: slot].state
      if slot == Int(info.activeSlot), state != .verified { throw .broken("active slot \(slot) is \(state)") }
      if slot >= Int(info.slotCount), state != .empty { throw .broken("slot \(slot), which is not there, is \(state)") }
      guard info[slot: slot].size <= info.slotBytes else {
        throw .broken("slot \(slot) holds \(info[slot: slot].size) bytes")
      }
    }
  }

  private static func status(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try bench.expect(.unknownType, type: 0x7E, payload: [])
    let status = try bench.expect(StatusAnswer.self, to: GetStatus())
    try bench.expectEqual(status.session, bench.session, "the session in STATUS")
    try bench.expectEqual(status.lastError, BoardErrorCode.unknownType.rawValue, "the last error in STATUS")
    try bench.expectEqual(status.activity, .idle, "the activity in STATUS")
  }
}
