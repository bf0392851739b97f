import WireProtocol

/// What protocol.md says under "Session".
enum SessionChecks {
  static let all = [
    ConformanceCheck(
      .session, "HELLO is answered with its nonce, a session that is not 0, and the version", helloAnswer),
    ConformanceCheck(.session, "HELLO without a common major version is refused as version", otherVersion),
    ConformanceCheck(.session, "HELLO that repeats the nonce is answered with the same session", repeatedNonce),
    ConformanceCheck(.session, "HELLO with another nonce ends the session and opens another", newNonce),
    ConformanceCheck(.session, "a request of an earlier session is refused as no session", staleSession),
    ConformanceCheck(.session, "without a session, requests that need one are refused as no session", noSession),
    ConformanceCheck(.session, "GET_INFO, GET_STATUS and SESSION_RESET need no session", withoutSession),
    ConformanceCheck(.session, "SESSION_RESET repeats its nonce and ends the session", sessionReset),
    ConformanceCheck(
      .session, "SESSION_RESET ends the request in progress: nothing of it comes after the answer", resetInWork),
    ConformanceCheck(.session, "a second link is refused as two hosts, but may ask for INFO and STATUS", twoHosts),
    ConformanceCheck(.session, "the board is free for others when the link is closed", freeAfterClosing),
  ]

  private static func helloAnswer(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let nonce = bench.nextNonce()
    let answer = try bench.hello(nonce: nonce)
    try bench.expectEqual(answer.nonce, nonce, "the nonce of its answer")
    try bench.expectEqual(answer.major, 1, "the major version")
    guard answer.session != 0 else { throw .broken("its session is 0") }
    try bench.expectEqual(answer.info.serial, try bench.refresh().serial, "the serial within HELLO's answer")
  }

  private static func otherVersion(_ bench: ConformanceBench) throws(ConformanceFailure) {
    for majors in [UInt8(2)...9, 0...0] {
      let error = try bench.expect(
        .version,
        for: Hello(nonce: bench.nextNonce(), minimumMajor: majors.lowerBound, maximumMajor: majors.upperBound),
        session: 0)
      let told = UInt32(bench.info.minimumMajor) << 8 | UInt32(bench.info.maximumMajor)
      try bench.expectEqual(error.detail, told, "the versions that it tells")
    }
  }

  private static func repeatedNonce(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let nonce = bench.nextNonce()
    let first = try bench.hello(nonce: nonce)
    let second = try bench.hello(nonce: nonce)
    try bench.expectEqual(second.session, first.session, "the session")
  }

  private static func newNonce(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let first = bench.session
    let second = try bench.hello()
    guard second.session != first else { throw .broken("the session stayed \(first)") }
    try bench.expect(.noSession, for: StatsRequest(), session: first)
  }

  private static func staleSession(_ bench: ConformanceBench) throws(ConformanceFailure) {
    for session in [bench.session &+ 1, bench.session ^ 0x8000_0000, 0] {
      let error = try bench.expect(.noSession, for: StatsRequest(), session: session)
      try bench.expectEqual(error.detail, bench.session, "the session that it tells")
    }
    let answer = try bench.ask(StatsRequest())
    guard answer.header.message == .statsAnswer else { throw .broken("then its own session got \(answer.name)") }
  }

  private static func noSession(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try end(bench)
    let types: [MessageType] = [
      .begin, .write, .commit, .abort, .readBack, .activate, .confirm, .rollback, .reset, .clear, .spikesIn, .run,
      .state, .stats,
    ]
    for type in types {
      let payload = [UInt8](repeating: 0, count: 88)
      let error = try bench.expect(.noSession, type: type.rawValue, payload: payload, session: 0)
      try bench.expectEqual(error.detail, 0, "the session that it tells")
    }
  }

  /// Ends the session and returns its number.
  private static func end(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let nonce = bench.nextNonce()
    let answer = try bench.expect(
      SessionResetAnswer.self, to: SessionReset(nonce: nonce), session: 0, isSessionKnown: false)
    try bench.expectEqual(answer.nonce, nonce, "the nonce of its answer")
  }

  private static func withoutSession(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try end(bench)
    let info = try bench.expect(BoardInfo.self, to: GetInfo(), session: 0)
    guard !info.flags.contains(.inSession) else { throw .broken("INFO says that a session is open") }
    try bench.expectEqual(
      try bench.expect(StatusAnswer.self, to: GetStatus(), session: 0).session, 0, "the session in STATUS")
  }

  private static func sessionReset(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let before = bench.session
    try end(bench)
    try bench.expect(.noSession, for: StatsRequest(), session: before)
  }

  private static func resetInWork(_ bench: ConformanceBench) throws(ConformanceFailure) {
    // The hash of a whole slot takes the longest of what changes nothing.
    let (work, reset) = (bench.nextSequence(), bench.nextSequence())
    let nonce = bench.nextNonce()
    let request = ReadBack(slot: 0, content: .hash, offset: 0, length: bench.info.slotBytes)
    try bench.link.send(
      bench.frame(request, session: bench.session, sequence: work)
        + bench.frame(SessionReset(nonce: nonce), session: 0, sequence: reset), within: bench.patience)
    while let frame = try bench.link.next(within: bench.patience) {
      if frame.header.message == .sessionResetAnswer {
        try bench.expectEqual(frame.header.sequence, reset, "the number of its answer")
        return try bench.expectNothingMore()
      }
      guard frame.header.sequence == work else { throw .broken("\(frame.name) came in between") }
    }
    throw .broken("it does not answer SESSION_RESET")
  }

  private static func twoHosts(_ bench: ConformanceBench) throws(ConformanceFailure) {
    guard let second = bench.secondLink() else { throw .skipped("this link is the board's only one") }
    func ask(_ message: some WireMessage, _ number: UInt32) throws(ConformanceFailure) -> RawFrame {
      try second.send(bench.frame(message, session: 0, sequence: number), within: bench.patience)
      guard let frame = try second.next(within: bench.patience) else {
        throw .broken("it does not answer a second link")
      }
      try bench.expectEqual(frame.header.sequence, number, "the number of its answer")
      return frame
    }
    let info = try ask(GetInfo(), 1)
    guard info.header.message == .infoAnswer else { throw .broken("GET_INFO got \(info.name)") }
    let status = try ask(GetStatus(), 2)
    guard status.header.message == .statusAnswer else { throw .broken("GET_STATUS got \(status.name)") }
    _ = try bench.refusal(
      .twoHosts, try ask(Hello(nonce: bench.nextNonce(), minimumMajor: 1, maximumMajor: 1), 3))
    _ = try bench.refusal(.twoHosts, try ask(SessionReset(nonce: 1), 4))
    // The first link's session has not suffered.
    let stats = try bench.ask(StatsRequest())
    guard stats.header.message == .statsAnswer else { throw .broken("then the first link got \(stats.name)") }
  }

  private static func freeAfterClosing(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let stale = bench.session
    try bench.connectAnew()
    let deadline = ContinuousClock.now + bench.patience
    while true {
      // A board may take a moment to notice.
      do throws(ConformanceFailure) {
        try bench.hello()
        break
      } catch {
        guard ContinuousClock.now < deadline else { throw error }
        ConformanceBench.wait(milliseconds: 20)
      }
    }
    guard bench.session != stale else { throw .broken("the new link got the old session") }
  }
}
