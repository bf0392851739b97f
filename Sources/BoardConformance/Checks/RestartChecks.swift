import WireProtocol

/// What protocol.md says about RESET, and about what survives a start.
enum RestartChecks {
  static let all = [
    ConformanceCheck(
      .restart, "RESET tells the boot identifier that ends; the board comes back with another", needs: .consent, reset),
    ConformanceCheck(
      .restart, "what is verified and what is active survive a start", needs: .consent, survival),
    ConformanceCheck(
      .restart, "CONFIRM with the identifier of an earlier start is refused as other boot", needs: .consent, confirm),
    ConformanceCheck(
      .restart, "an image on trial is given up at the fourth start without CONFIRM", needs: .image, givenUp),
  ]

  /// RESET, and a session with the board when it is back; the boot identifier that ended.
  @discardableResult
  private static func restart(_ bench: ConformanceBench) throws(ConformanceFailure) -> UInt64 {
    let before = bench.info.bootIdentifier
    let answer = try bench.expect(ResetAnswer.self, to: Reset())
    try bench.expectEqual(answer.bootIdentifier, before, "the boot identifier in its answer")
    let deadline = ContinuousClock.now + bench.options.reconnectTime
    while true {
      ConformanceBench.wait(milliseconds: 50)
      do throws(ConformanceFailure) {
        try bench.connectAnew()
        try bench.begin()
        if bench.info.bootIdentifier != before { return before }
      } catch {
        guard ContinuousClock.now < deadline else { throw error }
      }
      guard ContinuousClock.now < deadline else { throw .broken("it came back with the same boot identifier") }
    }
  }

  private static func reset(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try restart(bench)
  }

  private static func survival(_ bench: ConformanceBench) throws(ConformanceFailure) {
    if !bench.info.flags.contains(.locked) { try bench.flash(bench.content(), slot: try bench.slot()) }
    let before = try bench.refresh()
    try restart(bench)
    for slot in 0..<Int(min(before.slotCount, 4)) {
      try bench.expectEqual(bench.info[slot: slot], before[slot: slot], "slot \(slot)")
    }
    try bench.expectEqual(bench.info.activeSlot, before.activeSlot, "the active slot")
  }

  private static func confirm(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let earlier = try restart(bench)
    try bench.expect(.otherBoot, for: Confirm(bootIdentifier: earlier))
  }

  private static func givenUp(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let before = bench.info.activeSlot
    guard !bench.info.flags.contains(.unconfirmed) else { throw .skipped("the active image is on trial itself") }
    let slot = try ActivationChecks.flash(bench)
    _ = try bench.expect(ActivateAnswer.self, to: Activate(slot: slot, mode: .test))
    for start in 1...3 {
      try restart(bench)
      try bench.expectEqual(bench.info.activeSlot, slot, "the active slot after start \(start)")
    }
    try restart(bench)
    try bench.expectEqual(bench.info.activeSlot, before, "the active slot after start 4")
  }
}
