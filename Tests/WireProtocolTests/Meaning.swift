import FixedPoint
import WireProtocol

/// What some bytes mean, in the words of the vectors.
func meaning(of bytes: [UInt8]) -> String {
  bytes.withUnsafeBytes { all in
    switch FrameCodec.scan(all, maximumPayload: 65536) {
    case .needMore(let count): return "need_more \(count)"
    case .damaged(let error, let skip): return "damaged \(words(error)) skip=\(skip)"
    case .frame(let header, let range, _):
      let place = "session=\(hex(header.session)) sequence=\(header.sequence)"
      guard let type = header.message else {
        return "unknown_type \(String(header.type, radix: 16)) \(place)"
      }
      let payload = UnsafeRawBufferPointer(rebasing: all[range])
      do {
        let fields = try words(type, payload)
        let written = rewritten(type, payload) == Array(payload) ? "" : " (not written back the same)"
        let pad = header.flags.contains(.padded) ? " padded" : ""
        return "\(name(type)) \(place)\(pad)\(fields.isEmpty ? "" : " ")\(fields)\(written)"
      } catch {
        return "malformed \(name(type)) \(place)"
      }
    }
  }
}

/// The bytes of a payload's message, written again, with what follows it; nil where it does not decode.
func rewritten(_ type: MessageType, _ payload: UnsafeRawBufferPointer) -> [UInt8]? {
  func again<M: WireMessage>(_: M.Type) throws -> [UInt8] {
    var reader = WireReader(payload)
    let message = try M(from: &reader)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 8)
    defer { buffer.deallocate() }
    var writer = WireWriter(buffer)
    try message.write(to: &writer)
    return Array(writer.written) + Array(reader.rest())
  }
  do {
    switch type {
    case .getInfo: return try again(GetInfo.self)
    case .sessionReset: return try again(SessionReset.self)
    case .getStatus: return try again(GetStatus.self)
    case .hello: return try again(Hello.self)
    case .begin: return try again(Begin.self)
    case .write: return try again(Write.self)
    case .commit: return try again(Commit.self)
    case .abort: return try again(Abort.self)
    case .readBack: return try again(ReadBack.self)
    case .activate: return try again(Activate.self)
    case .confirm: return try again(Confirm.self)
    case .rollback: return try again(Rollback.self)
    case .reset: return try again(Reset.self)
    case .provision: return try again(Provision.self)
    case .provisionAnswer: return try again(ProvisionAnswer.self)
    case .stream: return try again(StreamRequest.self)
    case .streamIn: return try again(StreamIn.self)
    case .credit: return try again(Credit.self)
    case .streamAnswer: return try again(StreamAnswer.self)
    case .streamOut: return try again(StreamOut.self)
    case .clear: return try again(Clear.self)
    case .spikesIn: return try again(SpikesIn.self)
    case .run: return try again(Run.self)
    case .state: return try again(StateRequest.self)
    case .stats: return try again(StatsRequest.self)
    case .infoAnswer: return try again(BoardInfo.self)
    case .sessionResetAnswer: return try again(SessionResetAnswer.self)
    case .statusAnswer: return try again(StatusAnswer.self)
    case .helloAnswer: return try again(HelloAnswer.self)
    case .beginAnswer: return try again(BeginAnswer.self)
    case .writeAnswer: return try again(WriteAnswer.self)
    case .commitAnswer: return try again(CommitAnswer.self)
    case .abortAnswer: return try again(AbortAnswer.self)
    case .readBackAnswer: return try again(ReadBackAnswer.self)
    case .activateAnswer: return try again(ActivateAnswer.self)
    case .confirmAnswer: return try again(ConfirmAnswer.self)
    case .rollbackAnswer: return try again(RollbackAnswer.self)
    case .resetAnswer: return try again(ResetAnswer.self)
    case .clearAnswer: return try again(ClearAnswer.self)
    case .spikesInAnswer: return try again(SpikesInAnswer.self)
    case .runAnswer: return try again(RunAnswer.self)
    case .stateAnswer: return try again(StateAnswer.self)
    case .statsAnswer: return try again(StatsAnswer.self)
    case .spikesOut: return try again(SpikesOut.self)
    case .membranesOut: return try again(MembranesOut.self)
    case .progress: return try again(Progress.self)
    case .error: return try again(BoardError.self)
    }
  } catch {
    return nil
  }
}

