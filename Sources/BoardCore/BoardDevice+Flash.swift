import FixedPoint
import WireProtocol

extension BoardDevice where Platform: ~Copyable, Executor: ~Copyable {
  /// BEGIN: finds the slot, and goes on with what it holds or makes it ready for something new.
  mutating func begin(_ header: FrameHeader, _ payload: UnsafeRawBufferPointer) throws(BoardError) {
    var reader = WireReader(payload)
    let message: Begin = try parse(&reader)
    guard message.size > 0, message.size <= UInt64(profile.slotBytes) else {
      throw BoardError(
        .oversize, detail: UInt32(clamping: profile.slotBytes / 1024), offset: UInt64(profile.slotBytes))
    }
    guard message.family == Executor.family else { throw BoardError(.wrongFamily, detail: Executor.family) }
    guard message.targetDigest == profile.targetDigest else { throw BoardError(.wrongTarget) }
    let admission = try admit(message, manifest: reader.rest())
    let slot = try slotForBegin(message)
    let record = metadata[slot]
    let isSame = record.isOf(size: message.size, digest: message.digest)
    if record.state != .empty && isSame { try note(admission, slot) }
    if record.state == .verified && isSame {
      chunks.begin(size: Int(record.size), held: Int(record.size))
      receivingSlot = nil
      answerBegin(slot, header)
      return
    }
    guard slot != Int(metadata.activeSlot) else { throw BoardError(.slotActive, detail: UInt32(slot)) }
    if record.state == .receiving && isSame {
      if receivingSlot == slot {
        answerBegin(slot, header)
        return
      }
      // Of an earlier start only what is below `held` is certain; the rest is erased once more.
      receivingSlot = slot
      let held = min(Int(clamping: record.held) / profile.chunkBytes * profile.chunkBytes, Int(record.size))
      chunks.begin(size: Int(record.size), held: record.held >= record.size ? Int(record.size) : held)
      startOperation(.erase(slot: slot, next: chunks.cumulative, end: Int(record.size)), header)
      return
    }
    // The slot loses its state before it loses its bytes.
    metadata[slot] = BoardMetadata.SlotRecord(
      state: .receiving, size: message.size, digest: message.digest, isSigned: admission.isSigned,
      rollbackCounter: admission.rollbackCounter)
    if Int(metadata.previousSlot) == slot { metadata.previousSlot = BoardMetadata.none }
    receivingSlot = nil
    try storeMetadata(orRestore: slot, record)
    receivingSlot = slot
    chunks.begin(size: Int(message.size), held: 0)
    startOperation(.erase(slot: slot, next: 0, end: Int(message.size)), header)
  }

  /// Remembers what a manifest says of an image that a slot holds or receives already.
  private mutating func note(
    _ admission: (isSigned: Bool, rollbackCounter: UInt64), _ slot: Int
  ) throws(BoardError) {
    let before = metadata[slot]
    guard admission.isSigned != before.isSigned || admission.rollbackCounter != before.rollbackCounter else { return }
    metadata[slot].isSigned = admission.isSigned
    metadata[slot].rollbackCounter = admission.rollbackCounter
    try storeMetadata(orRestore: slot, before)
  }

  private func slotForBegin(_ message: Begin) throws(BoardError) -> Int {
    if message.slot != Begin.anySlot {
      guard Int(message.slot) < profile.slotCount else {
        throw BoardError(.noSuchSlot, detail: UInt32(message.slot))
      }
      return Int(message.slot)
    }
    for slot in 0..<profile.slotCount {
      let record = metadata[slot]
      if record.state != .empty && record.size == message.size && record.digest == message.digest { return slot }
    }
    for slot in 0..<profile.slotCount where metadata[slot].state == .empty && slot != Int(metadata.activeSlot) {
      return slot
    }
    for slot in 0..<profile.slotCount where slot != Int(metadata.activeSlot) { return slot }
    throw BoardError(.slotActive, detail: UInt32(metadata.activeSlot))
  }

  mutating func answerBegin(_ slot: Int, _ header: FrameHeader) {
    let rangeBytes = BeginAnswer.rangeBytes
    withUnsafeTemporaryAllocation(byteCount: BeginAnswer.maximumRanges / 4 * rangeBytes, alignment: 8) { buffer in
      var count = 0
      var chunk = 0
      // A quarter of the greatest number keeps the answer below 512 bytes, every link's least payload.
      while count < BeginAnswer.maximumRanges / 4, let held = chunks.heldRange(from: chunk) {
        buffer.storeBytes(
          of: UInt64(held.bytes.lowerBound).littleEndian, toByteOffset: count * rangeBytes, as: UInt64.self)
        buffer.storeBytes(
          of: UInt64(held.bytes.count).littleEndian, toByteOffset: count * rangeBytes + 8, as: UInt64.self)
        count += 1
        chunk = held.chunks.upperBound
      }
      answer(
        BeginAnswer(
          slot: UInt8(slot), state: metadata[slot].state, rangeCount: UInt16(count),
          chunkBytes: UInt32(profile.chunkBytes)),
        to: header, body: UnsafeRawBufferPointer(rebasing: buffer[0..<count * rangeBytes]))
    }
  }

