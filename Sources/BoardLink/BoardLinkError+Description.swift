import WireProtocol

extension BoardLinkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badAddress(let text):
      "'\(text)' is not a device: write usb:SERIAL, usb@BUS-PORT, unix:PATH or serial:PATH"
    case .notABoard(let address, let identity):
      "the device at \(address) (\(identity)) is no board, although it has the numbers of one: it is left alone"
    case .noDevice(let address):
      "no board answers at \(address): check the address with 'snnmap devices', or start one with 'snnmap serve'"
    case .noDevices(let folder):
      "no board found on USB or in \(folder): plug one in, start one with 'snnmap serve', or name one with --device"
    case .closedFolder(let folder, let reason):
      "boards in \(folder) were not looked for: \(reason); mend that, or set XDG_RUNTIME_DIR to a folder of your own"
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
      "the board refused \(request.label): \(error.explanation(of: request))"
    case .version(let boardMinimum, let boardMaximum, let hostMinimum, let hostMaximum):
      "no common protocol version: the board speaks \(boardMinimum) to \(boardMaximum), "
        + "this program \(hostMinimum) to \(hostMaximum); use a later snnmap, or other firmware"
    case .badAnswer(let request, let error):
      "the board's answer to \(request.label) breaks the protocol: \(error.explanation); update its firmware, "
        + "and see 'snnmap conformance'"
    case .damagedLink(let error):
      "frames arrive damaged again and again (\(error.explanation)): look at cable and connectors, and "
        + "repeat the command"
    case .notAnImage:
      "the file is not an image: write one with 'snnmap compile'"
    case .tooManyInputs(let lines, let capacity):
      "\(lines) input lines spike in one tick, but the board keeps at most \(capacity) spikes"
    case .strayReadout(let tick, let output):
      "the board told a membrane of output \(output) in tick \(tick), which was not asked for; flash the image again"
    case .strayOutput(let tick, let index):
      "the board sent a spike of output \(index) in tick \(tick), which the image does not have"
    case .cannotStream(let address):
      "the firmware of the board at \(address) cannot stream spikes (its INFO does not offer it, as that of "
        + "protocols before 1.2 does not); update it"
    case .lateInput(let tick, let completeBefore):
      "input for tick \(tick) comes late: the input of the ticks below \(completeBefore) was complete"
    case .unorderedInput(let tick, let index):
      "input line \(index) in tick \(tick) is out of order: spikes ascend by tick, then by input line, each once"
    case .noChip(let family):
      "no device for the family \(family) found on USB: plug one in, or look with 'snnmap devices'"
    case .uncertain(let addresses, let family):
      "nothing says that this is a device of the family \(family), and no other program's device is spoken to: if it is "
        + "one, name it with --device (\(addresses.map(\.description).joined(separator: ", ")))"
    case .silent(let address, let operation, let milliseconds):
      "the device at \(address) says nothing within \(milliseconds) ms (\(operation)): check that its chip is programmed, "
        + "and plug it in again"
    case .noSilence(let address):
      "the device at \(address) does not stop talking: it is no chip of this family, or plug it in again"
    case .wrongAnswer(let address, let operation, let expected, let found):
      "the device at \(address) answered \(found) instead of \(expected) (\(operation)): plug it in again and repeat the "
        + "command"
    case .strayAnswer(let address, let operation, let what):
      "the device at \(address) told \(what) (\(operation)): flash the image again"
    case .lineError(let address, let status):
      "bytes from \(address) were lost or damaged (line status \(status)): check the wiring, and repeat the command"
    case .tooGreatInput(let line, let tick, let count, let limit):
      "\(count) spikes on input line \(line) in tick \(tick); the chip takes at most \(limit): encode the samples with a "
        + "smaller range"
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
    case .provision, .provisionAnswer: "PROVISION"
    case .clear, .clearAnswer: "CLEAR"
    case .spikesIn, .spikesInAnswer: "SPIKES_IN"
    case .run, .runAnswer: "RUN"
    case .state, .stateAnswer: "STATE"
    case .stats, .statsAnswer: "STATS"
    case .stream, .streamAnswer: "STREAM"
    case .streamIn: "STREAM_IN"
    case .credit: "CREDIT"
    case .spikesOut: "SPIKES_OUT"
    case .membranesOut: "MEMBRANES_OUT"
    case .streamOut: "STREAM_OUT"
    case .progress: "PROGRESS"
    case .error: "ERROR"
    }
  }
}