private func words(_ error: WireError) -> String {
  switch error {
  case .notAFrame: "not_a_frame"
  case .frameLayout(let major, let header, let sequence):
    "frame_layout major=\(major) header=\(header) sequence=\(sequence)"
  case .headerChecksum: "header_checksum"
  case .payloadChecksum(let sequence, _, _): "payload_checksum sequence=\(sequence)"
  case .tooLong(let sequence, let length, _): "too_long sequence=\(sequence) length=\(length)"
  default: "\(error)"
  }
}

private func words(_ type: MessageType, _ payload: UnsafeRawBufferPointer) throws -> String {
  var reader = WireReader(payload)
  switch type {
  case .getInfo, .getStatus, .abort, .abortAnswer, .rollback, .reset, .clear, .clearAnswer, .stats: return ""
  case .infoAnswer: return words(try BoardInfo(from: &reader))
  case .hello:
    let m = try Hello(from: &reader)
    return "nonce=\(hex(m.nonce)) majors=\(m.minimumMajor)-\(m.maximumMajor)"
  case .helloAnswer:
    let m = try HelloAnswer(from: &reader)
    return "nonce=\(hex(m.nonce)) opened=\(hex(m.session)) version=\(m.major).\(m.minor) \(words(m.info))"
  case .sessionReset: return "nonce=\(hex(try SessionReset(from: &reader).nonce))"
  case .sessionResetAnswer: return "nonce=\(hex(try SessionResetAnswer(from: &reader).nonce))"
  case .statusAnswer:
    let m = try StatusAnswer(from: &reader)
    return "activity=\(m.activity) last_error=\(m.lastError) next_poll_ms=\(m.nextPollMilliseconds) "
      + "in_session=\(hex(m.session)) tick=\(m.currentTick)"
  case .begin:
    let m = try Begin(from: &reader)
    return "slot=\(m.slot) family=\(letters(m.family)) size=\(m.size) image=\(hex(m.digest)) "
      + "target=\(hex(m.targetDigest)) manifest=\(m.manifestBytes)\(words(manifest: reader.rest()))"
  case .beginAnswer:
    let m = try BeginAnswer(from: &reader)
    var ranges: [String] = []
    for _ in 0..<m.rangeCount { ranges.append("\(try reader.u64())+\(try reader.u64())") }
    return "slot=\(m.slot) state=\(m.state) chunk=\(m.chunkBytes) held=[\(ranges.joined(separator: ","))]"
  case .write: return "offset=\(try Write(from: &reader).offset) data=\(hex(reader.rest()))"
  case .writeAnswer:
    let m = try WriteAnswer(from: &reader)
    return "cumulative=\(m.cumulative) bitmap=\(hex(m.bitmap))"
  case .commit: return "image=\(hex(try Commit(from: &reader).digest))"
  case .commitAnswer:
    let m = try CommitAnswer(from: &reader)
    return "slot=\(m.slot) size=\(m.size) image=\(hex(m.digest))"
  case .readBack:
    let m = try ReadBack(from: &reader)
    return "slot=\(m.slot) content=\(m.content) offset=\(m.offset) length=\(m.length)"
  case .readBackAnswer:
    let m = try ReadBackAnswer(from: &reader)
    return "offset=\(m.offset) length=\(m.length) body=\(hex(reader.rest()))"
  case .activate:
    let m = try Activate(from: &reader)
    return "slot=\(m.slot) mode=\(m.mode)"
  case .activateAnswer: return words(try ActivateAnswer(from: &reader))
  case .confirmAnswer: return words(try ConfirmAnswer(from: &reader))
  case .rollbackAnswer: return words(try RollbackAnswer(from: &reader))
  case .confirm: return "boot=\(hex(try Confirm(from: &reader).bootIdentifier))"
  case .resetAnswer: return "boot=\(hex(try ResetAnswer(from: &reader).bootIdentifier))"
  case .provision:
    let m = try Provision(from: &reader)
    let signature = m.signature.map { $0.withBytes { hex($0) } } ?? "none"
    return "key=\(m.key.withBytes { hex($0) }) key_id=\(hex(m.key.identifier)) replace=\(m.replacesOthers) "
      + "signature=\(signature)"
  case .provisionAnswer: return "keys=\(try ProvisionAnswer(from: &reader).keyCount)"
  case .stream:
    let m = try StreamRequest(from: &reader)
    return "mode=\(m.mode) clear=\(m.clearsFirst) tick_us=\(m.tickMicroseconds) output_credit=\(m.outputCredit)"
  case .streamAnswer:
    let m = try StreamAnswer(from: &reader)
    return "tick=\(m.currentTick) crc=\(hex(m.crc)) input_credit=\(m.inputCredit) dropped_in=\(m.droppedIn) "
      + "dropped_out=\(m.droppedOut) total=\(m.spikes) input_events=\(m.inputEvents) output_events=\(m.outputEvents)"
  case .streamIn:
    return "complete_before=\(try StreamIn(from: &reader).completeBefore) \(spikes(reader.rest()))"
  case .credit: return "output_credit=\(try Credit(from: &reader).outputCredit)"
  case .streamOut:
    let m = try StreamOut(from: &reader)
    return "tick=\(m.currentTick) crc=\(hex(m.crc)) input_credit=\(m.inputCredit) dropped_in=\(m.droppedIn) "
      + "dropped_out=\(m.droppedOut) told_before=\(m.toldBefore) \(spikes(reader.rest()))"
  case .progress:
    let m = try Progress(from: &reader)
    return "activity=\(m.activity) done=\(m.done) total=\(m.total)"
  case .spikesIn: return "clear=\(try SpikesIn(from: &reader).clearsFirst) \(spikes(reader.rest()))"
  case .spikesInAnswer:
    let m = try SpikesInAnswer(from: &reader)
    return "waiting=\(m.waiting) capacity=\(m.capacity)"
  case .run:
    let m = try Run(from: &reader)
    return "clear=\(m.clearsFirst) ticks=\(m.ticks) \(spikes(reader.rest()))"
  case .spikesOut:
    _ = try SpikesOut(from: &reader)
    return spikes(reader.rest())
  case .membranesOut:
    let count = Int(try MembranesOut(from: &reader).readoutCount)
    let rest = reader.rest()
    let list = (0..<count).map { index in
      let readout = WireReadout(rest, at: index * WireReadout.byteCount)
      return "\(readout.tick):\(readout.output)=\(readout.membrane)"
    }
    return "readouts=[\(list.joined(separator: ","))]"
  case .runAnswer:
    let m = try RunAnswer(from: &reader)
    return "tick=\(m.currentTick) crc=\(hex(m.crc)) total=\(m.spikes) input_events=\(m.inputEvents) "
      + "output_events=\(m.outputEvents) \(spikes(reader.rest()))"
  case .state:
    let m = try StateRequest(from: &reader)
    return "core=\(m.core) first=\(m.firstNeuron) count=\(m.count)"
  case .stateAnswer:
    let m = try StateAnswer(from: &reader)
    var values: [String] = []
    for _ in 0..<m.count { values.append("\(Int32(bitPattern: try reader.u32()))") }
    return
      "tick=\(m.currentTick) neurons=\(m.neuronCount) crc=\(hex(m.crc)) membranes=[\(values.joined(separator: ","))]"
  case .statsAnswer:
    let m = try StatsAnswer(from: &reader)
    return "uptime_ms=\(m.uptimeMilliseconds) frames=\(m.framesReceived) damaged=\(m.framesDamaged) "
      + "written=\(m.bytesWritten) clears=\(m.clears) ticks=\(m.ticks) input_events=\(m.inputEvents) spikes=\(m.spikes)"
  case .error:
    let m = try BoardError(from: &reader)
    return "code=\(m.code) retryable=\(m.isRetryable) retry_after_ms=\(m.retryAfterMilliseconds) "
      + "detail=\(m.detail) offset=\(m.offset)"
  }
}

