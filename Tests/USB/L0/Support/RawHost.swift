import BoardCore
import WireProtocol

/// A host that sends what it is told, over a good link, for requests that `BoardSession` does not make in that way.
struct RawHost {
  private let board: MemoryBoard
  private var sequence: UInt32 = 0
  private(set) var session: UInt32 = 0

  /// Opens a session.
  init(_ board: MemoryBoard) throws {
    self.board = board
    let answer: HelloAnswer = try ask(Hello(nonce: 0x5241_5748, minimumMajor: 1, maximumMajor: 1))
    session = answer.session
  }

  /// Sends a request and returns its answer; a refusal is thrown as `BoardError`.
  mutating func ask<Request: WireMessage, Answer: WireMessage>(_ request: Request, body: [UInt8] = []) throws -> Answer
  {
    sequence &+= 1
    let frame = (encoded(request) + body).withUnsafeBytes {
      sealedFrame(type: Request.type.rawValue, session: session, sequence: sequence, payload: $0)
    }
    for frame in board.answers(to: frame) {
      let answer = try frame.withUnsafeBytes { bytes -> Answer? in
        guard case .frame(let header, let range, _) = FrameCodec.scan(bytes, maximumPayload: 1 << 20) else {
          return nil
        }
        let payload = UnsafeRawBufferPointer(rebasing: bytes[range])
        if header.message == .error { throw try BoardError(payload: payload) }
        return header.message == Answer.type ? try Answer(payload: payload) : nil
      }
      if let answer { return answer }
    }
    throw BoardError(.malformed)
  }

  /// Writes, commits and activates an image with a manifest that key `key` has signed.
  mutating func flash(_ image: ProbeImage, counter: UInt64, key: UInt8, _ mode: Activate.Mode) throws {
    let manifest = TestKey.manifest(
      family: ProbeExecutor.family, size: image.bytes.count, digest: image.digest, counter: counter, key: key)
    var begin = Begin(
      slot: Begin.anySlot, family: ProbeExecutor.family, size: UInt64(image.bytes.count), digest: image.digest,
      targetDigest: board.profile.targetDigest)
    begin.manifestBytes = UInt32(manifest.count)
    let begun: BeginAnswer = try ask(begin, body: manifest)
    if begun.state != .verified {
      let chunk = board.profile.chunkBytes
      for start in stride(from: 0, to: image.bytes.count, by: chunk) {
        let data = Array(image.bytes[start..<min(start + chunk, image.bytes.count)])
        let _: WriteAnswer = try ask(Write(offset: UInt64(start)), body: data)
      }
      let _: CommitAnswer = try ask(Commit(digest: image.digest))
    }
    let _: ActivateAnswer = try ask(Activate(slot: begun.slot, mode: mode))
  }

  mutating func confirm() throws {
    let info: BoardInfo = try ask(GetInfo())
    let _: ConfirmAnswer = try ask(Confirm(bootIdentifier: info.bootIdentifier))
  }
}
