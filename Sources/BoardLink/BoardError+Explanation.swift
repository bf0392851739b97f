import WireProtocol

extension BoardError {
  /// The error as a sentence's end: what is the matter, and what to do.
  public var explanation: String {
    guard let known = knownCode else {
      return "error \(code) (detail \(detail)), which this version does not know; use a later one"
    }
    switch known {
    case .malformed: return "the request is malformed at byte \(offset); this program or the board's firmware is faulty"
    case .unknownType: return "it does not know request type \(detail); use later firmware"
    case .noSession: return "the session is over; repeat the command"
    case .version: return "no common protocol version; it speaks \(detail >> 8) to \(detail & 255)"
    case .twoHosts: return "busy: two hosts (another program holds the board; wait for it to end)"
    case .headerChecksum:
      return "a frame's header arrived damaged; look at cable and connectors, and repeat the command"
    case .payloadChecksum:
      return "a frame's payload arrived damaged; look at cable and connectors, and repeat the command"
    case .tooLong: return "the frame is longer than its \(detail) bytes; ask for less at a time"
    case .outOfSequence: return "a request is missing before this one (expected number \(detail)); repeat the command"
    case .busy: return "busy with an earlier request; wait for it to end, or reset the board with 'snnmap reset'"
    case .tooManyKeys: return "it has \(detail) keys already; replace them with 'snnmap keys provision --replace'"
    case .notSupported:
      return "its firmware cannot verify signatures; use the board unlocked, or other firmware"
    case .badSignature: return signatureExplanation
    case .locked: return "it is locked and lets no data out; compare hashes instead, as 'snnmap verify' does"
    case .slotActive, .noSuchSlot, .oversize, .wrongFamily, .wrongTarget, .rollbackCounter, .outOfRange, .misaligned,
      .notReceiving, .missingRanges, .hashMismatch, .notVerified, .badImage, .storage, .otherBoot, .nothingToRollBack,
      .memory, .tooManyOutputs:
      return flashExplanation(known)
    case .noActiveImage, .lateTick, .unorderedSpikes, .duplicateSpike, .inputOutOfRange, .emptySpike, .inputOverflow,
      .tooManyTicks, .noSuchCore, .notStreaming:
      return runExplanation(known)
    }
  }

  /// The error as the end of a sentence about a request.
  public func explanation(of request: MessageType) -> String {
    guard request == .provision && knownCode == .locked else { return explanation }
    return detail == 0
      ? "it is locked, and takes a key only from the owner of one that it has; name that secret key with --signed-by"
      : "it is locked, and the request was signed with a key that it does not have; sign it with one that it has"
  }

  private var signatureExplanation: String {
    switch SignatureFault(rawValue: detail) {
    case .noManifest: "it is locked, and the image is not signed; sign it with 'snnmap sign'"
    case .unknownKey:
      "it is locked, and does not have the key that the image was signed with; sign it with one that 'snnmap keys list' shows"
    case .wrongSignature: "the signature is not that of the key it names; sign the image again"
    case .otherFamily: "the signature is that of an image for another family; sign the image again"
    case .otherSize, .otherDigest: "the signature is another image's; sign the image again"
    case .notAManifest: "the signature is none, or of a format that it does not know; sign the image again"
    case .unsignedSlot: "it is locked, and the slot's image came without a signature; sign the image and flash it again"
    case nil: "the signature is missing or wrong; sign the image again"
    }
  }

  private func flashExplanation(_ code: BoardErrorCode) -> String {
    let slot = BoardLinkError.slotName(Int(detail))
    return switch code {
    case .slotActive: "slot \(slot) is active; flash another one"
    case .noSuchSlot: "it has no slot \(slot); leave out --slot"
    case .oversize: "the image is larger than a slot (\(offset) bytes); compile a smaller network"
    case .wrongFamily: "the image is for another family of chips; compile the network for this board's target"
    case .wrongTarget:
      detail == 1
        ? "the signature excludes its hardware revision, \(offset); sign the image for a range with it"
        : "the image was compiled for another target; compile it for this board's"
    case .rollbackCounter:
      "the image is older than the board allows; sign one with 'snnmap sign --counter \(offset)' or a greater number"
    case .outOfRange: "the range ends behind byte \(offset); ask for less"
    case .misaligned: "the offset is no multiple of \(detail); this program or the board's firmware is faulty"
    case .notReceiving: "no image is being received; repeat the command"
    case .missingRanges: "bytes from \(offset) on are missing; repeat the command"
    case .hashMismatch: "what it stored is not what was sent; flash again, and if it stays so its flash memory is bad"
    case .notVerified: "slot \(slot) holds no verified image; flash one first"
    case .badImage: "it cannot execute the image (fault at byte \(offset)); compile the network again"
    case .storage: "its storage failed (error \(detail)); make room on it if it is full"
    case .otherBoot: "it has started anew in between; look at what runs with 'snnmap devices', and repeat the command"
    case .nothingToRollBack: "there is no earlier image to go back to; flash one"
    case .memory: "the image needs \(detail) KiB of memory, more than it has; compile a smaller network"
    default: "the image has more than \(detail) outputs; compile a smaller network"
    }
  }

  private func runExplanation(_ code: BoardErrorCode) -> String {
    switch code {
    case .noActiveImage: "it has no active image; flash one first"
    case .lateTick: "input for tick \(detail), which is over; send input in the order of ticks"
    case .unorderedSpikes: "input spikes are out of order (spike \(offset)); sort them by tick, then line"
    case .duplicateSpike: "input line \(detail) spikes twice in one tick (spike \(offset)); send one spike with a count"
    case .inputOutOfRange: "it has no input line \(detail); use the data that the image was made for"
    case .emptySpike: "a spike of count 0 on input line \(detail); leave it out"
    case .inputOverflow: "more than \(detail) input spikes wait; send fewer at a time"
    case .tooManyTicks: "more than \(detail) ticks in one run; run fewer at a time"
    case .noSuchCore: "the image does not use core \(detail), or the core has fewer neurons; see 'snnmap inspect'"
    default: "no stream is under way; repeat the command"
    }
  }
}
