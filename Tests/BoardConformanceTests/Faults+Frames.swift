import BoardCore
import WireProtocol

extension Fault {
  /// Boards that break the rules of frames, requests, sessions and INFO.
  static var frames: [Fault] {
    [
      .bytes("a frame that arrives in pieces") { $0.count == 1 ? [] : $0 },
      .requests("two frames that arrive together") { header, payload, record in
        record.counter &+= header.message == .getStatus ? 1 : 0
        return header.message == .getStatus ? [] : [(header, payload)]
      },
      .bytes("the four bytes of a pad") { bytes in
        guard bytes.count > 32, bytes[7] & 1 != 0 else { return bytes }
        var bytes = bytes
        bytes[7] &= 0xFE
        return resealed(bytes)
      },
      {
        var fault = Fault(board: .packets, rule: "no frame of the board ends with a full packet")
        fault.linkPacketBytes = 64
        fault.change = { $0.packetBytes = 0 }
        return fault
      }(),
      .answers("bytes that are no frame") { header, payload, _ in
        header.message == .error && header.sequence == 0 ? [] : [(header, payload)]
      },
      .changes(.error, "a frame whose header is damaged") { payload, _ in
        if payload[0] == 6 { payload[0] = 7 }
      },
      .bytes("a damaged length is not believed") { bytes in
        bytes.count < 32 || frameIsRight(bytes) ? bytes : resealed(bytes)
      },
      .bytes("a frame of another layout") { bytes in
        guard bytes.count >= 32, bytes[4] == 9 else { return bytes }
        var bytes = bytes
        bytes[4] = 1
        return resealed(bytes)
      },
      .bytes("a frame whose payload is damaged") { bytes in
        guard bytes.count == 40, bytes[6] == MessageType.sessionReset.rawValue else { return bytes }
        return sealed(
          FrameHeader(type: bytes[6], session: 0, sequence: UInt32(bytes[12])), Array(bytes[32...]), packetBytes: 0)
      },
      .answers("a payload above the maximum is told of") { header, payload, _ in
        var header = header
        if header.message == .error && payload[0] == 8 { header.sequence = 0 }
        return [(header, payload)]
      },
      // It says that it takes more than it does.
      .changesInfo("a payload of the maximum is taken") { info, _ in info[info.startIndex + 17] = 0x20 },
      .grants(.unknownType, "a request of an unknown type"),
      .grants(.unknownType, "an answer sent to a board"),
      .requests("bytes behind the fields of a request") { header, payload in
        header.message == .getInfo && !payload.isEmpty
          ? [(FrameHeader(type: 0x7E, session: header.session, sequence: header.sequence), [])] : [(header, payload)]
      },
      .grants(.malformed, "a request that ends within its fields"),
      .grants(.malformed, "a list of another size"),
      .answers("every request has exactly one answer") { header, payload, _ in
        header.message == .readBackAnswer ? [(header, payload), (header, payload)] : [(header, payload)]
      },
    ]
  }

  static var sessions: [Fault] {
    [
      .changes(.helloAnswer, "HELLO is answered with its nonce") { payload, _ in payload[0] ^= 1 },
      .grants(.version, "HELLO without a common major version"),
      .nonces("HELLO that repeats the nonce") { _, record in
        record.counter += 1
        return UInt64(record.counter) << 32
      },
      .nonces("HELLO with another nonce") { _, _ in 5 },
      {
        // It takes every request for one of the session in progress.
        var current: UInt32 = 0
        var fault = Fault.answers("a request of an earlier session") { header, payload, _ in
          if header.message == .helloAnswer { current = header.session }
          return [(header, payload)]
        }
        let requests = Fault.requests("") { header, payload, _ in
          var header = header
          if header.message != .hello && header.message != .sessionReset { header.session = current }
          return [(header, payload)]
        }
        fault.incoming = requests.incoming
        return fault
      }(),
      .grants(.noSession, "without a session, requests that need one"),
      .changes(.infoAnswer, "GET_INFO, GET_STATUS and SESSION_RESET need no session") { payload, _ in payload[3] |= 2 },
      .requests("SESSION_RESET repeats its nonce") { header, payload, record in
        guard header.message == .sessionReset else { return [(header, payload)] }
        record.reply(.sessionResetAnswer, header, payload)
        return []
      },
      .answers("SESSION_RESET ends the request in progress") { header, payload, record in
        guard header.message == .sessionResetAnswer,
          let work = record.requests.first(where: { $0.value == MessageType.readBack.rawValue })
        else { return [(header, payload)] }
        let late = FrameHeader(type: MessageType.readBackAnswer.rawValue, session: 1, sequence: work.key)
        return [(header, payload), (late, [UInt8](repeating: 0, count: 48))]
      },
      .grants(.twoHosts, "a second link is refused as two hosts"),
      {
        var fault = Fault(rule: "the board is free for others")
        fault.keepsHolder = true
        return fault
      }(),
    ]
  }

  static var infos: [Fault] {
    [
      .changesInfo("the sizes in INFO") { info, _ in
        info[info.startIndex + 44] = 0; info[info.startIndex + 45] = 0
      },
      .changesInfo("target and serial are texts") { info, _ in info[info.startIndex + 129] = 0xFF },
      .changes(.infoAnswer, "INFO says that a session is open") { payload, _ in payload[3] &= 0xFD },
      .changesInfo("the boot identifier stays") { info, record in
        record.counter &+= 1
        info[info.startIndex + 56] = record.counter
      },
      .changesInfo("only a verified slot is active") { info, _ in info[info.startIndex + 160 + 3 * 48] = 2 },
      .changes(.statusAnswer, "STATUS names the session") { payload, _ in payload[2] = 0 },
    ]
  }

  /// A board that takes other nonces than HELLO brings, and tells those that it brought.
  private static func nonces(_ rule: String, _ other: @escaping (UInt64, FaultRecord) -> UInt64) -> Fault {
    var fault = answers(rule) { header, payload, record in
      var payload = payload
      if header.message == .helloAnswer, let nonce = record.nonces[header.sequence] { put(nonce, &payload) }
      return [(header, payload)]
    }
    fault.incoming =
      requests("") { header, payload, record in
        var payload = payload
        if header.message == .hello && payload.count >= 8 {
          let nonce = (0..<8).reduce(UInt64(0)) { $0 | UInt64(payload[$1]) << UInt64(8 * $1) }
          record.nonces[header.sequence] = nonce
          put(other(nonce, record), &payload)
        }
        return [(header, payload)]
      }.incoming
    return fault
  }

  private static func put(_ value: UInt64, _ bytes: inout [UInt8]) {
    for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
  }

  private static func frameIsRight(_ bytes: [UInt8]) -> Bool { resealed(bytes) == bytes }
}
