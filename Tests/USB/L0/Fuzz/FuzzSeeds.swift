import BoardCore
import BoardLink
import FixedPoint
import WireProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where fuzzing begins: the protocol's test vectors, frames of a real flash and run, real records and images.
enum FuzzSeeds {
  static func seeds(for target: FuzzTarget, vectors: [[UInt8]]) -> [[UInt8]] {
    switch target {
    case .frames:
      let flash = flashFrames()
      return (vectors + flash + [flash.prefix(6).flatMap { $0 }]).map { [3, 40] + $0 }
    case .messages: return messages(vectors + flashFrames())
    case .metadata: return metadata()
    case .image: return FuzzBoard.images.map { [0] + $0 }
    case .device: return device(vectors + flashFrames())
    case .host: return host()
    }
  }

  /// The frames in the files of `firmware-protocol/vectors`, by the files' names.
  static func vectors(folder: String) -> [[UInt8]] {
    var names: [String] = []
    guard let directory = opendir(folder) else { return [] }
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".txt") { names.append(name) }
    }
    closedir(directory)
    return names.sorted().flatMap { vectors(file: "\(folder)/\($0)") }
  }

  /// A vector's bytes stand in one or more lines before its meaning.
  private static func vectors(file path: String) -> [[UInt8]] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var result: [[UInt8]] = []
    var bytes: [UInt8] = []
    var line = [CChar](repeating: 0, count: 1 << 16)
    while fgets(&line, CInt(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.hasPrefix("hex: ") {
        let digits = text.dropFirst(5).compactMap(\.hexDigitValue)
        bytes += stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
      } else if text.hasPrefix("meaning: ") {
        result.append(bytes)
        bytes.removeAll()
      }
    }
    return result
  }

  /// What a host sends for a flash and a run, and what the board answers.
  static func flashFrames() -> [[UInt8]] {
    let board = FuzzBoard(storage: PageStorage(slotCount: 2, slotBytes: FuzzBoard.profile.slotBytes))
    var frames: [[UInt8]] = []
    func send(_ message: some WireMessage) {
      frames.append(
        encoded(message).withUnsafeBytes {
          sealedFrame(type: messageType(message), session: board.session, sequence: board.sequence + 1, payload: $0)
        })
      board.send(message)
    }
    board.flash(image: 0)
    frames.append(board.output)
    board.output.removeAll()
    send(GetInfo())
    send(ReadBack(slot: 0, content: .hash, offset: 0, length: 1000))
    send(Run(clearsFirst: true, ticks: 5, spikeCount: 0))
    send(StateRequest(core: 0, firstNeuron: 0, count: 2))
    send(StatsRequest())
    frames.append(board.output)
    return frames
  }

  private static func messageType<Message: WireMessage>(_ message: Message) -> UInt8 { Message.type.rawValue }

  /// Each frame's payload as every message that it may be: the number in front says which is tried.
  private static func messages(_ frames: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for frame in frames where frame.count >= FrameLayout.headerBytes {
      let payload = Array(frame.dropFirst(FrameLayout.headerBytes))
      for number in fuzzedMessages.indices where (number + payload.count) % 5 == 0 {
        result.append([UInt8(number)] + payload)
      }
    }
    for number in 0...fuzzedMessages.count { result.append([UInt8(number)] + [UInt8](repeating: 0, count: 160)) }
    result.append(
      [255] + TestKey.manifest(family: 1, size: 2, digest: Digest(), counter: 3, key: 1))
    return result
  }

  private static func metadata() -> [[UInt8]] {
    let storage = FuzzBoard.flashed
    let records = storage.metadataRecord(0) + storage.metadataRecord(1)
    let locked = FuzzBoard(storage: storage.afterLoss(.nothing, seed: 0))
    locked.send(Hello(nonce: 1, minimumMajor: 1, maximumMajor: 1))
    locked.begin(image: 1, slot: Begin.anySlot)
    locked.write(image: 1, chunk: 0)
    locked.send(Provision(key: TestKey.key(1)))
    let after = locked.device.platform.storage
    return [
      [0] + records, [3] + records, [3] + after.metadataRecord(0) + after.metadataRecord(1),
      [15] + after.metadataRecord(0).prefix(264) + after.metadataRecord(1).prefix(264),
    ]
  }

  private static func device(_ frames: [[UInt8]]) -> [[UInt8]] {
    var result = frames.map { [UInt8(0), 1, UInt8($0.count & 255), UInt8($0.count >> 8)] + $0 }
    for frame in frames where frame.count >= 32 {
      let payload = frame.dropFirst(32)
      result.append([0, 2 | 16, frame[6], 0, UInt8(payload.count & 255), UInt8(payload.count >> 8)] + payload)
    }
    let writes = (0..<7).flatMap { [UInt8(8 | 16), UInt8($0)] }
    result.append([1, 7 | 16, 3] + writes + [9 | 16, 10 | 16, 10 | 48, 15, 13, 14, 9, 0])
    result.append([0, 12, 11 | 16, 0] + writes + [9 | 16, 10 | 16, 15 | 32, 12 | 16])
    // STREAM, STREAM_IN and CREDIT by hand.
    result.append(
      [0, 2, 0x25, 0, 16, 1, 1, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0]
        + [2, 0x26, 0, 16, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 9] + [2, 0x25, 0, 16]
        + [UInt8](repeating: 0, count: 16))
    result.append(
      [0, 2, 0x25, 0, 16, 2, 1, 0, 0, 232, 3, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 14, 20, 0, 14, 20, 0])
    return result
  }

  private static func host() -> [[UInt8]] {
    var result: [[UInt8]] = []
    for work in UInt8(0)..<8 {
      result.append([work])
      for request in 0..<8 {
        let before = [UInt8](repeating: 0, count: request)
        result.append([work | 16] + before + [1, 3, 0, 0, 9])
        result.append([work] + before + [3, 0xFF, 0, 24, 7, 0, 1] + [UInt8](repeating: 0, count: 21))
        result.append([work] + before + [5, 0xB0, 0, 12, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1])
        result.append([work] + before + [4, 0xF0, 0, 24, 1] + [UInt8](repeating: 0, count: 23))
      }
    }
    return result
  }
}
