import FixedPoint
import Testing
import WireProtocol

@Suite struct FrameTests {
  @Test("A sealed frame scans to what was sealed, at every payload size around the packet size")
  func roundTrip() throws {
    var random = RandomStream(seed: 1, stream: 0)
    for length in 0...300 {
      let payload = (0..<length).map { _ in UInt8(random.below(256)) }
      for packet in [0, 64] {
        let bytes = try sealed(type: .write, payload: payload, session: 9, sequence: UInt32(length), packet: packet)
        if packet > 0 { #expect(bytes.count % packet != 0) }
        let scan = bytes.withUnsafeBytes { FrameCodec.scan($0, maximumPayload: 300) }
        guard case .frame(let header, let range, let total) = scan else {
          Issue.record("\(length) bytes: \(scan)")
          return
        }
        #expect(header.message == .write && header.session == 9 && header.sequence == UInt32(length))
        #expect(Array(bytes[range]) == payload)
        #expect(total == bytes.count)
      }
    }
  }

  @Test("Every truncation of a frame asks for more and never for less than there is")
  func truncation() throws {
    let bytes = try sealed(type: .hello, payload: Array(0..<50), session: 1, sequence: 2, packet: 0)
    for count in 0..<bytes.count {
      let scan = bytes[..<count].withUnsafeBytes { FrameCodec.scan($0, maximumPayload: 64) }
      guard case .needMore(let needed) = scan else {
        Issue.record("\(count) bytes: \(scan)")
        return
      }
      #expect(needed > count && needed <= bytes.count)
    }
  }

  @Test("The length of a header with a wrong checksum is never believed")
  func hugeLength() throws {
    var bytes = try sealed(type: .write, payload: [1, 2, 3], session: 1, sequence: 2, packet: 0)
    bytes[19] = 0x7F
    guard case .damaged(.headerChecksum, let skip) = bytes.withUnsafeBytes({ FrameCodec.scan($0, maximumPayload: 64) })
    else {
      Issue.record("the damage was not seen")
      return
    }
    #expect(skip <= bytes.count)
  }

  @Test("No single flipped bit of a frame goes unnoticed, apart from those of the pad")
  func flippedBits() throws {
    let bytes = try sealed(type: .run, payload: Array(repeating: 7, count: 32), session: 1, sequence: 2, packet: 64)
    for bit in 0..<bytes.count * 8 {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      let scan = changed.withUnsafeBytes { FrameCodec.scan($0, maximumPayload: 64) }
      if bit / 8 >= bytes.count - FrameLayout.padBytes {
        guard case .frame = scan else { throw Unexpected(scan: scan) }
      } else {
        guard case .damaged = scan else { throw Unexpected(scan: scan) }
      }
    }
  }

  struct Unexpected: Error { let scan: FrameScan }
}

@Suite struct AssemblerTests {
  @Test("A stream cut anywhere yields the same frames as in one piece", arguments: [1, 7, 31, 64, 100_000])
  func pieces(size: Int) throws {
    var stream: [UInt8] = []
    for sequence in 1...50 {
      stream += try sealed(
        type: .write, payload: Array(repeating: UInt8(sequence), count: sequence * 5), session: 3,
        sequence: UInt32(sequence), packet: 64)
    }
    #expect(
      assemble(stream, pieceSize: size, memory: 2 * FrameLayout.frameBytes(payload: 256)).sequences == Array(1...50))
    #expect(assemble(stream, pieceSize: size, memory: FrameLayout.frameBytes(payload: 256)).sequences == Array(1...50))
  }

  @Test("After damage the frames behind it are found again, also behind a refused long one")
  func resynchronisation() throws {
    func good(_ sequence: UInt32) throws -> [UInt8] {
      try sealed(type: .stats, payload: [1], session: 3, sequence: sequence, packet: 0)
    }
    var damaged = try good(2)
    damaged[9] ^= 4
    let long = try sealed(
      type: .write, payload: try (0..<20).flatMap { _ in try good(99) }, session: 3, sequence: 4, packet: 0)
    let stream = try good(1) + damaged + good(3) + long + [0x53, 0x4E, 0x53] + good(5)
    for piece in [1, 10, 1000] {
      let found = assemble(stream, pieceSize: piece, memory: 2 * FrameLayout.frameBytes(payload: 256))
      #expect(found.sequences == [1, 3, 5])
      #expect(found.damages >= 3)
    }
  }

  @Test("10,000 mutated streams neither crash nor yield a frame that was not sent")
  func mutations() throws {
    var random = RandomStream(seed: 7, stream: 1)
    let frames: [[UInt8]] = try (0..<8).map { index in
      let payload = (0..<Int(random.below(200))).map { _ in UInt8(random.below(256)) }
      return try sealed(
        type: MessageType.allCases[index], payload: payload, session: 5, sequence: UInt32(index), packet: 64)
    }
    let sent = Set(frames)
    for _ in 0..<10_000 {
      var stream = frames.flatMap { random.below(4) == 0 ? $0 + $0 : $0 }
      for _ in 0...random.below(6) {
        let at = Int(random.below(UInt32(stream.count)))
        switch random.below(4) {
        case 0: stream[at] ^= 1 << UInt8(random.below(8))
        case 1: stream.remove(at: at)
        case 2: stream.insert(UInt8(random.below(256)), at: at)
        default: stream.removeSubrange(at..<min(at + Int(random.below(100)), stream.count))
        }
        if stream.isEmpty { break }
      }
      let found = assemble(
        stream, pieceSize: Int(random.below(400)) + 1, memory: 2 * FrameLayout.frameBytes(payload: 256))
      for (header, payload) in found.frames {
        let again = try sealed(
          type: MessageType(rawValue: header.type) ?? .error, payload: payload, session: header.session,
          sequence: header.sequence, packet: 64)
        #expect(sent.contains(again))
      }
    }
  }
}

/// The frames that an assembler finds in a stream that arrives in pieces.
func assemble(
  _ stream: [UInt8], pieceSize: Int, memory count: Int
) -> (sequences: [Int], damages: Int, frames: [(FrameHeader, [UInt8])]) {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
  defer { memory.deallocate() }
  var assembler = FrameAssembler(memory: memory, maximumPayload: 256)
  var frames: [(FrameHeader, [UInt8])] = []
  var damages = 0
  var next = 0
  while true {
    let space = assembler.space
    let piece = min(pieceSize, stream.count - next, space.count)
    if piece > 0 { space.copyBytes(from: stream[next..<next + piece]) }
    assembler.received(piece)
    next += piece
    collecting: while true {
      switch assembler.next() {
      case .frame(let header, let payload): frames.append((header, Array(payload)))
      case .damaged: damages += 1
      case .needMore: break collecting
      }
    }
    if next == stream.count { break }
  }
  return (frames.map { Int($0.0.sequence) }, damages, frames)
}

/// A frame's bytes.
func sealed(
  type: MessageType, payload: [UInt8], session: UInt32, sequence: UInt32, packet: Int
) throws -> [UInt8] {
  var buffer = [UInt8](repeating: 0, count: FrameLayout.frameBytes(payload: payload.count))
  buffer.replaceSubrange(FrameLayout.headerBytes..<FrameLayout.headerBytes + payload.count, with: payload)
  let header = FrameHeader(
    type: type.rawValue, session: session, sequence: sequence, length: UInt32(payload.count))
  let count = try buffer.withUnsafeMutableBytes { try FrameCodec.seal(header, in: $0, packetBytes: packet) }
  return Array(buffer[..<count])
}
