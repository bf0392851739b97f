import FixedPoint
import WireProtocol

/// The messages of fixed layout, as structs; what follows a message in its payload is said in the summary.
enum ProtocolStructs {
  /// Numbers whose bytes all differ, from sample to sample.
  private struct Samples {
    private var last: UInt8 = 0x20

    mutating func byte() -> UInt8 {
      last = last == 0xFB ? 0x21 : last + 1
      return last
    }

    mutating func number<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T {
      (0..<T.bitWidth / 8).reduce(0) { value, index in value | T(truncatingIfNeeded: byte()) << T(8 * index) }
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }
    mutating func digest() -> Digest { bytes(32).withUnsafeBytes { Digest(bytes: $0) } }
    mutating func text() -> WireText { bytes(31).withUnsafeBytes { WireText(utf8: $0) } }
    mutating func slot(_ state: SlotState) -> SlotInfo { SlotInfo(state: state, size: number(), digest: digest()) }

    mutating func key() -> PublicKey {
      guard let key = bytes(32).withUnsafeBytes({ PublicKey(bytes: $0) }) else { fatalError("32 bytes are a key") }
      return key
    }

    mutating func signature() -> Signature {
      guard let value = bytes(64).withUnsafeBytes({ Signature(bytes: $0) }) else { fatalError("64 bytes sign") }
      return value
    }
  }

  /// A message's struct, and how a payload is read as it.
  struct Message {
    let type: MessageType
    let layout: StructLayout
    let parse: (UnsafeRawBufferPointer) throws -> Any
  }

  static var messages: [Message] {
    var next = Samples()
    let info = infoSample()
    let sessionMessages = [
      message("hello", Hello(nonce: next.number(), minimumMajor: next.byte(), maximumMajor: next.byte())),
      message("session_reset", SessionReset(nonce: next.number())),
      message("info_answer", info),
      message("session_reset_answer", SessionResetAnswer(nonce: next.number())),
      message(
        "status_answer",
        StatusAnswer(
          activity: .committing, lastError: next.number(), nextPollMilliseconds: next.number(), session: next.number(),
          currentTick: next.number())),
      message(
        "hello_answer",
        HelloAnswer(nonce: next.number(), session: next.number(), major: next.byte(), minor: next.byte(), info: info)),
    ]
    return sessionMessages + flashMessages() + runMessages() + streamMessages()
  }

  private static func flashMessages() -> [Message] {
    var next = Samples()
    return [
      message(
        "begin",
        Begin(
          slot: next.byte(), family: next.number(), size: next.number(), digest: next.digest(),
          targetDigest: next.digest(), manifestBytes: next.number()),
        tail: "a snnmap_manifest where manifest_bytes says so"),
      message(
        "begin_answer",
        BeginAnswer(slot: next.byte(), state: .verified, rangeCount: next.number(), chunkBytes: next.number()),
        tail: "range_count times snnmap_range"),
      message("write", Write(offset: next.number()), tail: "the data"),
      message("write_answer", WriteAnswer(cumulative: next.number(), bitmap: next.number())),
      message("commit", Commit(digest: next.digest())),
      message("commit_answer", CommitAnswer(slot: next.byte(), size: next.number(), digest: next.digest())),
      message("readback", ReadBack(slot: next.byte(), content: .data, offset: next.number(), length: next.number())),
      message(
        "readback_answer", ReadBackAnswer(offset: next.number(), length: next.number()),
        tail: "32 bytes of hash, or the data"),
      message("activate", Activate(slot: next.byte(), mode: .permanent)),
      message("activate_answer", ActivateAnswer(activeSlot: next.byte(), isConfirmed: true)),
      message("confirm", Confirm(bootIdentifier: next.number())),
      message("confirm_answer", ConfirmAnswer(activeSlot: next.byte(), isConfirmed: true)),
      message("rollback_answer", RollbackAnswer(activeSlot: next.byte(), isConfirmed: true)),
      message("reset_answer", ResetAnswer(bootIdentifier: next.number())),
      provision(key: next.key(), signature: next.signature()),
      message("provision_answer", ProvisionAnswer(keyCount: next.byte())),
    ]
  }

