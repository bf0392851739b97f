import FixedPoint
import WireProtocol

extension BoardSession {
  /// The bytes of a range of a slot, read from the board's storage.
  ///
  /// - Parameter slot: nil for the active one.
  /// - Throws: `refused` (range, locked), `noActiveSlot`, `timeout`, `disconnected`.
  public func readBack(
    slot: Int? = nil, range: Range<UInt64>, progress: (FlashProgress) -> Void = { _ in }
  ) throws(BoardLinkError) -> [UInt8] {
    let slot = try slotNumber(slot)
    guard range.upperBound <= info.slotBytes else {
      throw .refused(request: .readBack, BoardError(.outOfRange, offset: info.slotBytes))
    }
    var bytes: [UInt8] = []
    let block = UInt64(info.maximumPayload) - UInt64(ReadBackAnswer.headerBytes)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let length = min(block, range.upperBound - offset)
      let request = ReadBack(slot: slot, content: .data, offset: offset, length: length)
      let piece = try call(request) { (answer: ReadBackAnswer, body) -> [UInt8]? in
        answer.offset == offset && UInt64(body.count) == length ? Array(body) : nil
      }
      guard let piece else {
        throw .badAnswer(request: .readBack, .invalidValue(offset: 0, value: offset))
      }
      bytes += piece
      offset += length
      progress(
        FlashProgress(phase: .verifying, done: offset - range.lowerBound, total: UInt64(range.count)))
    }
    return bytes
  }

  /// The SHA-256 that the board computes over a range of a slot's storage.
  public func hash(
    slot: Int? = nil, range: Range<UInt64>, progress: (FlashProgress) -> Void = { _ in }
  ) throws(BoardLinkError) -> Digest {
    let request = ReadBack(
      slot: try slotNumber(slot), content: .hash, offset: range.lowerBound, length: UInt64(range.count))
    let digest = try call(
      request, atMost: info.commitMilliseconds,
      progress: { progress(FlashProgress(phase: .verifying, done: $0.done, total: $0.total)) },
      body: { (answer: ReadBackAnswer, body) in body.count == Digest.byteCount ? Digest(bytes: body) : nil })
    guard let digest else { throw .badAnswer(request: .readBack, .invalidValue(offset: 16, value: 0)) }
    return digest
  }

  /// Compares a slot with an image, by hash and, where the board lets data out, byte by byte.
  ///
  /// - Parameter slot: nil for the active one.
  /// - Throws: `sizeDiffers`, `differs` with the first different byte, `noActiveSlot`, and link errors.
  public func verify(
    _ image: UnsafeRawBufferPointer, slot: Int? = nil, progress: (FlashProgress) -> Void = { _ in }
  ) throws(BoardLinkError) {
    _ = try refresh()
    let number = Int(try slotNumber(slot))
    guard number < Int(info.slotCount), number < BoardInfo.maximumSlots else {
      throw .refused(request: .readBack, BoardError(.noSuchSlot, detail: UInt32(number)))
    }
    let held = info[slot: number]
    guard held.state == .verified, held.size == UInt64(image.count) else {
      throw .sizeDiffers(slot: number, board: held.state == .verified ? held.size : 0, image: UInt64(image.count))
    }
    let whole = 0..<UInt64(image.count)
    if try hash(slot: number, range: whole, progress: progress) == SHA256.digest(of: image) { return }
    guard !info.flags.contains(.locked) else { throw .differs(slot: number, offset: nil) }
    let step: UInt64 = 1 << 20
    for start in stride(from: 0, to: whole.upperBound, by: Int(step)) {
      let range = start..<min(start + step, whole.upperBound)
      let bytes = try readBack(slot: number, range: range)
      for index in bytes.indices where bytes[index] != image[Int(start) + index] {
        throw .differs(slot: number, offset: start + UInt64(index))
      }
    }
    // The hash differed but the bytes do not: the storage reads unreliably.
    throw .differs(slot: number, offset: nil)
  }

  /// The wire's number of a slot.
  func slotNumber(_ slot: Int?) throws(BoardLinkError) -> UInt8 {
    if let slot { return UInt8(clamping: slot) }
    guard info.activeSlot < info.slotCount else { throw .noActiveSlot }
    return info.activeSlot
  }
}
