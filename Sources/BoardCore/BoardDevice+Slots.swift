import FixedPoint
import WireProtocol

extension BoardDevice where Platform: ~Copyable, Executor: ~Copyable {
  /// What a board does when it starts: counts trials, checks the active slot, falls back, loads.
  mutating func start() {
    // Keys of the profile, on a board that has no metadata yet.
    if metadata.sequence == 0 && metadata.isLocked { storeQuietly() }
    if metadata.activeSlot != BoardMetadata.none && !metadata.isConfirmed {
      metadata.trialStarts &+= 1
      if metadata.trialStarts > profile.trialStarts { takePrevious() }
      storeQuietly()
    }
    while metadata.activeSlot != BoardMetadata.none {
      let slot = Int(metadata.activeSlot)
      let record = metadata[slot]
      let isWhole = record.state == .verified && hash(slot, size: record.size) == record.digest
      if isWhole && metadata.mayExecute(slot) {
        // An image that this firmware cannot execute stays active, and runs are refused.
        try? load(slot)
        return
      }
      if !isWhole { metadata[slot] = BoardMetadata.SlotRecord() }
      takePrevious()
      storeQuietly()
    }
  }

  /// ACTIVATE: loads a verified image and remembers the slot.
  mutating func activate(_ header: FrameHeader, _ message: Activate) throws(BoardError) {
    guard Int(message.slot) < profile.slotCount else {
      throw BoardError(.noSuchSlot, detail: UInt32(message.slot))
    }
    let slot = Int(message.slot)
    guard metadata[slot].state == .verified else { throw BoardError(.notVerified, detail: UInt32(slot)) }
    try requirePermitted(slot)
    if slot == Int(metadata.activeSlot) {
      if message.mode == .permanent { try confirmActive() }
    } else {
      try requireWhole(slot)
      _ = try check(slot)
      let before = metadata
      metadata.previousSlot = metadata.activeSlot
      metadata.activeSlot = message.slot
      metadata.isConfirmed = message.mode == .permanent
      metadata.trialStarts = 0
      if metadata.isConfirmed { metadata.raiseRollbackCounter() }
      try change(from: before)
    }
    answer(ActivateAnswer(activeSlot: metadata.activeSlot, isConfirmed: metadata.isConfirmed), to: header)
  }

  mutating func confirm(_ header: FrameHeader, _ message: Confirm) throws(BoardError) {
    guard message.bootIdentifier == platform.bootIdentifier else { throw BoardError(.otherBoot) }
    guard metadata.activeSlot != BoardMetadata.none else { throw BoardError(.noActiveImage) }
    try confirmActive()
    answer(ConfirmAnswer(activeSlot: metadata.activeSlot, isConfirmed: true), to: header)
  }

  mutating func rollback(_ header: FrameHeader) throws(BoardError) {
    let previous = Int(metadata.previousSlot)
    guard metadata.previousSlot != BoardMetadata.none, metadata[previous].state == .verified else {
      throw BoardError(.nothingToRollBack)
    }
    try requirePermitted(previous)
    try requireWhole(previous)
    _ = try check(previous)
    let before = metadata
    metadata.previousSlot = metadata.activeSlot
    metadata.activeSlot = UInt8(previous)
    metadata.isConfirmed = true
    metadata.trialStarts = 0
    metadata.raiseRollbackCounter()
    try change(from: before)
    answer(RollbackAnswer(activeSlot: metadata.activeSlot, isConfirmed: true), to: header)
  }

  /// Loads the slot that `metadata` names and stores it; undoes both when either fails.
  private mutating func change(from before: BoardMetadata) throws(BoardError) {
    do throws(BoardError) {
      try load(Int(metadata.activeSlot))
      try store(after: before)
    } catch {
      metadata = before
      if before.activeSlot != BoardMetadata.none { try? load(Int(before.activeSlot)) } else { unload() }
      throw error
    }
  }

