import BoardCore
import BoardLink
import FixedPoint
import WireProtocol

/// One rule of the protocol that a board in memory breaks.
struct Fault {
  /// A frame's header and payload.
  typealias Frame = (FrameHeader, [UInt8])

  /// The board that is broken.
  var board = TestBoard.active
  /// The rule's beginning, as `ConformanceCheck` tells it.
  var rule = ""
  var keepsHolder = false
  var losesStore = false
  var linkPacketBytes: Int?
  /// What kind of link it is.
  var address = DeviceAddress.socket(path: "memory")
  var change: (inout BoardProfile) -> Void = { _ in }
  /// What becomes of bytes from the host.
  var incoming: ([UInt8], FaultRecord) -> [UInt8] = { bytes, _ in bytes }
  var changesAnswers = false
  /// What becomes of a frame from the board.
  var outgoing: (FrameHeader, [UInt8], FaultRecord) -> [Frame] = { header, payload, _ in [(header, payload)] }
}

/// What a fault remembers.
final class FaultRecord {
  var requests: [UInt32: UInt8] = [:]
  var nonces: [UInt32: UInt64] = [:]
  var manifests: Set<UInt32> = []
  var counter: UInt8 = 0
  private var replies: [Fault.Frame] = []

  func reply(_ type: MessageType, _ request: FrameHeader, _ payload: [UInt8]) {
    replies.append(
      (FrameHeader(type: type.rawValue, session: request.session, sequence: request.sequence), payload))
  }

  func takeReplies() -> [UInt8] {
    defer { replies = [] }
    return replies.flatMap { sealed($0.0, $0.1, packetBytes: 0) }
  }
}

extension Fault {
  /// A board that grants what it has to refuse: instead of ERROR with this code it sends an answer of zeros.
  static func grants(_ code: BoardErrorCode, _ rule: String, on board: TestBoard = .active) -> Fault {
    answers(rule, on: board) { header, payload, record in
      guard header.message == .error, payload[0] == UInt8(code.rawValue), payload[1] == 0 else {
        return [(header, payload)]
      }
      var header = header
      header.type = (record.requests[header.sequence] ?? 0) | 0x80
      return [(header, [UInt8](repeating: 0, count: 64))]
    }
  }

  /// A board that sends other frames than it should.
  static func answers(
    _ rule: String, on board: TestBoard = .active,
    _ outgoing: @escaping (FrameHeader, [UInt8], FaultRecord) -> [Frame]
  ) -> Fault {
    var fault = requests(rule, on: board) { [($0, $1)] }
    fault.changesAnswers = true
    fault.outgoing = outgoing
    return fault
  }

  /// A board whose answers of one type are changed.
  static func changes(
    _ type: MessageType, _ rule: String, on board: TestBoard = .active,
    _ change: @escaping (inout [UInt8], FaultRecord) -> Void
  ) -> Fault {
    answers(rule, on: board) { header, payload, record in
      var payload = payload
      if header.message == type { change(&payload, record) }
      return [(header, payload)]
    }
  }

  /// A board whose INFO is changed, in GET_INFO's answer and in HELLO's.
  static func changesInfo(
    _ rule: String, on board: TestBoard = .active, _ change: @escaping (inout ArraySlice<UInt8>, FaultRecord) -> Void
  ) -> Fault {
    answers(rule, on: board) { header, payload, record in
      let start = header.message == .infoAnswer ? 0 : header.message == .helloAnswer ? 16 : payload.count
      var info = payload[start...]
      if start < payload.count { change(&info, record) }
      return [(header, Array(payload[..<start]) + info)]
    }
  }

  /// A board that takes other requests than were sent.
  static func requests(
    _ rule: String, on board: TestBoard = .active, _ change: @escaping (FrameHeader, [UInt8]) -> [Frame]
  ) -> Fault {
    requests(rule, on: board) { header, payload, _ in change(header, payload) }
  }

  static func requests(
    _ rule: String, on board: TestBoard = .active,
    _ change: @escaping (FrameHeader, [UInt8], FaultRecord) -> [Frame]
  ) -> Fault {
    var fault = Fault(board: board, rule: rule)
    fault.incoming = { bytes, record in
      let found = wholeFrames(bytes)
      // Bytes that are no whole frames go through as they are.
      guard found.reduce(0, { $0 + 32 + $1.1.count }) == bytes.count else { return bytes }
      return found.flatMap { header, payload in
        record.requests[header.sequence] = header.type
        if header.message == .begin && payload.count > 84 { record.manifests.insert(header.sequence) }
        return change(header, payload, record).flatMap { sealed($0.0, $0.1, packetBytes: 0) }
      }
    }
    return fault
  }

  /// A board that takes other bytes than were sent.
  static func bytes(_ rule: String, _ change: @escaping ([UInt8]) -> [UInt8]) -> Fault {
    var fault = Fault(rule: rule)
    fault.incoming = { bytes, _ in change(bytes) }
    return fault
  }
}

/// The whole frames at the front of some bytes.
func wholeFrames(_ bytes: [UInt8]) -> [Fault.Frame] {
  var result: [Fault.Frame] = []
  var start = 0
  while start < bytes.count {
    let next = bytes[start...].withUnsafeBytes { rest -> (Fault.Frame, Int)? in
      guard case .frame(let header, let payload, let total) = FrameCodec.scan(rest, maximumPayload: 1 << 20) else {
        return nil
      }
      return ((header, Array(rest[payload])), total)
    }
    guard let next else { return result }
    result.append(next.0)
    start += next.1
  }
  return result
}

/// A frame's bytes.
func sealed(_ header: FrameHeader, _ payload: [UInt8], packetBytes: Int) -> [UInt8] {
  var header = header
  header.length = UInt32(payload.count)
  var bytes = [UInt8](repeating: 0, count: FrameLayout.frameBytes(payload: payload.count))
  bytes.replaceSubrange(32..<32 + payload.count, with: payload)
  let sealedHeader = header
  let count = bytes.withUnsafeMutableBytes {
    (try? FrameCodec.seal(sealedHeader, in: $0, packetBytes: packetBytes)) ?? 0
  }
  return Array(bytes[..<count])
}

/// The frame with the CRC of its header made right.
func resealed(_ frame: [UInt8]) -> [UInt8] {
  var result = frame
  let crc = frame[0..<28].withUnsafeBytes { CRC32C.checksum(of: $0) }
  for index in 0..<4 { result[28 + index] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * index)) }
  return result
}
