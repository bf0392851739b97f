import BoardCore
import WireProtocol

extension Fault {
  /// Boards that break the rules of flashing and activation.
  static var flashing: [Fault] {
    [
      .grants(.oversize, "BEGIN of no bytes"),
      .grants(.wrongFamily, "BEGIN for another family"),
      .grants(.wrongTarget, "BEGIN for another target"),
      .grants(.noSuchSlot, "BEGIN for a slot that is not there"),
      .grants(.slotActive, "BEGIN for the active slot"),
      .changes(.beginAnswer, "BEGIN makes the slot receiving") { payload, _ in payload[4] ^= 1 },
      .changes(.beginAnswer, "the board's own choice", on: .empty) { payload, record in
        record.counter += 1
        if record.counter == 2 { payload[0] ^= 1 }
      },
      .grants(.notReceiving, "WRITE before BEGIN"),
      .changes(.writeAnswer, "WRITE tells what is held") { payload, _ in payload[8] = 0 },
      .grants(.misaligned, "WRITE at an offset within a chunk"),
      .grants(.outOfRange, "WRITE beyond the image"),
      .changes(.writeAnswer, "WRITE of a chunk that is held") { payload, record in
        record.counter &+= 1
        payload[8] = record.counter
      },
      .answers("BEGIN of the same image tells which ranges are held") { header, payload, _ in
        guard header.message == .beginAnswer else { return [(header, payload)] }
        return [(header, Array(payload[..<2]) + [0, 0] + payload[4..<8])]
      },
      .requests("ABORT makes the receiving slot empty") { header, payload, record in
        guard header.message == .abort else { return [(header, payload)] }
        record.reply(.abortAnswer, header, [])
        return []
      },
      .grants(.missingRanges, "COMMIT of an image with gaps"),
      .grants(.hashMismatch, "COMMIT of other bytes"),
      .changes(.commitAnswer, "COMMIT tells slot, size and hash") { payload, _ in payload[8] ^= 1 },
      .grants(.notReceiving, "COMMIT without BEGIN"),
      .changes(.commitAnswer, "COMMIT of an image that is verified") { payload, record in
        record.counter += 1
        if record.counter == 2 { payload[16] ^= 1 }
      },
      .changes(.beginAnswer, "BEGIN of an image that is there") { payload, _ in payload[1] = 1 },
      .changes(.readBackAnswer, "READBACK tells hashes") { payload, _ in payload[payload.count - 1] ^= 1 },
      .changes(.readBackAnswer, "READBACK tells the data") { payload, _ in payload[payload.count - 1] ^= 1 },
      .grants(.outOfRange, "READBACK beyond the slot"),
      .grants(.noSuchSlot, "READBACK of a slot that is not there"),
      .grants(.tooLong, "READBACK of more data"),
    ]
  }

  static var slots: [Fault] {
    [
      .grants(.notVerified, "ACTIVATE of a slot without"),
      .grants(.noSuchSlot, "ACTIVATE of a slot that is not there"),
      .grants(.malformed, "ACTIVATE with an unknown mode"),
      .answers("ACTIVATE of bytes that are no image") { header, payload, record in
        guard header.message == .error, record.requests[header.sequence] == MessageType.activate.rawValue else {
          return [(header, payload)]
        }
        return [
          (FrameHeader(type: 0x95, session: header.session, sequence: header.sequence), [1, 1, 0, 0, 0, 0, 0, 0])
        ]
      },
      .grants(.otherBoot, "CONFIRM of another start"),
      .grants(.noActiveImage, "CONFIRM without an active image", on: .empty),
      .changes(.activateAnswer, "ACTIVATE on trial") { payload, _ in payload[1] ^= 1 },
      .changes(.confirmAnswer, "CONFIRM of this start") { payload, _ in payload[1] ^= 1 },
      .changes(.activateAnswer, "ACTIVATE for good") { payload, _ in payload[1] ^= 1 },
      .changes(.rollbackAnswer, "ROLLBACK goes back") { payload, _ in payload[0] ^= 1 },
      .changes(.statusAnswer, "ACTIVATE clears the machine") { payload, _ in payload[12] = 3 },
    ]
  }

  static var signatures: [Fault] {
    [
      .changesInfo("a board is locked exactly") { info, _ in info[info.startIndex + 3] |= 1 },
      .grants(.badSignature, "a locked board refuses BEGIN without a manifest", on: .locked),
      .changes(.error, "a locked board refuses a manifest of another key", on: .locked) { payload, _ in payload[8] = 3
      },
      .grants(.locked, "a locked board lets no data out", on: .locked),
      .grants(.locked, "a locked board pins no key", on: .locked),
      .grants(.notSupported, "a board that cannot verify", on: .cannotVerify),
      .grants(.badSignature, "a manifest of another family"),
      .grants(.badSignature, "bytes that are no manifest"),
      .grants(.wrongTarget, "a manifest for other hardware revisions"),
      .answers("a manifest that fits") { header, payload, record in
        guard header.message == .beginAnswer, record.manifests.contains(header.sequence) else {
          return [(header, payload)]
        }
        return [
          (
            FrameHeader(type: 0xFF, session: header.session, sequence: header.sequence),
            [21] + [UInt8](repeating: 0, count: 23)
          )
        ]
      },
    ]
  }

  static var restarts: [Fault] {
    [
      .changes(.resetAnswer, "RESET tells the boot identifier") { payload, _ in payload[0] ^= 0xFF },
      {
        var fault = Fault(rule: "what is verified and what is active")
        fault.losesStore = true
        return fault
      }(),
      .grants(.otherBoot, "CONFIRM with the identifier of an earlier start"),
      {
        var fault = Fault(rule: "an image on trial is given up")
        fault.change = { $0.trialStarts = 200 }
        return fault
      }(),
    ]
  }
}
