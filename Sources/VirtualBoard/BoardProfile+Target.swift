import BoardCore
import BoardLink
import Targets
import WireProtocol

extension BoardProfile {
  /// The profile of a virtual board of a target.
  ///
  /// - Throws: `emulationOnly`, or `unsupportedTarget` for sizes that the protocol does not have.
  public init(target: Target, serial: String) throws(VirtualBoardError) {
    guard !target.emulationOnly, let link = target.link else { throw .emulationOnly(target: target.name) }
    func require(_ isTrue: Bool, _ what: String) throws(VirtualBoardError) {
      guard isTrue else { throw .unsupportedTarget(target: target.name, what: what) }
    }
    let budgets = target.budgets
    try require(target.family == "mesh", "this version serves the family 'mesh' only")
    try require((1...BoardInfo.maximumSlots).contains(budgets.slots), "slots must be 1 to 4")
    try require((1...1 << 32).contains(budgets.slotBytes), "slot_bytes must be at most 4 GiB")
    try require(
      (512...Int(FrameLayout.greatestPayload)).contains(link.maximumPayload),
      "maximum_payload must be 512 to \(FrameLayout.greatestPayload)")
    try require(
      (1...link.maximumPayload - 16).contains(link.pageBytes), "page_bytes must be less than maximum_payload")
    try require((1...1024).contains(link.window), "window must be 1 to 1024")
    self.init(
      slotCount: budgets.slots, slotBytes: budgets.slotBytes, chunkBytes: link.pageBytes,
      maximumPayload: link.maximumPayload, window: link.window, eraseMilliseconds: link.eraseMilliseconds,
      commitMilliseconds: link.commitMilliseconds,
      // Sixteen ticks of every input line, within what a host's memory is asked for without a thought.
      inputSpikes: max(1024, min(budgets.inputs, 1 << 16) * 16),
      maximumOutputs: max(1, min(budgets.outputs, 1 << 20)))
    targetName = WireText(target.name)
    targetDigest = target.digest
    self.serial = WireText(serial)
    bufferedFrames = 4
  }
}
