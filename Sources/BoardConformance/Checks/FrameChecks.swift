import BoardLink
import WireProtocol

/// What protocol.md says under "Frame".
enum FrameChecks {
  static let all = [
    ConformanceCheck(.frame, "a frame that arrives in pieces is read as one that arrives whole", pieces),
    ConformanceCheck(.frame, "two frames that arrive together are answered in their order", together),
    ConformanceCheck(.frame, "the four bytes of a pad belong to the frame that announces them", paddedRequest),
    ConformanceCheck(.frame, "no frame of the board ends with a full packet", paddedAnswers),
    ConformanceCheck(.frame, "bytes that are no frame are told of once and skipped up to the next frame", noise),
    ConformanceCheck(
      .frame, "a frame whose header is damaged is told of as header checksum and skipped", damagedHeader),
    ConformanceCheck(.frame, "a damaged length is not believed", damagedLength),
    ConformanceCheck(.frame, "a frame of another layout is told of and skipped", otherLayout),
    ConformanceCheck(
      .frame, "a frame whose payload is damaged is told of as payload checksum with its number", damagedPayload),
    ConformanceCheck(.frame, "a payload above the maximum is told of as too long and skipped as a whole", tooLong),
    ConformanceCheck(.frame, "a payload of the maximum is taken", longest),
  ]

  private static func pieces(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let number = bench.nextSequence()
    for byte in bench.frame(GetStatus(), session: bench.session, sequence: number) {
      try bench.link.send([byte], within: bench.patience)
    }
    let answer = try bench.answer(to: number)
    guard answer.header.message == .statusAnswer else { throw .broken("it answered \(answer.name)") }
  }

  private static func together(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let (first, second) = (bench.nextSequence(), bench.nextSequence())
    try bench.link.send(
      bench.frame(GetInfo(), session: bench.session, sequence: first)
        + bench.frame(GetStatus(), session: bench.session, sequence: second), within: bench.patience)
    let answers = (try bench.answer(to: first), try bench.answer(to: second))
    guard answers.0.header.message == .infoAnswer, answers.1.header.message == .statusAnswer else {
      throw .broken("it answered \(answers.0.name) and \(answers.1.name)")
    }
  }

  private static func paddedRequest(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let number = bench.nextSequence()
    try bench.link.send(padded(bench, GetStatus(), sequence: number), within: bench.patience)
    let answer = try bench.answer(to: number)
    guard answer.header.message == .statusAnswer else { throw .broken("it answered \(answer.name)") }
    try bench.expectNothingMore()
  }

  /// A frame with a pad, whatever the link's packets are.
  private static func padded(_ bench: ConformanceBench, _ message: some WireMessage, sequence: UInt32) -> [UInt8] {
    let payload = bench.bytes(message)
    var bytes = [UInt8](repeating: 0, count: FrameLayout.frameBytes(payload: payload.count))
    bytes.replaceSubrange(FrameLayout.headerBytes..<FrameLayout.headerBytes + payload.count, with: payload)
    let header = FrameHeader(
      type: type(of: message).type.rawValue, session: bench.session, sequence: sequence,
      length: UInt32(payload.count))
    let size = FrameLayout.headerBytes + payload.count
    let count = bytes.withUnsafeMutableBytes { (try? FrameCodec.seal(header, in: $0, packetBytes: size)) ?? 0 }
    return Array(bytes[..<count])
  }

  private static func paddedAnswers(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let packet = bench.link.transport.packetBytes
    guard packet > 0 else { throw .skipped("this link has no packets") }
    guard !bench.info.flags.contains(.locked) else { throw .skipped("a locked board lets no data out") }
    // Data of a length that fills packets exactly.
    let fixed = FrameLayout.headerBytes + ReadBackAnswer.headerBytes
    let length = UInt64((fixed + packet) / packet * packet - fixed)
    let slot = UInt8(0)
    let answer = try bench.ask(ReadBack(slot: slot, content: .data, offset: 0, length: length))
    guard answer.header.message == .readBackAnswer else { throw .broken("it answered \(answer.name)") }
    guard answer.header.flags.contains(.padded) else {
      throw .broken("its frame of \(FrameLayout.headerBytes + answer.payload.count) bytes fills packets of \(packet)")
    }
  }

