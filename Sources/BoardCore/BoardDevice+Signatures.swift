import FixedPoint
import WireProtocol

extension BoardDevice where Platform: ~Copyable, Executor: ~Copyable {
  /// Whether BEGIN may go on, and what the slot remembers of its manifest.
  ///
  /// A board without keys looks at everything in the manifest but key and signature.
  /// - Throws: `badSignature`, `wrongTarget`, `rollbackCounter`, `notSupported`, `malformed`.
  func admit(
    _ message: Begin, manifest bytes: UnsafeRawBufferPointer
  ) throws(BoardError) -> (isSigned: Bool, rollbackCounter: UInt64) {
    if bytes.isEmpty {
      guard !metadata.isLocked else { throw BoardError(.noManifest) }
      return (false, 0)
    }
    let manifest: ImageManifest
    do throws(WireError) {
      manifest = try ImageManifest(bytes: bytes)
    } catch {
      throw BoardError(.notAManifest)
    }
    if metadata.isLocked { try verify(manifest) }
    guard manifest.family == message.family else { throw BoardError(.otherFamily) }
    guard manifest.size == message.size else { throw BoardError(.otherSize) }
    guard manifest.digest == message.digest else { throw BoardError(.otherDigest) }
    guard manifest.leastHardwareRevision <= profile.hardwareRevision,
      profile.hardwareRevision <= manifest.greatestHardwareRevision
    else {
      throw BoardError(.wrongTarget, detail: 1, offset: UInt64(profile.hardwareRevision))
    }
    guard !metadata.isLocked || manifest.rollbackCounter >= metadata.rollbackCounter else { throw rollbackError }
    return (metadata.isLocked, manifest.rollbackCounter)
  }

  /// A manifest's signature by the key that it names.
  private func verify(_ manifest: ImageManifest) throws(BoardError) {
    // Locked by other firmware: nothing is taken that cannot be verified.
    guard platform.canVerifySignatures else { throw BoardError(.notSupported) }
    var isKnown = false
    for index in 0..<metadata.keys.count where metadata.keys[index].identifier == manifest.keyIdentifier {
      isKnown = true
      let key = metadata.keys[index]
      let isRight = manifest.withSignedBytes { message in
        platform.verifySignature(manifest.signature, of: message, publicKey: key)
      }
      if isRight { return }
    }
    throw BoardError(isKnown ? .wrongSignature : .unknownKey)
  }

  /// Refuses to let a slot become active that a locked board must not execute.
  func requirePermitted(_ slot: Int) throws(BoardError) {
    guard metadata.isLocked else { return }
    guard metadata[slot].isSigned else { throw BoardError(.unsignedSlot) }
    guard metadata.mayExecute(slot) else { throw rollbackError }
  }

  private var rollbackError: BoardError {
    BoardError(.rollbackCounter, detail: UInt32(clamping: metadata.rollbackCounter), offset: metadata.rollbackCounter)
  }

  /// PROVISION: pins a key; the first one locks the board, and ends an active image, as nobody has signed it.
  mutating func provision(_ header: FrameHeader, _ message: Provision) throws(BoardError) {
    guard platform.canVerifySignatures else { throw BoardError(.notSupported) }
    if metadata.isLocked { try requirePinnedSigner(of: message) }
    guard !message.key.isZero else { throw BoardError(.malformed) }
    let before = metadata
    if message.replacesOthers { metadata.keys = PinnedKeys() }
    if !metadata.keys.contains(message.key) && !metadata.keys.append(message.key) {
      metadata = before
      throw BoardError(.tooManyKeys, detail: UInt32(PinnedKeys.capacity))
    }
    if metadata.activeSlot != BoardMetadata.none && !metadata.mayExecute(Int(metadata.activeSlot)) {
      metadata.activeSlot = BoardMetadata.none
      metadata.isConfirmed = true
      metadata.trialStarts = 0
    }
    if metadata.previousSlot != BoardMetadata.none && !metadata.mayExecute(Int(metadata.previousSlot)) {
      metadata.previousSlot = BoardMetadata.none
    }
    if metadata != before {
      do throws(StorageError) {
        try metadata.store(to: &platform)
      } catch {
        metadata = before
        throw BoardError(.storage, detail: error.code)
      }
      // Once more, over the record of before: else damage to a single record would take the key away again.
      try? metadata.store(to: &platform)
      if metadata.activeSlot == BoardMetadata.none { unload() }
    }
    answer(ProvisionAnswer(keyCount: UInt8(metadata.keys.count)), to: header)
  }

  private func requirePinnedSigner(of message: Provision) throws(BoardError) {
    guard let signature = message.signature else { throw BoardError(.locked) }
    for index in 0..<metadata.keys.count {
      let key = metadata.keys[index]
      let isRight = message.withSignedBytes(bootIdentifier: platform.bootIdentifier) { bytes in
        platform.verifySignature(signature, of: bytes, publicKey: key)
      }
      if isRight { return }
    }
    throw BoardError(.locked, detail: SignatureFault.wrongSignature.rawValue)
  }

  /// The end of INFO.
  var security: BoardSecurity {
    var security = BoardSecurity()
    security.flags = platform.canVerifySignatures ? [.canVerifySignatures, .canStream] : .canStream
    security.keyCount = UInt8(metadata.keys.count)
    security.rollbackCounter = metadata.rollbackCounter
    for index in 0..<metadata.keys.count { security[key: index] = metadata.keys[index].identifier }
    return security
  }
}

extension BoardError {
  /// *Bad signature*, with its reason.
  init(_ fault: SignatureFault) {
    self.init(.badSignature, detail: fault.rawValue)
  }
}
