import WireProtocol

extension BoardDevice where Platform: ~Copyable, Executor: ~Copyable {
  /// Answers a frame of a host that does not hold the session, over a link of its own.
  ///
  /// GET_INFO and GET_STATUS are answered; everything else is refused, as a second host's where
  /// `isHeld` says that there is a first one.
  ///
  /// - Returns: the bytes of the answer in `buffer`, which holds at least 1 KiB; 0 on a failure to fit.
  public func answerGuest(_ header: FrameHeader, isHeld: Bool, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var queue = OutputQueue(memory: buffer, packetBytes: profile.packetBytes)
    let isWritten =
      switch header.message {
      case .getInfo: queue.append(info(), session: 0, sequence: header.sequence)
      case .getStatus: queue.append(status(), session: 0, sequence: header.sequence)
      default:
        queue.append(
          isHeld ? BoardError(.twoHosts, isRetryable: true, retryAfterMilliseconds: 1000) : BoardError(.noSession),
          session: 0, sequence: header.sequence)
      }
    return isWritten ? queue.waiting.count : 0
  }
}
