import FixedPoint
import WireProtocol

/// How far a flash is.
public struct FlashProgress: Sendable, Equatable {
  public enum Phase: String, Sendable {
    case erasing, writing, verifying, activating
  }

  public let phase: Phase
  /// Bytes done and to do, in this phase.
  public let done: UInt64
  public let total: UInt64
}

/// What a flash did.
public struct FlashResult: Sendable, Equatable {
  public let slot: Int
  /// Bytes sent, repetitions included.
  public let bytesSent: UInt64
  /// Bytes that the board held already.
  public let bytesHeld: UInt64
  public let digest: Digest
  public let isActive: Bool
}

extension BoardSession {
  /// Writes an image into a slot that is not active, has the board read it back and compare the hash,
  /// and makes the slot active as `activation` says.
  ///
  /// Takes up an interrupted flash of the same image where it stopped. When the board goes away, waits
  /// `options.reconnectTime` for it.
  ///
  /// - Parameters:
  ///   - slot: nil for the board's choice.
  ///   - manifest: who signed the image; a locked board asks for it.
  ///   - isCancelled: asked at least ten times a second.
  /// - Throws: `notAnImage`, `refused`, `timeout`, `disconnected`, `cancelled`.
  @discardableResult
  public func flash(
    _ image: UnsafeRawBufferPointer, slot: Int? = nil, activation: FlashActivation = .permanent,
    manifest: ImageManifest? = nil, isCancelled: @escaping () -> Bool = { false },
    progress: (FlashProgress) -> Void = { _ in }
  ) throws(BoardLinkError) -> FlashResult {
    guard ImageSummary(image) != nil else { throw .notAnImage }
    var checksums = ImageChecksums(image, blockBytes: WriteQueue.blockBytes(of: info))
    guard let begin = Begin(image, digest: checksums.digest, slot: slot, manifest: manifest) else { throw .notAnImage }
    let manifestBytes = manifest?.wireBytes ?? []
    var sent: UInt64 = 0
    var repairs = 0
    var isFreed = false
    while true {
      channel.isCancelled = isCancelled
      defer { channel.isCancelled = { false } }
      do throws(BoardLinkError) {
        // A board may come back with other firmware.
        if checksums.blockBytes != WriteQueue.blockBytes(of: info) {
          checksums = ImageChecksums(image, blockBytes: WriteQueue.blockBytes(of: info))
        }
        return try flashOnce(
          image, checksums, begin: begin, manifest: manifestBytes, activation: activation, sent: &sent,
          progress: progress)
      } catch {
        // A board that goes away at the same byte each time would keep us here for ever.
        repairs += 1
        guard repairs <= Self.maximumRepairs else { throw error }
        if case .disconnected = error {
          try reconnect(isCancelled: isCancelled)
        } else if error.needsNewSession {
          try resetSession()
        } else if case .timeout = error, !isFreed, try freeSession() {
          isFreed = true
        } else {
          throw error
        }
      }
    }
  }

  /// Reconnections and new sessions within one flash.
  private static var maximumRepairs: Int { 100 }

  private func flashOnce(
    _ image: UnsafeRawBufferPointer, _ checksums: ImageChecksums, begin: Begin, manifest: [UInt8],
    activation: FlashActivation, sent: inout UInt64, progress: (FlashProgress) -> Void
  ) throws(BoardLinkError) -> FlashResult {
    let (answer, ranges) = try call(
      begin, requestBody: manifest, atMost: info.eraseMilliseconds,
      progress: { progress(FlashProgress(phase: .erasing, done: $0.done, total: $0.total)) },
      body: { (answer: BeginAnswer, body) in (answer, heldRanges(body, size: begin.size)) })
    var queue = WriteQueue(image: image, blockBytes: checksums.blockBytes, held: ranges)
    let held = queue.heldBytes
    if answer.state != .verified {
      try write(&queue, checksums, sent: &sent, progress: progress)
      try commit(begin, progress: progress)
    }
    var isActive = false
    if let mode = activation.mode {
      progress(FlashProgress(phase: .activating, done: 0, total: 1))
      let active = try call(Activate(slot: answer.slot, mode: mode), atMost: info.commitMilliseconds) {
        (answer: ActivateAnswer, _) in answer
      }
      isActive = active.activeSlot == answer.slot
      progress(FlashProgress(phase: .activating, done: 1, total: 1))
    }
    _ = try refresh()
    return FlashResult(
      slot: Int(answer.slot), bytesSent: sent, bytesHeld: held, digest: begin.digest, isActive: isActive)
  }