  private mutating func confirmActive() throws(BoardError) {
    let before = metadata
    metadata.isConfirmed = true
    metadata.trialStarts = 0
    metadata.raiseRollbackCounter()
    // An image that was signed anew may have raised its counter since it was confirmed.
    guard metadata != before else { return }
    do throws(BoardError) {
      try store(after: before)
    } catch {
      metadata = before
      throw error
    }
  }

  /// Stores the metadata, and where the rollback counter has risen once more, over the record of before: else damage to
  /// a single record would let an older image come back.
  private mutating func store(after before: BoardMetadata) throws(BoardError) {
    do throws(StorageError) {
      try metadata.store(to: &platform)
    } catch {
      throw BoardError(.storage, detail: error.code)
    }
    if metadata.rollbackCounter > before.rollbackCounter { storeQuietly() }
  }

  /// Refuses a slot whose bytes are no longer those that COMMIT has hashed, and empties it.
  private mutating func requireWhole(_ slot: Int) throws(BoardError) {
    let before = metadata
    if hash(slot, size: before[slot].size) == before[slot].digest { return }
    metadata[slot] = BoardMetadata.SlotRecord()
    if Int(metadata.previousSlot) == slot { metadata.previousSlot = BoardMetadata.none }
    do throws(StorageError) {
      try metadata.store(to: &platform)
    } catch {
      metadata = before
      throw BoardError(.storage, detail: error.code)
    }
    throw BoardError(.hashMismatch)
  }

  /// Whether this board can execute a slot's image.
  private func check(_ slot: Int) throws(BoardError) -> ImageNeeds {
    let needs = try Executor.check(image(slot))
    guard needs.targetDigest == profile.targetDigest else { throw BoardError(.wrongTarget) }
    guard needs.outputs <= profile.maximumOutputs, needs.outputs <= Int(WireSpike.maximumIndex) else {
      throw BoardError(.tooManyOutputs, detail: UInt32(clamping: profile.maximumOutputs))
    }
    return needs
  }

  /// Executes nothing any more.
  mutating func unload() {
    executor = nil
    executorTick = 0
    executorInputs = 0
    executorOutputs = 0
    executorReadouts = 0
    run = RunRecord()
    input.reset()
  }

  private mutating func load(_ slot: Int) throws(BoardError) {
    unload()
    let needs = try check(slot)
    guard let memory = platform.executorMemory(byteCount: needs.memoryBytes) else {
      throw BoardError(.memory, detail: UInt32(clamping: needs.memoryBytes / 1024))
    }
    executor = try Executor(image: image(slot), memory: memory)
    executorInputs = needs.inputs
    executorOutputs = needs.outputs - needs.readouts
    executorReadouts = needs.readouts
    divideStage()
  }

  /// Gives one tick's spikes and one tick's readouts their room in the stage, and each half of what is left.
  private mutating func divideStage() {
    let spikes = executorOutputs * WireSpike.byteCount
    let rest = stage.count - spikes - executorReadouts * WireReadout.byteCount
    let share = executorReadouts == 0 ? rest : executorOutputs == 0 ? 0 : rest / 2
    readoutStart = (spikes + share) / WireSpike.byteCount * WireSpike.byteCount
  }

  private func image(_ slot: Int) -> UnsafeRawBufferPointer {
    let size = min(Int(clamping: metadata[slot].size), profile.slotBytes)
    return UnsafeRawBufferPointer(rebasing: platform.contents(ofSlot: slot)[0..<size])
  }

  private func hash(_ slot: Int, size: UInt64) -> Digest? {
    guard size <= UInt64(profile.slotBytes) else { return nil }
    return SHA256.digest(of: image(slot))
  }

  private mutating func takePrevious() {
    metadata.activeSlot = metadata.previousSlot
    metadata.previousSlot = BoardMetadata.none
    metadata.isConfirmed = true
    metadata.trialStarts = 0
  }

  /// Stores where nobody can be told, or needs to be.
  private mutating func storeQuietly() {
    try? metadata.store(to: &platform)
  }
}
