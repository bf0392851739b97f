import WireProtocol

/// What protocol.md says about ACTIVATE, CONFIRM and ROLLBACK, with an image that the board can execute.
enum ActivationChecks {
  static let all = [
    check("ACTIVATE on trial makes the slot active, and INFO says that it is on trial", trial),
    check("CONFIRM of this start ends the trial", confirm),
    check("ACTIVATE for good is confirmed at once", permanent),
    check("ROLLBACK goes back to the slot that was active before", rollback),
    check("ACTIVATE clears the machine", cleared),
  ]

  private static func check(
    _ rule: String, _ body: @escaping @Sendable (ConformanceBench) throws(ConformanceFailure) -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(.slots, rule, needs: .image, body)
  }

  /// The given image, verified in a slot that is not active; its slot.
  static func flash(_ bench: ConformanceBench) throws(ConformanceFailure) -> UInt8 {
    guard let image = bench.options.image else { throw .skipped("no image was given") }
    let content = SlotContent(image)
    let active = bench.info.activeSlot
    if active < bench.info.slotCount, bench.info[slot: Int(active)].digest == content.digest {
      throw .skipped("the given image is active already; give another one")
    }
    let slot = try bench.slot()
    try bench.flash(content, slot: slot, manifest: bench.options.manifest ?? [])
    return slot
  }

  /// ACTIVATE of the given image, which must be granted; its slot.
  @discardableResult
  private static func activate(
    _ bench: ConformanceBench, _ mode: Activate.Mode
  ) throws(ConformanceFailure) -> UInt8 {
    let slot = try flash(bench)
    let answer = try bench.expect(ActivateAnswer.self, to: Activate(slot: slot, mode: mode))
    try bench.expectEqual(
      answer, ActivateAnswer(activeSlot: slot, isConfirmed: mode == .permanent), "ACTIVATE's answer")
    let info = try bench.refresh()
    try bench.expectEqual(info.activeSlot, slot, "the active slot in INFO")
    try bench.expectEqual(info.flags.contains(.unconfirmed), mode == .test, "being on trial in INFO")
    return slot
  }

  private static func trial(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try activate(bench, .test)
  }

  private static func confirm(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let slot = try activate(bench, .test)
    let answer = try bench.expect(
      ConfirmAnswer.self, to: Confirm(bootIdentifier: bench.info.bootIdentifier))
    try bench.expectEqual(answer, ConfirmAnswer(activeSlot: slot, isConfirmed: true), "CONFIRM's answer")
    guard try !bench.refresh().flags.contains(.unconfirmed) else { throw .broken("INFO still says on trial") }
  }

  private static func permanent(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try activate(bench, .permanent)
  }

  private static func rollback(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let before = bench.info.activeSlot
    try activate(bench, .test)
    guard before < bench.info.slotCount else {
      try bench.expect(.nothingToRollBack, for: Rollback())
      return
    }
    let answer = try bench.expect(RollbackAnswer.self, to: Rollback())
    try bench.expectEqual(answer, RollbackAnswer(activeSlot: before, isConfirmed: true), "ROLLBACK's answer")
    try bench.expectEqual(try bench.refresh().activeSlot, before, "the active slot in INFO")
  }

  private static func cleared(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try activate(bench, .permanent)
    try bench.expectEqual(try bench.expect(StatusAnswer.self, to: GetStatus()).currentTick, 0, "the tick")
    // RUN is numbered one above the last request that needed a session.
    _ = try bench.expect(StatsAnswer.self, to: StatsRequest())
    let answer = try bench.expect(RunAnswer.self, to: Run(clearsFirst: false, ticks: 2, spikeCount: 0))
    try bench.expectEqual(answer.currentTick, 2, "the tick after two")
  }
}
