import BoardLink
import FixedPoint
import Testing
import WireProtocol

/// What must hold of every board, whatever has happened to it.
enum Invariants {
  static let ticks = 3

  /// The active slot holds one whole image of `allowed`, and runs it; every slot that is said to be verified holds an
  /// image of `known`.
  ///
  /// - Returns: the active image; nil where none is and `allowed` allows none.
  @discardableResult
  static func check(
    _ board: MemoryBoard, known: [ProbeImage], allowed: [ProbeImage?], _ comment: @autoclosure () -> String
  ) throws -> ProbeImage? {
    let session = try BoardSession(over: board)
    let description = session.description
    for (number, slot) in description.slots.enumerated() where slot.state == .verified {
      let image = known.first { $0.digest == slot.digest }
      let isWhole = image.map { holds(board, number, $0) && slot.size == UInt64($0.bytes.count) } ?? false
      #expect(isWhole, "slot \(number) is said to be verified and is not: \(comment())")
    }
    guard let number = description.activeSlot else {
      #expect(allowed.contains(nil), "no slot is active: \(comment())")
      return nil
    }
    let slot = description.slots[number]
    let active = known.first { $0.digest == slot.digest }
    #expect(slot.state == .verified, "the active slot is not verified: \(comment())")
    #expect(active != nil && allowed.contains(active), "another image is active: \(comment())")
    if let active { try run(session, active, comment()) }
    #expect(board.storage.writesToWritten == 0, "bytes were written that were not erased: \(comment())")
    return active
  }

  static func holds(_ board: MemoryBoard, _ slot: Int, _ image: ProbeImage) -> Bool {
    board.storage.contents(slot).prefix(image.bytes.count).elementsEqual(image.bytes)
  }

  /// Runs a sample, whose result tells the image.
  static func run(_ session: BoardSession, _ image: ProbeImage, _ comment: @autoclosure () -> String) throws {
    for (input, result) in try results(session, samples: 1) {
      #expect(result == image.expected(input), "another image than the active one runs: \(comment())")
    }
  }

  /// Runs samples; input and result of each.
  static func results(_ session: BoardSession, samples: Int) throws -> [(input: [UInt8], result: [UInt8])] {
    let inputs = (0..<samples).map { ProbeImage.input(ticks: ticks, seed: $0) }
    let shape = RunShape(
      inputs: ProbeExecutor.lines, inputTicks: ticks, totalTicks: ticks, outputs: ProbeExecutor.lines)
    var results: [(input: [UInt8], result: [UInt8])] = []
    try session.run(samples: 0..<samples, shape: shape) { sample, buffer in
      _ = buffer.update(fromContentsOf: inputs[sample])
    } receive: { sample, result in
      results.append((inputs[sample], Array(result.counts)))
    }
    return results
  }
}

extension BoardSession {
  @discardableResult
  func flash(_ image: ProbeImage, slot: Int? = nil, _ activation: FlashActivation = .permanent) throws -> FlashResult {
    try image.bytes.withUnsafeBytes { try flash($0, slot: slot, activation: activation) }
  }
}
