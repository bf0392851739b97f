import BoardLink
import FixedPoint
import WireProtocol

/// A frame from the board, with its payload copied.
struct RawFrame {
  let header: FrameHeader
  let payload: [UInt8]

  /// What the frame is, for messages.
  var name: String {
    if header.message == .error {
      let error = try? read(BoardError.self)
      return "ERROR \(error.map { "\($0.code) (\($0.explanation))" } ?? "of \(payload.count) bytes")"
    }
    return header.message?.label ?? "a frame of type \(String(header.type, radix: 16))"
  }

  /// Whether it tells of bytes that were no frame.
  var isReportOfDamage: Bool {
    header.message == .error && header.sequence == 0
      && (try? read(BoardError.self))?.code == BoardErrorCode.headerChecksum.rawValue
  }

  func read<Message: WireMessage>(_ type: Message.Type) throws(ConformanceFailure) -> Message {
    let result = payload.withUnsafeBytes { bytes -> Result<Message, WireError> in
      do throws(WireError) {
        return .success(try Message(payload: bytes))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let message): return message
    case .failure(let error):
      throw .broken("\(header.message?.label ?? "its answer") of \(payload.count) bytes cannot be read: \(error)")
    }
  }

  /// What stands behind the first `count` bytes.
  func rest(after count: Int) -> ArraySlice<UInt8> { payload.dropFirst(count) }
}

/// Bytes to a board and frames from it, without the forgiveness of `BoardSession`.
final class RawLink {
  let transport: any Transport
  private let memory: UnsafeMutableRawBufferPointer
  private var assembler: FrameAssembler

  init(_ transport: any Transport) {
    self.transport = transport
    let most = FrameLayout.greatestPayload
    memory = .allocate(byteCount: 2 * FrameLayout.frameBytes(payload: Int(most)), alignment: 16)
    assembler = FrameAssembler(memory: memory, maximumPayload: most)
  }

  deinit {
    transport.close()
    memory.deallocate()
  }

  /// Sends bytes as they are, and takes what comes meanwhile.
  func send(_ bytes: [UInt8], within limit: Duration) throws(ConformanceFailure) {
    let deadline = ContinuousClock.now + limit
    var done = 0
    while done < bytes.count {
      guard ContinuousClock.now < deadline else { throw .broken("it took only \(done) of \(bytes.count) bytes") }
      done += try move(bytes[done...], until: deadline)
    }
  }

  /// The next frame; nil where none comes in time.
  func next(within limit: Duration) throws(ConformanceFailure) -> RawFrame? {
    let deadline = ContinuousClock.now + limit
    while true {
      switch assembler.next() {
      case .frame(let header, let payload): return RawFrame(header: header, payload: Array(payload))
      case .damaged(let error): throw .broken("it sent a damaged frame: \(error)")
      case .needMore:
        guard ContinuousClock.now < deadline else { return nil }
        _ = try move([], until: deadline)
      }
    }
  }

  /// A whole frame around a payload.
  func frame(
    _ type: UInt8, session: UInt32, sequence: UInt32, payload: [UInt8], aux: UInt32 = 0
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: FrameLayout.frameBytes(payload: payload.count))
    bytes.replaceSubrange(FrameLayout.headerBytes..<FrameLayout.headerBytes + payload.count, with: payload)
    let header = FrameHeader(
      type: type, session: session, sequence: sequence, length: UInt32(payload.count), aux: aux)
    let packetBytes = transport.packetBytes
    let count = bytes.withUnsafeMutableBytes { buffer -> Int in
      guard let count = try? FrameCodec.seal(header, in: buffer, packetBytes: packetBytes) else {
        fatalError("unreachable: the buffer holds the longest frame of this payload")
      }
      return count
    }
    return Array(bytes[..<count])
  }

  private func move(
    _ bytes: ArraySlice<UInt8>, until deadline: ContinuousClock.Instant
  ) throws(ConformanceFailure) -> Int {
    let space = assembler.space
    let transport = self.transport
    let moved = bytes.withUnsafeBytes { sending -> Result<(sent: Int, received: Int), BoardLinkError> in
      do throws(BoardLinkError) {
        return .success(try transport.exchange(sending: sending, receiving: space, until: deadline))
      } catch {
        return .failure(error)
      }
    }
    switch moved {
    case .success(let counts):
      assembler.received(counts.received)
      return counts.sent
    case .failure(let error): throw .broken("the link failed: \(error)")
    }
  }
}
