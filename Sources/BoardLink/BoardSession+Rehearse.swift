import FixedPoint
import WireProtocol

/// What a flash would do.
public struct FlashRehearsal: Sendable, Equatable {
  /// The slot that would be written.
  public let slot: Int
  /// What the slot holds of this very image.
  public let state: SlotState
  /// Whether the image is the active one already.
  public let isActive: Bool
  /// Bytes that would be sent; where a flash was interrupted, at most so many.
  public let bytesToSend: UInt64
  /// The image that the slot would lose.
  public let lost: Digest?
}

extension BoardSession {
  /// Does everything of a flash short of writing: asks the board what it holds, checks image, slot and manifest as
  /// the board would, and has an image that is there already read back and compared.
  ///
  /// Of a signature it checks all but the numbers themselves, for which the board's key would be needed.
  ///
  /// - Throws: what `flash` would: `notAnImage`, `refused`; `differs` where the storage does not hold what the board
  ///   says; link errors.
  public func rehearse(
    _ image: UnsafeRawBufferPointer, slot: Int? = nil, manifest: ImageManifest? = nil,
    progress: (FlashProgress) -> Void = { _ in }
  ) throws(BoardLinkError) -> FlashRehearsal {
    guard let begin = Begin(image, slot: slot, manifest: manifest) else { throw .notAnImage }
    _ = try refresh()
    let chosen: Int
    do throws(BoardError) {
      try check(begin, manifest)
      chosen = try slotForFlash(begin)
    } catch {
      throw .refused(request: .begin, error)
    }
    let held = info[slot: chosen]
    let isSame = held.size == begin.size && held.digest == begin.digest
    let isActive = chosen == Int(info.activeSlot)
    if isSame && held.state == .verified {
      let whole = 0..<UInt64(image.count)
      guard try hash(slot: chosen, range: whole, progress: progress) == begin.digest else {
        throw .differs(slot: chosen, offset: nil)
      }
      return FlashRehearsal(slot: chosen, state: .verified, isActive: isActive, bytesToSend: 0, lost: nil)
    }
    return FlashRehearsal(
      slot: chosen, state: isSame ? held.state : .empty, isActive: false, bytesToSend: begin.size,
      lost: held.state == .verified ? held.digest : nil)
  }

  /// What a board says to BEGIN, in its order.
  private func check(_ begin: Begin, _ manifest: ImageManifest?) throws(BoardError) {
    guard begin.size > 0, begin.size <= info.slotBytes else {
      throw BoardError(.oversize, detail: UInt32(clamping: info.slotBytes / 1024), offset: info.slotBytes)
    }
    guard begin.family == info.family else { throw BoardError(.wrongFamily, detail: info.family) }
    guard begin.targetDigest == info.targetDigest else { throw BoardError(.wrongTarget) }
    let isLocked = info.flags.contains(.locked)
    func fault(_ fault: SignatureFault) -> BoardError { BoardError(.badSignature, detail: fault.rawValue) }
    guard let manifest else {
      if isLocked { throw fault(.noManifest) }
      return
    }
    let security = info.security ?? BoardSecurity()
    if isLocked {
      let keys = (0..<min(Int(security.keyCount), BoardSecurity.maximumKeys)).map { security[key: $0] }
      guard keys.contains(manifest.keyIdentifier) else { throw fault(.unknownKey) }
    }
    guard manifest.family == begin.family else { throw fault(.otherFamily) }
    guard manifest.size == begin.size else { throw fault(.otherSize) }
    guard manifest.digest == begin.digest else { throw fault(.otherDigest) }
    guard manifest.leastHardwareRevision <= info.hardwareRevision,
      info.hardwareRevision <= manifest.greatestHardwareRevision
    else { throw BoardError(.wrongTarget, detail: 1, offset: UInt64(info.hardwareRevision)) }
    guard !isLocked || manifest.rollbackCounter >= security.rollbackCounter else {
      throw BoardError(
        .rollbackCounter, detail: UInt32(clamping: security.rollbackCounter), offset: security.rollbackCounter)
    }
  }

  /// The slot that a board would choose, or the one that was asked for.
  private func slotForFlash(_ begin: Begin) throws(BoardError) -> Int {
    let count = min(Int(info.slotCount), BoardInfo.maximumSlots)
    func holdsImage(_ slot: Int) -> Bool {
      info[slot: slot].state != .empty && info[slot: slot].size == begin.size && info[slot: slot].digest == begin.digest
    }
    if begin.slot != Begin.anySlot {
      let slot = Int(begin.slot)
      guard slot < count else { throw BoardError(.noSuchSlot, detail: UInt32(slot)) }
      guard slot != Int(info.activeSlot) || holdsImage(slot) else {
        throw BoardError(.slotActive, detail: UInt32(slot))
      }
      return slot
    }
    let others = (0..<count).filter { $0 != Int(info.activeSlot) }
    let choice =
      (0..<count).first(where: holdsImage) ?? others.first { info[slot: $0].state == .empty } ?? others.first
    guard let choice else { throw BoardError(.slotActive, detail: UInt32(info.activeSlot)) }
    return choice
  }
}
