import WireProtocol

extension BoardSession {
  /// Makes a verified slot the active one.
  public func activate(slot: Int, mode: Activate.Mode) throws(BoardLinkError) {
    let request = Activate(slot: UInt8(clamping: slot), mode: mode)
    _ = try call(request, atMost: info.commitMilliseconds) { (answer: ActivateAnswer, _) in answer }
    _ = try refresh()
  }

  /// Makes the active slot, so far on trial, stay active.
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
}
