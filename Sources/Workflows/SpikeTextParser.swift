import WireProtocol

/// Reads spikes as lines of text, as they come.
///
/// A line `tick index count` is a spike; `tick` alone says that no more input comes for the ticks below it, as a
/// spike of that tick does. Lines ascend by tick, then by index. Empty lines and what follows a `#` mean nothing.
public struct SpikeTextParser {
  /// Far below what ticks may be, so that a run's end is one too.
  public static let maximumTick: UInt32 = 1 << 31
  /// Longer lines are no spikes.
  private static let maximumLine = 1 << 10

  /// What lines said.
  public struct Piece: Equatable {
    public var spikes: [WireSpike] = []
    /// No more input comes for the ticks below it.
    public var completeBefore: UInt32 = 0
  }

  /// The ticks of the input so far, T.
  public private(set) var ticks: UInt32 = 0
  private let name: String
  private let lines: Int
  private var rest: [UInt8] = []
  private var number = 0
  private var completeBefore: UInt32 = 0
  private var last: WireSpike?

  /// - Parameters:
  ///   - name: what messages call the input.
  ///   - lines: the input lines of the image.
  public init(name: String, lines: Int) {
    self.name = name
    self.lines = lines
  }

  /// Takes bytes, of which the last line may be unfinished.
  ///
  /// - Throws: `WorkflowError`, with the number of the line.
  public mutating func parse(_ bytes: some Collection<UInt8>) throws(WorkflowError) -> Piece {
    var piece = Piece()
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        try parseLine(into: &piece)
      } else {
        guard rest.count < Self.maximumLine else { throw refusal(.failure, "the line is longer than any spike's") }
        rest.append(byte)
      }
    }
    piece.completeBefore = completeBefore
    return piece
  }

  /// Takes the last line, which needs no line feed.
  public mutating func finish() throws(WorkflowError) -> Piece {
    var piece = Piece()
    if !rest.isEmpty { try parseLine(into: &piece) }
    piece.completeBefore = completeBefore
    return piece
  }

  private mutating func parseLine(into piece: inout Piece) throws(WorkflowError) {
    number += 1
    let words = rest.prefix { $0 != UInt8(ascii: "#") }.split { $0 == 32 || $0 == 9 || $0 == 13 }
    rest.removeAll(keepingCapacity: true)
    guard let first = words.first else { return }
    guard words.count == 1 || words.count == 3 else {
      throw refusal(.failure, "a line is `tick index count`, or `tick` alone")
    }
    let tick = try value(first, "tick", 0...Self.maximumTick)
    guard tick >= completeBefore else {
      throw refusal(.usage, "tick \(tick) is over: the lines have reached tick \(completeBefore)")
    }
    completeBefore = tick
    ticks = max(ticks, tick)
    guard words.count == 3 else { return }
    let spike = WireSpike(
      tick: tick, index: try value(words[1], "index", 0...WireSpike.maximumIndex),
      count: UInt8(try value(words[2], "count", 1...255)))
    guard Int(spike.index) < lines else {
      throw refusal(.usage, "input line \(spike.index) is not there: the image has \(lines) (0–\(lines - 1))")
    }
    if let last, last.tick == tick, last.index >= spike.index {
      throw refusal(.usage, "input lines ascend within a tick, each once: \(spike.index) comes after \(last.index)")
    }
    last = spike
    ticks = max(ticks, tick + 1)
    piece.spikes.append(spike)
  }

  private func value(
    _ word: ArraySlice<UInt8>, _ what: String, _ range: ClosedRange<UInt32>
  ) throws(WorkflowError) -> UInt32 {
    var value: UInt64 = 0
    // No number of a spike has more digits.
    var isNumber = word.count <= 10
    for byte in word where isNumber {
      isNumber = byte >= 48 && byte <= 57
      if isNumber { value = value * 10 + UInt64(byte - 48) }
    }
    guard isNumber, value <= UInt64(range.upperBound), value >= UInt64(range.lowerBound) else {
      throw refusal(.failure, "\(what) is no number from \(range.lowerBound) to \(range.upperBound)")
    }
    return UInt32(value)
  }

  private func refusal(_ kind: WorkflowError.Kind, _ text: String) -> WorkflowError {
    WorkflowError(kind, "\(name), line \(number + (rest.isEmpty ? 0 : 1)): \(text)")
  }
}