  /// Sends what the board does not hold, with as many requests unanswered as it allows.
  private func write(
    _ queue: inout WriteQueue, _ checksums: ImageChecksums, sent: inout UInt64, progress: (FlashProgress) -> Void
  ) throws(BoardLinkError) {
    var silences = 0
    var damages = 0
    var deadline = ContinuousClock.now + options.timeout
    progress(FlashProgress(phase: .writing, done: queue.heldBytes, total: UInt64(queue.image.count)))
    while !queue.isDone {
      let next = try channel.nextFrame(until: deadline) { () throws(BoardLinkError) in
        try feed(&queue, checksums, sent: &sent)
      }
      guard let frame = next else {
        silences += 1
        guard silences < options.attempts else {
          throw .timeout(request: .write, milliseconds: Int(options.timeout / .milliseconds(1)) * silences)
        }
        queue.loseAll()
        deadline = .now + options.timeout
        continue
      }
      var reader = WireReader(frame.payload)
      switch frame.header.message {
      case .writeAnswer:
        let answer: WriteAnswer = try decode(&reader, request: .write)
        queue.acknowledge(sequence: frame.header.sequence, answer)
        silences = 0
        deadline = channel.lastArrival + options.timeout
        progress(FlashProgress(phase: .writing, done: queue.heldBytes, total: UInt64(queue.image.count)))
      case .progress:
        deadline = .now + options.timeout
      case .error:
        let error: BoardError = try decode(&reader, request: .write)
        guard error.isRetryable, damages < 1000 else { throw .refused(request: .write, error) }
        damages += 1
        if frame.header.sequence == 0 { queue.loseAll() } else { queue.lose(sequence: frame.header.sequence) }
      default:
        continue
      }
    }
  }

  /// Hands on as many blocks as the window and the link allow.
  private func feed(
    _ queue: inout WriteQueue, _ checksums: ImageChecksums, sent: inout UInt64
  ) throws(BoardLinkError) {
    while queue.inFlightCount < Int(info.window), let block = queue.nextBlock() {
      let body = checksums.block(block)
      let offset = UInt64(queue.range(of: block).lowerBound)
      guard let sequence = try channel.postLong(Write(offset: offset), body: body) else { return }
      sent += UInt64(body.bytes.count)
      queue.sent(block, sequence: sequence)
    }
  }

  private func commit(_ begin: Begin, progress: (FlashProgress) -> Void) throws(BoardLinkError) {
    progress(FlashProgress(phase: .verifying, done: 0, total: begin.size))
    let answer = try call(
      Commit(digest: begin.digest), atMost: info.commitMilliseconds,
      progress: { progress(FlashProgress(phase: .verifying, done: $0.done, total: $0.total)) },
      body: { (answer: CommitAnswer, _) in answer })
    guard answer.digest == begin.digest else { throw .differs(slot: Int(answer.slot), offset: nil) }
    progress(FlashProgress(phase: .verifying, done: begin.size, total: begin.size))
  }
}

/// The ranges in BEGIN's answer; what leaves the image is left out.
private func heldRanges(_ body: UnsafeRawBufferPointer, size: UInt64) -> [Range<Int>] {
  (0..<body.count / BeginAnswer.rangeBytes).compactMap { index in
    let at = index * BeginAnswer.rangeBytes
    let offset = UInt64(littleEndian: body.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    let length = UInt64(littleEndian: body.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self))
    guard offset <= size, length <= size - offset else { return nil }
    return Int(offset)..<Int(offset + length)
  }
}
