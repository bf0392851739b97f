import BoardCore
import FixedPoint
import WireProtocol

/// A board is sent bytes, frames and steps of a flash in any order, loses power and comes back.
func fuzzDevice(_ bytes: UnsafeRawBufferPointer) {
  var input = FuzzInput(bytes)
  let isFlashed = input.u8() & 1 == 0
  let board = FuzzBoard(
    storage: isFlashed
      ? FuzzBoard.flashed.afterLoss(.nothing, seed: 0)
      : PageStorage(slotCount: 2, slotBytes: FuzzBoard.profile.slotBytes))
  board.send(Hello(nonce: 7, minimumMajor: 1, maximumMajor: 1))
  var steps = 0
  while !input.isAtEnd && steps < 200 {
    steps += 1
    fuzzStep(board, &input)
    board.output.removeAll(keepingCapacity: true)
  }
  board.checkInvariants()
  board.restart(with: board.device.platform.storage.afterLoss(.some, seed: UInt64(steps)))
  board.checkInvariants()
}

private func fuzzStep(_ board: FuzzBoard, _ input: inout FuzzInput) {
  let step = input.u8()
  switch step & 15 {
  case 0: board.send(input.take(Int(input.u8())))
  case 1: board.send(input.take(Int(input.u16() & 0x7FF)))
  case 2...6:
    let type = input.u8()
    let numbering = input.u8()
    let payload = input.take(Int(step & 16 == 0 ? UInt16(input.u8()) : input.u16() & 0x7FF))
    // Mostly the session in hand, and the next number.
    let session: UInt32? = numbering & 7 == 7 ? UInt32(numbering) : numbering & 7 == 6 ? 0 : nil
    let sequence: UInt32? = numbering & 0x38 == 0x38 ? board.sequence &+ UInt32(numbering >> 6) &- 1 : nil
    board.send(type: type, session: session, sequence: sequence, payload: payload)
  case 7: board.begin(image: Int(step >> 4) % 3, slot: input.u8() % 4 == 3 ? Begin.anySlot : input.u8() % 3)
  case 8: board.write(image: Int(step >> 4) % 3, chunk: Int(input.u8()) % 9)
  case 9: board.send(Commit(digest: FuzzBoard.digests[Int(step >> 4) % 3]))
  case 10: board.send(Activate(slot: step >> 5, mode: step & 16 == 0 ? .test : .permanent))
  case 11:
    let (image, key) = (Int(step >> 4) % 3, input.u8())
    let manifest = TestKey.manifest(
      family: MeshExecutor.family, size: FuzzBoard.images[image].count, digest: FuzzBoard.digests[image],
      counter: UInt64(key >> 2), key: key & 3 + 1)
    board.begin(image: image, slot: Begin.anySlot, manifest: manifest)
  case 12: board.send(Provision(key: TestKey.key(step >> 6 + 1), replacesOthers: step & 16 != 0))
  case 13: board.flash(image: Int(step >> 4) % 3)
  case 14: fuzzOtherLinks(board, step >> 4, &input)
  default:
    let survival = Survival.allCases[Int(step >> 4) % 3]
    board.checkInvariants()
    board.restart(with: board.device.platform.storage.afterLoss(survival, seed: UInt64(step)))
    board.checkInvariants()
    board.send(Hello(nonce: 8, minimumMajor: 1, maximumMajor: 1))
  }
}

/// Time, control requests, guests, and the link's end.
private func fuzzOtherLinks(_ board: FuzzBoard, _ choice: UInt8, _ input: inout FuzzInput) {
  switch choice % 6 {
  case 0: board.wait(milliseconds: UInt64(input.u16()))
  case 1: board.withDevice { $0.controlReset(nonce: 1) }
  case 2: board.withDevice { $0.detach() }
  case 3:
    var buffer = [UInt8](repeating: 0, count: Int(input.u8()))
    let count = buffer.withUnsafeMutableBytes { bytes in
      board.withDevice { choice & 8 == 0 ? $0.controlStatus(into: bytes) : $0.controlInfo(into: bytes) }
    }
    require(count <= buffer.count, "more than was asked for")
  case 4:
    var buffer = [UInt8](repeating: 0, count: 1024)
    let header = FrameHeader(type: input.u8(), session: UInt32(input.u8()), sequence: 3)
    let count = buffer.withUnsafeMutableBytes { bytes in
      board.withDevice { $0.answerGuest(header, isHeld: true, into: bytes) }
    }
    require(count >= 32, "a guest without an answer")
  default: board.send(Hello(nonce: UInt64(input.u8()), minimumMajor: 1, maximumMajor: 1))
  }
}