  private static func noise(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let number = bench.nextSequence()
    // Beginnings of a magic are no frame either.
    let noise: [UInt8] = [0x53, 0x4E, 0x4D, 0x30, 0x00, 0xFF]
    try bench.link.send(
      noise + bench.frame(GetStatus(), session: bench.session, sequence: number), within: bench.patience)
    let report = try bench.damageReport()
    try bench.expectEqual(report.header.sequence, 0, "the number of its ERROR")
    let answer = try bench.answer(to: number)
    guard answer.header.message == .statusAnswer else { throw .broken("then it answered \(answer.name)") }
  }

  private static func damagedHeader(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let number = bench.nextSequence()
    var bad = bench.frame(GetStatus(), session: bench.session, sequence: number)
    bad[12] ^= 0x40
    try expectDamage(bench, bad, .headerChecksum)
  }

  private static func damagedLength(_ bench: ConformanceBench) throws(ConformanceFailure) {
    var bad = bench.frame(GetStatus(), session: bench.session, sequence: bench.nextSequence())
    // A board that believed it would wait for 64 KiB.
    bad[18] ^= 1
    try expectDamage(bench, bad, .headerChecksum)
  }

  private static func expectDamage(
    _ bench: ConformanceBench, _ bad: [UInt8], _ code: BoardErrorCode
  ) throws(ConformanceFailure) {
    try bench.link.send(bad, within: bench.patience)
    let report = try bench.damageReport()
    try bench.expectEqual(report.error.code, code.rawValue, "its error")
    try bench.expectNothingMore()
  }

  private static func otherLayout(_ bench: ConformanceBench) throws(ConformanceFailure) {
    var bad = bench.frame(GetStatus(), session: bench.session, sequence: bench.nextSequence())
    bad[4] = 9
    bad = sealedHeader(bad)
    try bench.link.send(bad, within: bench.patience)
    _ = try bench.damageReport()
    try bench.expectNothingMore()
  }

  private static func damagedPayload(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let number = bench.nextSequence()
    var bad = bench.frame(SessionReset(nonce: 7), session: bench.session, sequence: number)
    bad[FrameLayout.headerBytes] ^= 1
    try bench.link.send(bad, within: bench.patience)
    let report = try bench.damageReport()
    try bench.expectEqual(report.error.code, BoardErrorCode.payloadChecksum.rawValue, "its error")
    try bench.expectEqual(report.header.sequence, number, "the number of its ERROR")
    try bench.expectNothingMore()
    // The request was not carried out.
    try bench.expectEqual(
      try bench.expect(StatusAnswer.self, to: GetStatus()).session, bench.session, "the session in progress")
  }

  private static func tooLong(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let number = bench.nextSequence()
    let payload = [UInt8](repeating: 0x53, count: Int(bench.info.maximumPayload) + 1)
    let bad = bench.link.frame(
      MessageType.getStatus.rawValue, session: bench.session, sequence: number, payload: payload)
    try bench.link.send(bad, within: bench.patience)
    let report = try bench.damageReport()
    try bench.expectEqual(report.error.code, BoardErrorCode.tooLong.rawValue, "its error")
    try bench.expectEqual(report.header.sequence, number, "the number of its ERROR")
    try bench.expectEqual(report.error.detail, bench.info.maximumPayload, "the maximum that it tells")
    try bench.expectNothingMore()
  }

  private static func longest(_ bench: ConformanceBench) throws(ConformanceFailure) {
    // GET_STATUS has no fields: whatever stands behind them is of a later version.
    let payload = [UInt8](repeating: 1, count: Int(bench.info.maximumPayload))
    let answer = try bench.ask(type: MessageType.getStatus.rawValue, payload: payload)
    guard answer.header.message == .statusAnswer else { throw .broken("it answered \(answer.name)") }
  }
}
