import WireProtocol

extension BoardLinkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badAddress(let text):
      "'\(text)' is not a device: write unix:PATH, usb:SERIAL or usb@BUS-PORT"
    case .usbNotSupported(let address):
      "\(address): boards on USB come with a later version; this one drives virtual boards (unix:PATH)"
    case .noDevice(let address):
      "no board answers at \(address): check the address, or start one with 'snnmap serve'"
    case .noDevices(let folder):
      "no board found in \(folder): start one with 'snnmap serve', or name one with --device"
    case .ambiguous(let addresses):
      "several boards: name one with --device (\(addresses.map(\.description).joined(separator: ", ")))"
    case .access(let address, let reason):
      "no access to \(address): \(reason)"
    case .timeout(let request, let milliseconds):
      "the board did not answer \(request.label) within \(milliseconds) ms: reset it and try again"
    case .disconnected(let address):
      "the board at \(address) went away: connect it again and repeat the command"
    case .otherBoard(let address, let expected, let found):
      "another board answers at \(address): serial \(found) instead of \(expected)"
    case .differs(let slot, let offset):
      if let offset {
        "slot \(Self.slotName(slot)) differs from the image at byte \(offset): flash it again"
      } else {
        "slot \(Self.slotName(slot)) differs from the image: flash it again"
      }
    case .sizeDiffers(let slot, let board, let image):
      "slot \(Self.slotName(slot)) holds an image of \(board) bytes, not one of \(image): flash it first"
    case .noActiveSlot:
      "the board has no active image: flash one first"
    case .refused(let request, let error):
      "the board refused \(request.label): \(error.explanation)"
    case .version(let boardMinimum, let boardMaximum, let hostMinimum, let hostMaximum):
      "no common protocol version: the board speaks \(boardMinimum) to \(boardMaximum), "
        + "this program \(hostMinimum) to \(hostMaximum)"
    case .badAnswer(let request, let error):
      "the board's answer to \(request.label) breaks the protocol: \(error)"
    case .damagedLink(let error):
      "frames arrive damaged again and again: \(error)"
    case .notAnImage:
      "the file is not an image: write one with 'snnmap compile'"
    case .tooManyInputs(let lines, let capacity):
      "\(lines) input lines spike in one tick, but the board keeps at most \(capacity) spikes"
    case .strayReadout(let tick, let output):
      "the board told a membrane of output \(output) in tick \(tick), which was not asked for; flash the image again"
    case .strayOutput(let tick, let index):
      "the board sent a spike of output \(index) in tick \(tick), which the image does not have"
    case .cancelled:
      "interrupted"
    case .system(let operation, let reason):
      "\(operation): \(reason)"
    }
  }

  /// `0 → A`, `1 → B`.
  public static func slotName(_ slot: Int) -> String {
    switch slot {
    case 0: "A"
    case 1: "B"
    case 2: "C"
    case 3: "D"
    default: "\(slot)"
    }
  }
}

extension MessageType {
  /// The request's name in the protocol's text.
  public var label: String {
    switch self {
    case .getInfo, .infoAnswer: "GET_INFO"
    case .sessionReset, .sessionResetAnswer: "SESSION_RESET"
    case .getStatus, .statusAnswer: "GET_STATUS"
    case .hello, .helloAnswer: "HELLO"
    case .begin, .beginAnswer: "BEGIN"
    case .write, .writeAnswer: "WRITE"
    case .commit, .commitAnswer: "COMMIT"
    case .abort, .abortAnswer: "ABORT"
    case .readBack, .readBackAnswer: "READBACK"
    case .activate, .activateAnswer: "ACTIVATE"
    case .confirm, .confirmAnswer: "CONFIRM"
    case .rollback, .rollbackAnswer: "ROLLBACK"
    case .reset, .resetAnswer: "RESET"
    case .clear, .clearAnswer: "CLEAR"
    case .spikesIn, .spikesInAnswer: "SPIKES_IN"
    case .run, .runAnswer: "RUN"
    case .state, .stateAnswer: "STATE"
    case .stats, .statsAnswer: "STATS"
    case .spikesOut: "SPIKES_OUT"
    case .membranesOut: "MEMBRANES_OUT"
    case .progress: "PROGRESS"
    case .error: "ERROR"
    }
  }
}

extension BoardError {
  /// The error as a sentence's end.
  public var explanation: String {
    guard let known = knownCode else { return "error \(code) (detail \(detail)), which this version does not know" }
    switch known {
    case .malformed: return "the request is malformed at byte \(offset)"
    case .unknownType: return "it does not know request type \(detail)"
    case .noSession: return "the session is over; repeat the command"
    case .version: return "no common protocol version; it speaks \(detail >> 8) to \(detail & 255)"
    case .twoHosts: return "busy: two hosts (another program holds the board; wait for it to end)"
    case .headerChecksum: return "a frame's header arrived damaged"
    case .payloadChecksum: return "a frame's payload arrived damaged"
    case .tooLong: return "the frame is longer than its \(detail) bytes"
    case .outOfSequence: return "a request is missing before this one (expected number \(detail))"
    case .busy: return "busy with an earlier request"
    case .slotActive: return "slot \(BoardLinkError.slotName(Int(detail))) is active; flash the other one"
    case .noSuchSlot: return "it has no slot \(BoardLinkError.slotName(Int(detail)))"
    case .oversize: return "the image is larger than a slot (\(offset) bytes)"
    case .wrongFamily: return "the image is for another family of chips"
    case .wrongTarget: return "the image was compiled for another target; compile it for this board's"
    case .badSignature: return "the signature is missing or wrong"
    case .rollbackCounter: return "the image is older than the board allows (counter \(detail))"
    case .outOfRange: return "the range ends behind byte \(offset)"
    case .misaligned: return "the offset is no multiple of \(detail)"
    case .notReceiving: return "no image is being received"
    case .missingRanges: return "bytes from \(offset) on are missing"
    case .hashMismatch: return "what it stored is not what was sent (flash memory may be bad)"
    case .notVerified: return "slot \(BoardLinkError.slotName(Int(detail))) holds no verified image"
    case .badImage: return "it cannot execute the image (fault at byte \(offset))"
    case .locked: return "it is locked"
    case .storage: return "its storage failed (error \(detail)); is it full?"
    case .otherBoot: return "it has started anew in between"
    case .nothingToRollBack: return "there is no earlier image to go back to"
    case .memory: return "the image needs \(detail) KiB of memory, more than it has"
    case .tooManyOutputs: return "the image has more than \(detail) outputs"
    case .noActiveImage: return "it has no active image; flash one first"
    case .lateTick: return "input for tick \(detail), which is over"
    case .unorderedSpikes: return "input spikes are out of order (spike \(offset))"
    case .duplicateSpike: return "input line \(detail) spikes twice in one tick (spike \(offset))"
    case .inputOutOfRange: return "it has no input line \(detail)"
    case .emptySpike: return "a spike of count 0 on input line \(detail)"
    case .inputOverflow: return "more than \(detail) input spikes wait"
    case .tooManyTicks: return "more than \(detail) ticks in one run"
    case .noSuchCore: return "the image does not use core \(detail), or the core has fewer neurons"
    }
  }
}