  /// WRITE: stores the chunks that are not held yet.
  mutating func write(_ header: FrameHeader, _ payload: UnsafeRawBufferPointer) throws(BoardError) {
    var reader = WireReader(payload)
    let message: Write = try parse(&reader)
    let data = reader.rest()
    guard let slot = receivingSlot else { throw BoardError(.notReceiving) }
    let size = UInt64(chunks.size)
    guard message.offset < size, !data.isEmpty, UInt64(data.count) <= size - message.offset else {
      throw BoardError(.outOfRange, offset: size)
    }
    let offset = Int(message.offset)
    let end = offset + data.count
    guard offset % profile.chunkBytes == 0, end == chunks.size || end % profile.chunkBytes == 0 else {
      throw BoardError(.misaligned, detail: UInt32(profile.chunkBytes))
    }
    let checkpoint = chunks.cumulative / profile.checkpointBytes
    var at = offset
    while at < end {
      // Runs of chunks that are missing are written at once.
      let chunk = at / profile.chunkBytes
      if chunks.isHeld(chunk) {
        at += profile.chunkBytes
        continue
      }
      var stop = at
      while stop < end && !chunks.isHeld(stop / profile.chunkBytes) { stop = min(stop + profile.chunkBytes, end) }
      let piece = UnsafeRawBufferPointer(rebasing: data[at - offset..<stop - offset])
      do throws(StorageError) {
        try platform.write(piece, slot: slot, offset: at)
      } catch {
        throw BoardError(.storage, detail: error.code)
      }
      for written in chunk..<(stop + profile.chunkBytes - 1) / profile.chunkBytes { chunks.set(written) }
      stats.bytesWritten &+= UInt64(piece.count)
      at = stop
    }
    if chunks.cumulative / profile.checkpointBytes > checkpoint { try storeCheckpoint(slot) }
    answer(
      WriteAnswer(cumulative: UInt64(chunks.cumulative), bitmap: chunks.window), to: header)
  }

  /// Remembers how far the reception is, so that a loss of power doesn't cost everything.
  private mutating func storeCheckpoint(_ slot: Int) throws(BoardError) {
    var record = metadata[slot]
    let before = record
    record.held = UInt64(chunks.cumulative / profile.checkpointBytes * profile.checkpointBytes)
    do throws(StorageError) {
      try platform.flush(slot: slot)
    } catch {
      throw BoardError(.storage, detail: error.code)
    }
    metadata[slot] = record
    try storeMetadata(orRestore: slot, before)
  }

  /// COMMIT: hashes what the storage holds, in steps.
  mutating func commit(_ header: FrameHeader, _ message: Commit) throws(BoardError) {
    guard let slot = receivingSlot else {
      // The answer to an earlier COMMIT may have been lost.
      for slot in 0..<profile.slotCount {
        let record = metadata[slot]
        if record.state == .verified && record.digest == message.digest {
          answer(CommitAnswer(slot: UInt8(slot), size: record.size, digest: record.digest), to: header)
          return
        }
      }
      throw BoardError(.notReceiving)
    }
    guard message.digest == metadata[slot].digest else { throw BoardError(.hashMismatch) }
    guard chunks.isComplete else { throw BoardError(.missingRanges, offset: UInt64(chunks.cumulative)) }
    do throws(StorageError) {
      try platform.flush(slot: slot)
    } catch {
      throw BoardError(.storage, detail: error.code)
    }
    startOperation(.commit(slot: slot, next: 0, SHA256()), header)
  }

  mutating func finishCommit(_ slot: Int, _ digest: Digest) throws(BoardError) {
    let before = metadata[slot]
    receivingSlot = nil
    guard digest == before.digest else {
      // Nothing of it can be trusted: the next BEGIN erases.
      metadata[slot] = BoardMetadata.SlotRecord()
      try storeMetadata(orRestore: slot, before)
      throw BoardError(.hashMismatch)
    }
    metadata[slot].state = .verified
    metadata[slot].held = before.size
    try storeMetadata(orRestore: slot, before)
    answer(CommitAnswer(slot: UInt8(slot), size: before.size, digest: digest), to: request)
  }

  mutating func abort(_ header: FrameHeader) throws(BoardError) {
    for slot in 0..<profile.slotCount where metadata[slot].state == .receiving {
      let before = metadata[slot]
      metadata[slot] = BoardMetadata.SlotRecord()
      receivingSlot = nil
      try storeMetadata(orRestore: slot, before)
    }
    answer(AbortAnswer(), to: header)
  }

  mutating func readBack(_ header: FrameHeader, _ message: ReadBack) throws(BoardError) {
    guard Int(message.slot) < profile.slotCount else {
      throw BoardError(.noSuchSlot, detail: UInt32(message.slot))
    }
    let size = UInt64(profile.slotBytes)
    guard message.offset <= size, message.length <= size - message.offset else {
      throw BoardError(.outOfRange, offset: size)
    }
    let slot = Int(message.slot)
    let range = Int(message.offset)..<Int(message.offset + message.length)
    switch message.content {
    case .hash:
      // The hash of one byte is the byte, to whoever tries all 256; and two hashes that differ by one byte tell it.
      let isWhole = metadata[slot].state != .empty && message.offset == 0 && message.length == metadata[slot].size
      guard !metadata.isLocked || isWhole || range.isEmpty else { throw BoardError(.locked) }
      startOperation(.hash(slot: slot, range: range, next: range.lowerBound, SHA256()), header)
    case .data:
      guard !metadata.isLocked else { throw BoardError(.locked) }
      guard range.count <= profile.maximumPayload - ReadBackAnswer.headerBytes else {
        throw BoardError(.tooLong, detail: UInt32(profile.maximumPayload))
      }
      answer(
        ReadBackAnswer(offset: message.offset, length: message.length), to: header,
        body: UnsafeRawBufferPointer(rebasing: platform.contents(ofSlot: slot)[range]))
    }
  }

  /// Stores the metadata; on failure the slot's record in memory is what it was.
  mutating func storeMetadata(orRestore slot: Int, _ record: BoardMetadata.SlotRecord) throws(BoardError) {
    do throws(StorageError) {
      try metadata.store(to: &platform)
    } catch {
      metadata[slot] = record
      throw BoardError(.storage, detail: error.code)
    }
  }
}
