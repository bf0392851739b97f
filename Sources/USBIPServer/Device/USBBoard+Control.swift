import BoardCore
import WireProtocol

/// Endpoint 0.
extension USBBoard {
  /// A transfer of endpoint 0, which is always answered at once.
  func controlTransfer(_ transfer: USBIPTransfer, _ replies: inout ReplyQueue) {
    let setup = transfer.setup
    // A request without data goes either way in name.
    guard setup.length == 0 || setup.isIn == transfer.isIn else {
      refuse(transfer, &replies)
      return
    }
    let data: [UInt8]
    switch control.handle(setup, transfer.payload) {
    case .stall:
      refuse(transfer, &replies)
      return
    case .answer(let bytes): data = bytes
    case .acknowledge: data = []
    case .configured:
      stallWaiting(&replies)
      beginLink()
      data = []
    case .getInfo: data = boardAnswer { device.controlInfo(into: $0) }
    case .getStatus: data = boardAnswer { device.controlStatus(into: $0) }
    case .resetSession(let nonce):
      // What has come in counts as received, and is dropped like what the board holds.
      while !outTransfers.isEmpty {
        let waiting = outTransfers.removeFirst()
        replies.appendOut(waiting.sequence, .done, actual: waiting.payload.count)
      }
      device.controlReset(nonce: nonce)
      forgetBytes()
      data = []
    }
    stallHalted(&replies)
    guard transfer.isIn else {
      replies.appendOut(transfer.sequence, .done, actual: transfer.payload.count)
      return
    }
    let count = min(data.count, Int(setup.length), transfer.length)
    replies.appendIn(transfer.sequence, .done, data[..<count])
  }

  private func boardAnswer(_ write: (UnsafeMutableRawBufferPointer) -> Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
      count = write(UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Ends what waits at endpoints that are halted now.
  private func stallHalted(_ replies: inout ReplyQueue) {
    if control.isInHalted { stall(&inTransfers, &replies) }
    if control.isOutHalted {
      stall(&outTransfers, &replies)
      taken = 0
      waitingBytes = 0
    }
  }

  private func stallWaiting(_ replies: inout ReplyQueue) {
    stall(&inTransfers, &replies)
    stall(&outTransfers, &replies)
  }

  private func stall(_ queue: inout TransferQueue, _ replies: inout ReplyQueue) {
    while !queue.isEmpty { refuse(queue.removeFirst(), &replies) }
  }
}
