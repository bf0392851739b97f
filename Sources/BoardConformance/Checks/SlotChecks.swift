import WireProtocol

/// What protocol.md says about refusals of ACTIVATE, CONFIRM and ROLLBACK.
///
/// A board that breaks one of these rules may change its active slot, so all of them need consent.
enum SlotChecks {
  static let all = [
    check("ACTIVATE of a slot without a verified image is refused as not verified", notVerified),
    check("ACTIVATE of a slot that is not there is refused as no such slot", noSuchSlot),
    check("ACTIVATE with an unknown mode is malformed", unknownMode),
    check("ACTIVATE of bytes that are no image is refused, and the active slot stays", badImage),
    check("CONFIRM of another start is refused as other boot", otherBoot),
    check("CONFIRM without an active image is refused as no active image", nothingToConfirm),
  ]

  private static func check(
    _ rule: String, _ body: @escaping @Sendable (ConformanceBench) throws(ConformanceFailure) -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(.slots, rule, needs: .consent) { (bench) throws(ConformanceFailure) in
      let (slot, flags) = (bench.info.activeSlot, bench.info.flags)
      try body(bench)
      let after = try bench.refresh()
      try bench.expectEqual(after.activeSlot, slot, "the active slot")
      try bench.expectEqual(after.flags.contains(.unconfirmed), flags.contains(.unconfirmed), "being on trial")
    }
  }

  private static func notVerified(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let slot = try bench.slot()
    try bench.empty(slot)
    let error = try bench.expect(.notVerified, for: Activate(slot: slot, mode: .permanent))
    try bench.expectEqual(error.detail, UInt32(slot), "the slot that it tells")
    guard !bench.info.flags.contains(.locked) else { return }
    try bench.begin(bench.content(), slot: slot)
    try bench.expect(.notVerified, for: Activate(slot: slot, mode: .test))
  }

  private static func noSuchSlot(_ bench: ConformanceBench) throws(ConformanceFailure) {
    for slot in [bench.info.slotCount, 255] {
      let error = try bench.expect(.noSuchSlot, for: Activate(slot: slot, mode: .permanent))
      try bench.expectEqual(error.detail, UInt32(slot), "the slot that it tells")
    }
  }

  private static func unknownMode(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try bench.expect(
      .malformed, type: MessageType.activate.rawValue, payload: [try bench.slot(), 9, 0, 0, 0, 0, 0, 0])
  }

  private static func badImage(_ bench: ConformanceBench) throws(ConformanceFailure) {
    guard !bench.info.flags.contains(.locked) else { throw .skipped("a locked board takes only signed images") }
    let slot = try bench.slot()
    try bench.flash(bench.content(), slot: slot)
    let answer = try bench.ask(Activate(slot: slot, mode: .permanent))
    guard answer.header.message == .error else { throw .broken("it answered \(answer.name)") }
  }

  private static func otherBoot(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try bench.expect(.otherBoot, for: Confirm(bootIdentifier: bench.info.bootIdentifier ^ 1))
  }

  private static func nothingToConfirm(_ bench: ConformanceBench) throws(ConformanceFailure) {
    guard bench.info.activeSlot == 255 else { throw .skipped("an image is active") }
    try bench.expect(.noActiveImage, for: Confirm(bootIdentifier: bench.info.bootIdentifier))
  }
}
