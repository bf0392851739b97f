import WireProtocol

extension BoardSession {
  /// Makes a verified slot the active one.
  public func activate(slot: Int, mode: Activate.Mode) throws(BoardLinkError) {
    let request = Activate(slot: UInt8(clamping: slot), mode: mode)
    _ = try call(request, atMost: info.commitMilliseconds) { (answer: ActivateAnswer, _) in answer }
    _ = try refresh()
  }

  /// Makes the active slot, so far on trial, stay active.
  ///
  /// - Throws: `refused` with *other boot* where the board has started anew since the session began: what runs then
  ///   is not what was looked at.
  public func confirm() throws(BoardLinkError) {
    let request = Confirm(bootIdentifier: info.bootIdentifier)
    _ = try call(request) { (answer: ConfirmAnswer, _) in answer }
    _ = try refresh()
  }

  /// Makes the slot that was active before active again.
  public func rollback() throws(BoardLinkError) {
    _ = try call(Rollback(), atMost: info.commitMilliseconds) { (answer: RollbackAnswer, _) in answer }
    _ = try refresh()
  }

  /// Empties the slot that is being received.
  public func abort() throws(BoardLinkError) {
    _ = try call(Abort()) { (answer: AbortAnswer, _) in answer }
  }

  /// Starts the board anew and closes the connection.
  public func reset() throws(BoardLinkError) {
    _ = try call(Reset()) { (answer: ResetAnswer, _) in answer }
    close()
  }

  /// Starts the board anew and waits, `options.reconnectTime`, until it is back.
  ///
  /// - Returns: what the board says of itself after its start.
  /// - Throws: `disconnected` where it does not come back; `otherBoard`, `cancelled`.
  public func restart(isCancelled: () -> Bool = { false }) throws(BoardLinkError) -> BoardDescription {
    let before = info.bootIdentifier
    try reset()
    let deadline = ContinuousClock.now + options.reconnectTime
    repeat {
      // The link may outlast the answer by a moment.
      pause(milliseconds: 20)
      try reconnect(isCancelled: isCancelled)
      if info.bootIdentifier != before { return description }
    } while ContinuousClock.now < deadline
    throw .disconnected(address)
  }

  /// Pins a public key; the first one locks the board, for good.
  ///
  /// A locked board asks for a signature of a key that it has, over this very request and its boot identifier.
  ///
  /// - Returns: how many keys are pinned.
  /// - Throws: `refused` with *not supported*, *locked*, *too many keys*.
  @discardableResult
  public func provision(_ request: Provision) throws(BoardLinkError) -> Int {
    let count = try call(request, atMost: info.commitMilliseconds) { (answer: ProvisionAnswer, _) in answer.keyCount }
    _ = try refresh()
    return Int(count)
  }
}
