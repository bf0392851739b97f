import FixedPoint
import WireProtocol

/// A board's counters since it started.
public typealias BoardStatistics = StatsAnswer

/// Membranes of one core.
public struct CoreMembranes: Sendable, Equatable {
  /// The tick that is executed next.
  public let tick: UInt32
  /// The core's neurons in all.
  public let neuronCount: Int
  /// The membranes asked for.
  public let values: [Int32]
}

extension BoardSession {
  /// The membranes of neurons of a core, as exact integers.
  ///
  /// - Parameters:
  ///   - core: the core's number in the grid.
  ///   - range: neurons of the core; nil for all.
  public func membranes(core: Int, range: Range<Int>? = nil) throws(BoardLinkError) -> CoreMembranes {
    let most = (Int(info.maximumPayload) - StateAnswer.headerBytes) / 4
    var values: [Int32] = []
    var next = range?.lowerBound ?? 0
    var end = range?.upperBound ?? .max
    var tick: UInt32 = 0
    var neurons = 0
    repeat {
      let request = StateRequest(
        core: UInt16(clamping: core), firstNeuron: UInt32(clamping: next),
        count: UInt32(clamping: min(most, end - next)))
      let (answer, piece, crc) = try call(request) { (answer: StateAnswer, body) in
        (
          answer,
          (0..<body.count / 4).map {
            Int32(littleEndian: body.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self))
          }, CRC32C.checksum(of: body)
        )
      }
      guard answer.crc == crc else {
        throw .badAnswer(request: .state, .invalidValue(offset: 12, value: UInt64(answer.crc)))
      }
      tick = answer.currentTick
      neurons = Int(answer.neuronCount)
      end = min(end, neurons)
      values += piece
      next += piece.count
      guard !piece.isEmpty || next >= end else {
        throw .badAnswer(request: .state, .invalidValue(offset: 8, value: 0))
      }
    } while next < end
    return CoreMembranes(tick: tick, neuronCount: neurons, values: values)
  }

  public func statistics() throws(BoardLinkError) -> BoardStatistics {
    try call(StatsRequest()) { (answer: StatsAnswer, _) in answer }
  }

  /// Membranes, pending deliveries, waiting input and the tick to their beginning.
  public func clear() throws(BoardLinkError) {
    _ = try call(Clear()) { (answer: ClearAnswer, _) in answer }
  }
}
