import FixedPoint
import WireProtocol

/// The frames in some bytes are the same however the bytes are cut.
func fuzzFrames(_ bytes: UnsafeRawBufferPointer) {
  var input = FuzzInput(bytes)
  let choice = input.u8()
  let piece = Int(input.u8()) + 1
  let maximum = choice & 1 == 0 ? 512 : 2048
  let stream = input.rest()
  var scanned: [FrameHeader] = []
  var rest = stream
  scan: while !rest.isEmpty {
    switch FrameCodec.scan(rest, maximumPayload: UInt32(maximum)) {
    case .frame(let header, let payload, let total):
      require(payload.upperBound <= total && total <= rest.count, "a frame outside its bytes")
      require(payload.count == Int(header.length) && payload.count <= maximum, "a payload of another length")
      scanned.append(header)
      rest = UnsafeRawBufferPointer(rebasing: rest[total...])
    case .needMore(let count):
      require(count > rest.count && count <= FrameLayout.frameBytes(payload: maximum), "a need that is none")
      break scan
    case .damaged(_, let skip):
      require(skip > 0, "damage that is not passed")
      rest = UnsafeRawBufferPointer(rebasing: rest[min(skip, rest.count)...])
    }
  }
  let memory = UnsafeMutableRawBufferPointer.allocate(
    byteCount: FrameLayout.frameBytes(payload: maximum) * (choice & 2 == 0 ? 1 : 2), alignment: 16)
  defer { memory.deallocate() }
  var assembler = FrameAssembler(memory: memory, maximumPayload: UInt32(maximum))
  var assembled = 0
  var sent = 0
  while true {
    let space = assembler.space
    let count = min(piece, space.count, stream.count - sent)
    space.copyBytes(from: stream[sent..<sent + count])
    assembler.received(count)
    sent += count
    var asksForMore = false
    while !asksForMore {
      switch assembler.next() {
      case .frame(let header, let payload):
        require(assembled < scanned.count && scanned[assembled] == header, "another frame when cut in pieces")
        require(payload.count == Int(header.length), "a payload of another length")
        assembled += 1
      case .damaged: break
      case .needMore: asksForMore = true
      }
    }
    if count == 0 { break }
  }
  require(sent == stream.count, "bytes that nobody takes")
  require(assembled == scanned.count, "a frame is missing when cut in pieces")
}
