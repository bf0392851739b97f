import WireProtocol

/// What protocol.md says under "Requests and answers".
enum RequestChecks {
  static let all = [
    ConformanceCheck(.requests, "a request of an unknown type is refused as unknown type, which is told", unknownType),
    ConformanceCheck(.requests, "an answer sent to a board is refused as unknown type", answerAsRequest),
    ConformanceCheck(.requests, "bytes behind the fields of a request are ignored", laterFields),
    ConformanceCheck(.requests, "a request that ends within its fields is malformed", shortRequest),
    ConformanceCheck(.requests, "a list of another size than its count says is malformed", wrongCount),
    ConformanceCheck(.requests, "every request has exactly one answer", oneAnswer),
  ]

  private static func unknownType(_ bench: ConformanceBench) throws(ConformanceFailure) {
    for type in [UInt8(0x00), 0x05, 0x3F, 0x7E] {
      let error = try bench.expect(.unknownType, type: type, payload: [1, 2, 3])
      try bench.expectEqual(error.detail, UInt32(type), "the type that it tells")
    }
  }

  private static func answerAsRequest(_ bench: ConformanceBench) throws(ConformanceFailure) {
    for type in [MessageType.infoAnswer, .progress, .error] {
      try bench.expect(.unknownType, type: type.rawValue, payload: [])
    }
  }

  private static func laterFields(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let answer = try bench.ask(GetInfo(), body: [9, 9, 9])
    guard answer.header.message == .infoAnswer else { throw .broken("it answered GET_INFO with \(answer.name)") }
    let reset = try bench.ask(
      ReadBack(slot: 0, content: .hash, offset: 0, length: 0), body: [UInt8](repeating: 5, count: 9))
    guard reset.header.message == .readBackAnswer else { throw .broken("it answered READBACK with \(reset.name)") }
  }

  private static func shortRequest(_ bench: ConformanceBench) throws(ConformanceFailure) {
    for type in [MessageType.sessionReset, .hello, .begin, .write, .commit, .readBack, .activate, .confirm, .state] {
      try bench.expect(.malformed, type: type.rawValue, payload: [0, 0, 0])
    }
  }

  private static func wrongCount(_ bench: ConformanceBench) throws(ConformanceFailure) {
    guard bench.info.activeSlot < bench.info.slotCount else { throw .skipped("no image is active") }
    let spike = WireSpike(tick: 0, index: 0, count: 1)
    let body = InputChecks.bytes([spike, spike])
    try bench.expect(.malformed, for: Run(clearsFirst: true, ticks: 1, spikeCount: 1), body: body)
    try bench.expect(.malformed, for: Run(clearsFirst: true, ticks: 1, spikeCount: 3), body: body)
    try bench.expect(.malformed, for: SpikesIn(clearsFirst: true, spikeCount: .max), body: body)
  }

  private static func oneAnswer(_ bench: ConformanceBench) throws(ConformanceFailure) {
    _ = try bench.ask(GetInfo())
    try bench.expectNothingMore()
    _ = try bench.ask(ReadBack(slot: 0, content: .hash, offset: 0, length: 1))
    try bench.expectNothingMore()
    _ = try bench.ask(type: 0x7E, payload: [])
    try bench.expectNothingMore()
  }
}