private func words(_ m: some ActiveSlotAnswer) -> String { "active=\(m.activeSlot) confirmed=\(m.isConfirmed)" }

private func words(_ m: BoardInfo) -> String {
  let firmware = "\(m.firmwareVersion >> 16).\(m.firmwareVersion >> 8 & 255).\(m.firmwareVersion & 255)"
  let slots = (0..<Int(m.slotCount)).map {
    "slot\($0)=\(m[slot: $0].state),\(m[slot: $0].size),\(hex(m[slot: $0].digest))"
  }
  return
    "protocol=\(m.minimumMajor)-\(m.maximumMajor).\(m.minor) flags=\(m.flags.rawValue) family=\(letters(m.family)) "
    + "hardware=\(m.hardwareRevision) firmware=\(firmware) payload=\(m.maximumPayload) window=\(m.window) "
    + "slots=\(m.slotCount) active=\(m.activeSlot) slot_bytes=\(m.slotBytes) chunk=\(m.chunkBytes) "
    + "erase_ms=\(m.eraseMilliseconds) commit_ms=\(m.commitMilliseconds) input_spikes=\(m.inputSpikes) "
    + "ticks=\(m.maximumTicks) boot=\(hex(m.bootIdentifier)) target=\(hex(m.targetDigest)) "
    + "name=\(text(m.targetName)) serial=\(text(m.serial)) " + slots.joined(separator: " ")
    + (m.security.map { " " + words($0) } ?? "")
}