  private static func runMessages() -> [Message] {
    var next = Samples()
    return [
      message(
        "spikes_in", SpikesIn(clearsFirst: true, spikeCount: next.number()), tail: "spike_count times snnmap_spike"),
      message("spikes_in_answer", SpikesInAnswer(waiting: next.number(), capacity: next.number())),
      message(
        "run", Run(clearsFirst: true, ticks: next.number(), spikeCount: next.number()),
        tail: "spike_count times snnmap_spike"),
      message(
        "run_answer",
        RunAnswer(
          currentTick: next.number(), crc: next.number(), spikes: next.number(), inputEvents: next.number(),
          outputEvents: next.number(), spikeCount: next.number()), tail: "spike_count times snnmap_spike"),
      message("spikes_out", SpikesOut(spikeCount: next.number()), tail: "spike_count times snnmap_spike"),
      message("membranes_out", MembranesOut(readoutCount: next.number()), tail: "readout_count times snnmap_readout"),
      message("state", StateRequest(core: next.number(), firstNeuron: next.number(), count: next.number())),
      message(
        "state_answer",
        StateAnswer(currentTick: next.number(), neuronCount: next.number(), count: next.number(), crc: next.number()),
        tail: "count times int32_t"),
      message("stats_answer", statsSample()),
      message("progress", Progress(activity: .running, done: next.number(), total: next.number())),
      message("error", errorSample()),
    ]
  }

  private static func streamMessages() -> [Message] {
    var next = Samples()
    var answer = StreamAnswer()
    answer.currentTick = next.number()
    answer.crc = next.number()
    answer.inputCredit = next.number()
    answer.droppedIn = next.number()
    answer.droppedOut = next.number()
    answer.spikes = next.number()
    answer.inputEvents = next.number()
    answer.outputEvents = next.number()
    return [
      message(
        "stream",
        StreamRequest(
          mode: .realtime, clearsFirst: true, tickMicroseconds: next.number(), outputCredit: next.number())),
      message("stream_answer", answer),
      message(
        "stream_in", StreamIn(completeBefore: next.number(), spikeCount: next.number()),
        tail: "spike_count times snnmap_spike"),
      message("credit", Credit(outputCredit: next.number())),
      message(
        "stream_out",
        StreamOut(
          currentTick: next.number(), crc: next.number(), inputCredit: next.number(), droppedIn: next.number(),
          droppedOut: next.number(), toldBefore: next.number(), spikeCount: next.number()),
        tail: "spike_count times snnmap_spike"),
    ]
  }

  /// PROVISION's signature is a tail, whose size stands before it.
  private static func provision(key: PublicKey, signature: Signature) -> Message {
    let bytes = encoded(Provision(key: key, replacesOthers: true, signature: signature))
    let layout = StructLayout(
      name: "provision", summary: "Type 0x19; behind it signature_bytes bytes of signature: 0 or 64.",
      sample: Provision(key: key, replacesOthers: true), bytes: bytes.dropLast(Signature.byteCount),
      constants: [Leaf("signature_bytes", UInt32(Signature.byteCount))])
    return Message(type: .provision, layout: layout, parse: { try Provision(payload: $0) })
  }

  /// The manifest, in BEGIN and in `IMAGE.sig`.
  static var manifest: StructLayout {
    var next = Samples()
    let sample = ImageManifest(
      keyIdentifier: KeyIdentifier(rawValue: next.number()), family: next.number(),
      leastHardwareRevision: next.number(), greatestHardwareRevision: next.number(), size: next.number(),
      digest: next.digest(), rollbackCounter: next.number(), signature: next.signature())
    var bytes = [UInt8](repeating: 0, count: ImageManifest.byteCount)
    bytes.withUnsafeMutableBytes { buffer in
      var writer = WireWriter(buffer)
      do throws(WireError) { try sample.write(to: &writer) } catch { fatalError("the buffer holds a manifest") }
    }
    return StructLayout(
      name: "manifest", summary: "Who vouches for an image: behind BEGIN, and the file IMAGE.sig.", sample: sample,
      bytes: bytes, constants: [Leaf("magic", ImageManifest.magic), Leaf("format", ImageManifest.format)])
  }

