import BoardCore
import BoardLink
import FixedPoint
import WireProtocol

/// A host does its work with a board that answers as the bytes say.
func fuzzHost(_ bytes: UnsafeRawBufferPointer) {
  var input = FuzzInput(bytes)
  let work = input.u8()
  let board = FuzzBoard(storage: FuzzBoard.flashed.afterLoss(.nothing, seed: 0))
  let transport = FuzzTransport(board: board, input: input)
  let options = LinkOptions(timeout: .seconds(5), attempts: 2, reconnectTime: .zero)
  do {
    let session = try BoardSession(over: transport, options: options)
    // What a board says of itself is shown to people.
    require(!"\(session.description)".isEmpty, "a description")
    try fuzzWork(session, work)
  } catch {
    require(!"\(error)".isEmpty, "an error without words")
  }
}

private func fuzzWork(_ session: BoardSession, _ work: UInt8) throws {
  let image = FuzzBoard.images[Int(work >> 4) % 3]
  switch work & 7 {
  case 0, 1:
    let activation: FlashActivation = work & 8 == 0 ? .test : .permanent
    let result = try image.withUnsafeBytes { try session.flash($0, activation: activation) }
    require(result.bytesHeld <= UInt64(image.count), "more bytes held than there are")
  case 2, 3:
    let shape = RunShape(inputs: 2, inputTicks: 4, totalTicks: 6, outputs: 1)
    try session.run(samples: 0..<3, shape: shape) { sample, buffer in
      for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: index &* 37 &+ sample) }
    } receive: { _, result in
      require(result.counts.count == 6, "a result of another shape")
    }
  case 4: try image.withUnsafeBytes { try session.verify($0) }
  case 5:
    _ = try session.hash(range: 0..<1000)
    _ = try session.readBack(range: 0..<2000)
  case 6:
    try session.activate(slot: 1, mode: .test)
    try session.confirm()
    try session.rollback()
  default:
    try session.abort()
    _ = try session.refresh()
    try session.reset()
  }
}

/// A board in this process whose answers are changed, replaced or followed by others; nothing waits for time.
private final class FuzzTransport: Transport {
  let address = DeviceAddress.socket(path: "/nonexistent/fuzz-board")
  var packetBytes: Int { 64 }
  private let board: FuzzBoard
  private var input: FuzzInput
  private var toHost: [UInt8] = []
  private var exchanges = 0

  init(board: FuzzBoard, input: FuzzInput) {
    self.board = board
    self.input = input
  }

  func close() {}

  func exchange(
    sending: UnsafeRawBufferPointer, receiving: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(BoardLinkError) -> (sent: Int, received: Int) {
    exchanges += 1
    // A host that asks for ever is stopped; one that waits for what will not come is told so.
    guard exchanges < 2000, !(sending.isEmpty && toHost.isEmpty) else { throw .disconnected(address) }
    var rest = sending
    while case .frame(let header, _, let total) = FrameCodec.scan(rest, maximumPayload: FrameLayout.greatestPayload) {
      board.send(UnsafeRawBufferPointer(rebasing: rest[..<total]))
      rest = UnsafeRawBufferPointer(rebasing: rest[total...])
      answer(header)
    }
    require(rest.isEmpty, "the host sends something that is no frame")
    let count = min(receiving.count, toHost.count)
    receiving.copyBytes(from: toHost[..<count])
    toHost.removeFirst(count)
    return (sending.count, count)
  }

  private func answer(_ request: FrameHeader) {
    let right = board.output
    board.output.removeAll(keepingCapacity: true)
    let choice = input.u8()
    switch choice & 7 {
    // Zeros, which stand behind the input's end, are the right answer.
    case 0: toHost += right
    case 1: toHost += changed(right)
    case 2:
      // Several changes.
      toHost += changed(changed(right))
    case 3:
      toHost += made(request)
    case 4:
      toHost += made(request) + right
    case 5:
      toHost += right + made(request)
    case 6: toHost += input.take(Int(input.u8()))
    default: break
    }
  }

  /// The first frame with some bytes of its payload replaced, and sealed again.
  private func changed(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { all in
      guard case .frame(let header, let range, let total) = FrameCodec.scan(all, maximumPayload: 1 << 20) else {
        return bytes
      }
      var payload = Array(all[range])
      let place = Int(input.u16()) % max(payload.count, 1)
      let count = Int(input.u8() & 7) + 1
      for (index, byte) in input.take(count).enumerated() where place + index < payload.count {
        payload[place + index] = byte
      }
      if input.u8() & 7 == 7 { payload.removeLast(min(payload.count, Int(input.u8()))) }
      let frame = payload.withUnsafeBytes {
        sealedFrame(type: header.type, session: header.session, sequence: header.sequence, payload: $0)
      }
      return frame + all[total...]
    }
  }

  /// A frame of any type and payload, mostly with the request's number.
  private func made(_ request: FrameHeader) -> [UInt8] {
    let type = input.u8()
    let numbering = input.u8()
    let payload = input.take(Int(input.u8()))
    return sealedFrame(
      type: type, session: numbering & 1 == 0 ? request.session : UInt32(numbering),
      sequence: numbering & 2 == 0 ? request.sequence : UInt32(numbering), payload: payload)
  }
}
