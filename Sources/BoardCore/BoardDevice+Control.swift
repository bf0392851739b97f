import WireProtocol

/// What a link with a second way to the board offers at any time, also while frames are stuck: USB's control requests.
extension BoardDevice where Platform: ~Copyable, Executor: ~Copyable {
  /// GET_INFO: writes INFO, or as much of its front as there is room for.
  ///
  /// - Returns: the bytes written.
  public func controlInfo(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    front(of: info(), into: buffer)
  }

  /// GET_STATUS: writes STATUS, or as much of its front as there is room for.
  ///
  /// - Returns: the bytes written.
  public func controlStatus(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    front(of: status(), into: buffer)
  }

  /// SESSION_RESET: ends the session and the request in progress, and drops what was received and not handled
  /// and what waits to be sent. What a slot has received is kept.
  ///
  /// The owner drops what it has taken from `output` or holds for `receiveSpace`, then ends the request.
  /// - Parameter nonce: the host's; nothing depends on it, as the request itself is its answer.
  public mutating func controlReset(nonce: UInt64) {
    detach()
  }

  /// Takes note of the packet size of the speed at which a host has found the board; before any frame of that host.
  ///
  /// - Parameter count: 0 where the link has no packets.
  public mutating func setPacketBytes(_ count: Int) {
    out.packetBytes = count
  }

  private func front(of message: some WireMessage, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    withUnsafeTemporaryAllocation(byteCount: 512, alignment: 8) { whole in
      var writer = WireWriter(whole)
      do throws(WireError) {
        try message.write(to: &writer)
      } catch {
        return 0
      }
      let count = min(writer.count, buffer.count)
      UnsafeMutableRawBufferPointer(rebasing: buffer[0..<count])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: whole[0..<count]))
      return count
    }
  }
}
