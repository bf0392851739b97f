import BoardLink
import WireProtocol

/// Puts a board to every check of the protocol, one after the other.
public struct ConformanceRun {
  /// What the board said about itself before the first check.
  public let board: BoardDescription
  private let bench: ConformanceBench
  private let before: BoardInfo

  /// Opens a link to a board, and a session over it.
  ///
  /// - Throws: `BoardLinkError` where there is no link, where no session comes about, as without one nothing can be
  ///   checked, and where the image is not for this board: `notAnImage`, `refused`.
  public init(_ address: DeviceAddress, options: ConformanceOptions = ConformanceOptions()) throws(BoardLinkError) {
    // A board that answers nothing is told in the words of every other command.
    let session = try BoardSession(address, options: LinkOptions(timeout: options.timeout))
    defer { session.close() }
    if let image = options.image { try Self.check(image, fits: session.description) }
    session.close()
    try self.init(options: options) { () throws(BoardLinkError) in try address.connect() }
  }

  /// Checks over links that `connect` opens.
  public init(
    options: ConformanceOptions = ConformanceOptions(),
    connect: @escaping () throws(BoardLinkError) -> any Transport
  ) throws(BoardLinkError) {
    bench = try ConformanceBench(options: options, connect: connect)
    do throws(ConformanceFailure) {
      try bench.begin()
    } catch {
      throw .system(operation: "the board opens no session", reason: "\(error)")
    }
    before = bench.info
    board = BoardDescription(bench.info)
  }

  /// Throws where an image is not for a board, whose firmware would be blamed for its refusal.
  private static func check(_ image: [UInt8], fits board: BoardDescription) throws(BoardLinkError) {
    guard let begin = image.withUnsafeBytes({ Begin($0, slot: nil, manifest: nil) }) else { throw .notAnImage }
    let reason: BoardError
    if begin.size > board.slotBytes {
      reason = BoardError(.oversize, offset: board.slotBytes)
    } else if begin.targetDigest != board.targetDigest {
      reason = BoardError(.wrongTarget)
    } else {
      return
    }
    throw .refused(request: .begin, reason)
  }

  /// Makes the checks; `progress` gets each result at once.
  public func results(
    of checks: [ConformanceCheck] = ConformanceCheck.all, progress: (ConformanceResult) -> Void = { _ in }
  ) -> [ConformanceResult] {
    var results: [ConformanceResult] = []
    for check in checks {
      let result = ConformanceResult(section: check.section, rule: check.rule, verdict: verdict(of: check))
      results.append(result)
      progress(result)
    }
    bench.link.transport.close()
    return results
  }

  /// How often a check is made whose requests arrive damaged.
  private static var attempts: Int { 3 }

  private func verdict(of check: ConformanceCheck) -> ConformanceResult.Verdict {
    var damage = ""
    for _ in 0..<Self.attempts {
      do throws(ConformanceFailure) {
        try make(check)
        return .passed
      } catch {
        switch error {
        case .broken(let what): return .failed(what)
        case .skipped(let reason): return .skipped(reason)
        case .lineDamage(let what): damage = what
        }
      }
    }
    return .failed(damage)
  }

  private func make(_ check: ConformanceCheck) throws(ConformanceFailure) {
    try bench.begin()
    if let reason = obstacle(to: check) { throw .skipped(reason) }
    let slot = bench.freeSlot
    var failure: ConformanceFailure?
    do throws(ConformanceFailure) {
      try check.body(bench)
    } catch {
      failure = error
    }
    tidyUp(after: check, slot)
    if let failure { throw failure }
  }

  /// Why a check cannot be made; nil where it can.
  private func obstacle(to check: ConformanceCheck) -> String? {
    let info = bench.info
    switch check.needs {
    case .nothing: return nil
    case .freeSlot:
      if info.flags.contains(.locked) && check.section != .signatures {
        return "a locked board takes only signed images"
      }
      return bench.freeSlot == nil ? "no slot is empty; --destructive overwrites one that is not active" : nil
    case .activeImage: return info.activeSlot < info.slotCount ? nil : "no image is active; flash one first"
    case .consent:
      return bench.options.mayLoseImages ? nil : "it may change what the board holds; --destructive allows it"
    case .image:
      guard bench.options.mayLoseImages else { return "it changes the active slot; --destructive allows it" }
      if bench.options.image == nil { return "it needs an image that the board can execute; name one with --image" }
      let isUnsigned = info.flags.contains(.locked) && bench.options.manifest == nil
      return isUnsigned ? "the board is locked, and the image is not signed; sign it with 'snnmap sign'" : nil
    }
  }

  /// Empties the slot that a check has written, and makes active again what was.
  private func tidyUp(after check: ConformanceCheck, _ slot: UInt8?) {
    switch check.needs {
    case .nothing, .activeImage: return
    case .freeSlot, .consent, .image: break
    }
    // What fails here is seen by the next check, which begins anew.
    do throws(ConformanceFailure) {
      try bench.begin()
      if bench.info.activeSlot != before.activeSlot, before.activeSlot < before.slotCount {
        _ = try bench.ask(Activate(slot: before.activeSlot, mode: .permanent))
      }
      if let slot { try bench.empty(slot) }
    } catch {}
  }
}
