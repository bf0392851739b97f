import BoardCore
import WireProtocol

/// The two bulk endpoints.
extension USBBoard {
  /// Takes a transfer, which is answered at once or waits.
  ///
  /// - Throws: `tooManyTransfers`, `tooManyBytes`.
  func submit(_ transfer: USBIPTransfer, _ replies: inout ReplyQueue) throws(USBIPError) {
    if transfer.endpoint == 0 {
      controlTransfer(transfer, &replies)
      return
    }
    let isOurs = control.configuration != 0 && transfer.endpoint == DescriptorSet.outEndpoint
    let isHalted = transfer.isIn ? control.isInHalted : control.isOutHalted
    guard isOurs && !isHalted else {
      refuse(transfer, &replies)
      return
    }
    guard outTransfers.count + inTransfers.count < Self.maximumTransfers else {
      throw .tooManyTransfers(most: Self.maximumTransfers)
    }
    if transfer.isIn {
      inTransfers.append(transfer)
      return
    }
    guard waitingBytes + transfer.payload.count <= Self.maximumBytes else {
      throw .tooManyBytes(most: Self.maximumBytes)
    }
    waitingBytes += transfer.payload.count
    outTransfers.append(transfer)
  }

  /// Takes back a transfer that waits.
  func unlink(_ sequence: UInt32, target: UInt32, _ replies: inout ReplyQueue) {
    if inTransfers.remove(target) != nil {
      replies.appendUnlink(sequence, .cancelled)
    } else if outTransfers.first?.sequence == target {
      waitingBytes -= dropFirstOut().payload.count
      replies.appendUnlink(sequence, .cancelled)
    } else if let removed = outTransfers.remove(target) {
      waitingBytes -= removed.payload.count
      replies.appendUnlink(sequence, .cancelled)
    } else {
      // Its answer was sent before.
      replies.appendUnlink(sequence, .done)
    }
  }

  private func dropFirstOut() -> USBIPTransfer {
    taken = 0
    return outTransfers.removeFirst()
  }

  func refuse(_ transfer: USBIPTransfer, _ replies: inout ReplyQueue) {
    if transfer.isIn {
      replies.appendIn(transfer.sequence, .stalled, [])
    } else {
      replies.appendOut(transfer.sequence, .stalled, actual: 0)
    }
  }

  /// Moves bytes and lets the board work for a while.
  func work(_ replies: inout ReplyQueue) {
    for _ in 0..<64 {
      let hasFed = feed(&replies)
      activity = device.poll()
      let hasDrained = drain(&replies)
      if activity != .working && !hasFed && !hasDrained { return }
      if replies.isFull { return }
    }
    activity = .working
  }

  /// Hands the board bytes of waiting transfers; whether there were any and room for them.
  private func feed(_ replies: inout ReplyQueue) -> Bool {
    var hasFed = false
    while let first = outTransfers.first {
      let space = device.receiveSpace
      let count = min(space.count, first.payload.count - taken)
      guard count > 0 || first.payload.isEmpty else { break }
      first.payload.withUnsafeBytes {
        space.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[taken..<taken + count]))
      }
      device.received(count)
      taken += count
      hasFed = true
      guard taken == first.payload.count else { break }
      waitingBytes -= taken
      replies.appendOut(dropFirstOut().sequence, .done, actual: first.payload.count)
    }
    return hasFed
  }

  /// Ends waiting transfers to the host with what the board has to say; whether there was any.
  ///
  /// A transfer ends when it is full or at a short packet, which is what every frame ends in. So one
  /// transfer never holds bytes of two frames.
  private func drain(_ replies: inout ReplyQueue) -> Bool {
    var hasDrained = false
    while !replies.isFull, !device.output.isEmpty, let first = inTransfers.first {
      hasDrained = true
      let output = device.output
      if frameLeft == 0 { frameLeft = min(Self.frameBytes(output), output.count) }
      var count = min(first.length, frameLeft)
      var lost = 0
      var status = ReplyQueue.TransferStatus.done
      if count < frameLeft && count % profile.packetBytes != 0 {
        // The next packet is longer than the room that is left: it is lost, as on a real bus.
        count = count / profile.packetBytes * profile.packetBytes
        lost = min(profile.packetBytes, frameLeft - count)
        status = .overflow
      } else if count < first.length && first.flags & USBIPTransfer.shortNotOK != 0 {
        status = .short
      }
      replies.appendIn(first.sequence, status, UnsafeRawBufferPointer(rebasing: output[..<count]))
      inTransfers.removeFirst()
      device.sent(count + lost)
      frameLeft -= count + lost
    }
    return hasDrained
  }

  /// Bytes of the frame at the front of what the board says, its pad included.
  private static func frameBytes(_ output: UnsafeRawBufferPointer) -> Int {
    guard output.count >= FrameLayout.headerBytes else { return output.count }
    let isPadded = output[7] & FrameFlags.padded.rawValue != 0
    let length = UInt32(littleEndian: output.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    return FrameLayout.headerBytes + Int(length) + (isPadded ? FrameLayout.padBytes : 0)
  }
}