private func words(_ m: BoardSecurity) -> String {
  let keys = (0..<min(Int(m.keyCount), BoardSecurity.maximumKeys)).map { hex(m[key: $0]) }
  return "flags2=\(m.flags.rawValue) keys=[\(keys.joined(separator: ","))] rollback_counter=\(m.rollbackCounter)"
}

private func words(manifest bytes: UnsafeRawBufferPointer) -> String {
  if bytes.isEmpty { return "" }
  guard let m = try? ImageManifest(bytes: bytes) else { return " not_a_manifest" }
  return " key_id=\(hex(m.keyIdentifier)) for=\(letters(m.family)) "
    + "hardware=\(m.leastHardwareRevision)-\(m.greatestHardwareRevision) signed_size=\(m.size) "
    + "signed_image=\(hex(m.digest)) counter=\(m.rollbackCounter) signature=\(m.signature.withBytes { hex($0) })"
}

private func spikes(_ bytes: UnsafeRawBufferPointer) -> String {
  let list = (0..<bytes.count / WireSpike.byteCount).map { index in
    let spike = WireSpike(bytes, at: index * WireSpike.byteCount)
    return "\(spike.tick):\(spike.index)*\(spike.count)"
  }
  return "spikes=[\(list.joined(separator: ","))]"
}

private func text(_ text: WireText) -> String {
  String(decoding: (0..<Int(text.length)).map { text[$0] }, as: UTF8.self)
}

private func letters(_ code: UInt32) -> String {
  String(decoding: (0..<4).map { UInt8(truncatingIfNeeded: code >> UInt32(8 * $0)) }, as: UTF8.self)
}

private func hex<T: FixedWidthInteger & UnsignedInteger>(_ value: T) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: T.bitWidth / 4 - digits.count) + digits
}

private func hex(_ key: KeyIdentifier) -> String { (0..<8).map { hex(key[$0]) }.joined() }
private func hex(_ digest: Digest) -> String { digest.withBytes { hex($0) } }
private func hex(_ bytes: UnsafeRawBufferPointer) -> String { bytes.map { hex($0) }.joined() }
private func name(_ type: MessageType) -> String {
  switch type {
  case .getInfo: "GET_INFO"
  case .infoAnswer: "INFO"
  case .sessionReset: "SESSION_RESET"
  case .getStatus: "GET_STATUS"
  case .statusAnswer: "STATUS"
  case .hello: "HELLO"
  case .begin: "BEGIN"
  case .write: "WRITE"
  case .commit: "COMMIT"
  case .abort: "ABORT"
  case .readBack: "READBACK"
  case .activate: "ACTIVATE"
  case .confirm: "CONFIRM"
  case .rollback: "ROLLBACK"
  case .reset: "RESET"
  case .clear: "CLEAR"
  case .spikesIn: "SPIKES_IN"
  case .run: "RUN"
  case .state: "STATE"
  case .provision: "PROVISION"
  case .stream: "STREAM"
  case .streamIn: "STREAM_IN"
  case .credit: "CREDIT"
  case .streamOut: "STREAM_OUT"
  case .stats: "STATS"
  case .spikesOut: "SPIKES_OUT"
  case .membranesOut: "MEMBRANES_OUT"
  case .progress: "PROGRESS"
  case .error: "ERROR"
  default: MessageType(rawValue: type.rawValue & 0x7F).map { name($0) + "_ANSWER" } ?? "?"
  }
}