  private static func message<M: WireMessage>(
    _ name: String, _ sample: M, tail: String? = nil
  ) -> Message {
    let number = "0x" + String(M.type.rawValue, radix: 16, uppercase: true)
    let summary = "Type \(number)\(tail.map { "; behind it \($0)" } ?? "")."
    return Message(
      type: M.type,
      layout: StructLayout(
        name: name, summary: summary, sample: sample, bytes: encoded(sample), nested: nested),
      parse: { try M(payload: $0) })
  }

  /// Structs that messages hold.
  static var nested: [String: Nested] {
    [
      "SlotInfo": Nested(name: "slot_info") { value in
        guard let slot = value as? SlotInfo else { return [] }
        return bytes(of: slot)
      },
      "BoardInfo": Nested(name: "info_answer") { value in
        guard let info = value as? BoardInfo else { return [] }
        return encoded(info)
      },
      "Optional<BoardSecurity>": Nested(name: "security") { value in
        guard let security = value as? BoardSecurity else { return [] }
        return bytes(of: security)
      },
    ]
  }

  static var slot: StructLayout {
    var next = Samples()
    let sample = next.slot(.verified)
    return StructLayout(
      name: "slot_info", summary: "What a slot holds; in INFO.", sample: sample, bytes: bytes(of: sample))
  }

  static var security: StructLayout {
    let sample = securitySample()
    return StructLayout(
      name: "security", summary: "The end of INFO since protocol 1.2.", sample: sample, bytes: bytes(of: sample))
  }

  /// A slot's bytes are those by which INFO with it and INFO without it differ.
  private static func bytes(of slot: SlotInfo) -> [UInt8] {
    var info = BoardInfo()
    info[slot: 0] = slot
    return Array(encoded(info)[160..<208])
  }

  private static func bytes(of security: BoardSecurity) -> [UInt8] {
    var info = BoardInfo()
    info.security = security
    return Array(encoded(info).suffix(BoardSecurity.byteCount))
  }

  private static func securitySample() -> BoardSecurity {
    var next = Samples()
    var security = BoardSecurity()
    security.keyCount = next.byte()
    security.flags = BoardSecurity.Flags(rawValue: next.byte())
    security.rollbackCounter = next.number()
    for index in 0..<BoardSecurity.maximumKeys { security[key: index] = KeyIdentifier(rawValue: next.number()) }
    return security
  }

  private static func infoSample() -> BoardInfo {
    var next = Samples()
    var info = BoardInfo()
    info.minimumMajor = next.byte()
    info.maximumMajor = next.byte()
    info.minor = next.byte()
    info.flags = BoardInfo.Flags(rawValue: next.byte())
    info.family = next.number()
    info.hardwareRevision = next.number()
    info.firmwareVersion = next.number()
    info.maximumPayload = next.number()
    info.window = next.number()
    info.slotCount = next.byte()
    info.activeSlot = next.byte()
    info.slotBytes = next.number()
    info.chunkBytes = next.number()
    info.eraseMilliseconds = next.number()
    info.commitMilliseconds = next.number()
    info.inputSpikes = next.number()
    info.maximumTicks = next.number()
    info.bootIdentifier = next.number()
    info.targetDigest = next.digest()
    info.targetName = next.text()
    info.serial = next.text()
    for slot in 0..<BoardInfo.maximumSlots { info[slot: slot] = next.slot(slot % 2 == 0 ? .verified : .receiving) }
    info.security = securitySample()
    return info
  }

  private static func statsSample() -> StatsAnswer {
    var next = Samples()
    var stats = StatsAnswer()
    stats.uptimeMilliseconds = next.number()
    stats.framesReceived = next.number()
    stats.framesDamaged = next.number()
    stats.bytesWritten = next.number()
    stats.clears = next.number()
    stats.ticks = next.number()
    stats.inputEvents = next.number()
    stats.spikes = next.number()
    return stats
  }

  private static func errorSample() -> BoardError {
    var next = Samples()
    var error = BoardError(
      .malformed, detail: next.number(), offset: next.number(), isRetryable: true,
      retryAfterMilliseconds: next.number())
    error.code = next.number()
    return error
  }
}
