import Images
import Networks

/// What is recorded beside the output spikes.
public struct TraceOptions: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The spikes of every neuron.
  public static let neurons = TraceOptions(rawValue: 1)
  /// The membranes of every neuron after each tick.
  public static let membranes = TraceOptions(rawValue: 2)
}

/// The result of one sample.
public struct SampleRun: Sendable, Equatable {
  /// The ticks of input, T.
  public var ticks: Int
  /// The executed ticks, T + depth.
  public var runTicks: Int
  /// Counts of the outputs in the ticks in which they left the board, [T + depth][outputs].
  public var rawSpikes: [UInt8]
  /// Membranes of the readouts after each tick, [T + depth][readouts], in the order of output numbering.
  public var rawReadouts: [Int32]
  /// The number of spikes of all neurons, a count of n being n spikes.
  public var totalSpikes: Int
  /// CRC32C over all spikes and readouts; the proof of the run.
  public var checksum: UInt32
  /// [T + depth][neurons] in the network's order, or empty where not traced.
  public var neuronSpikes: [UInt8]
  /// [T + depth][neurons] in the network's order, or empty where not traced.
  public var membranes: [Int32]

  public init(
    ticks: Int, runTicks: Int, rawSpikes: [UInt8], rawReadouts: [Int32] = [], totalSpikes: Int, checksum: UInt32,
    neuronSpikes: [UInt8] = [], membranes: [Int32] = []
  ) {
    self.ticks = ticks
    self.runTicks = runTicks
    self.rawSpikes = rawSpikes
    self.rawReadouts = rawReadouts
    self.totalSpikes = totalSpikes
    self.checksum = checksum
    self.neuronSpikes = neuronSpikes
    self.membranes = membranes
  }
}

extension HostSection {
  /// Counts of the outputs on their own clocks, [T][outputs]: an output of shift s is read in ticks [s, s + T).
  ///
  /// - Parameter raw: [ticks + depth][outputs].
  public func aligned(_ raw: [UInt8], ticks: Int) -> [UInt8] {
    let width = outputCount
    var result = [UInt8](repeating: 0, count: ticks * width)
    for group in outputs {
      for tick in 0..<ticks {
        let from = (tick + group.shift) * width + group.first
        let to = tick * width + group.first
        for index in 0..<group.count { result[to + index] = raw[from + index] }
      }
    }
    return result
  }

  /// Membranes of the readouts on their own clocks, [T][readouts].
  ///
  /// - Parameter raw: [ticks + depth][readouts].
  public func alignedReadouts(_ raw: [Int32], ticks: Int) -> [Int32] {
    let width = readoutCount
    var result = [Int32](repeating: 0, count: ticks * width)
    var first = 0
    for group in outputs where group.reading == .membranes {
      for tick in 0..<ticks {
        let from = (tick + group.shift) * width + first
        let to = tick * width + first
        for index in 0..<group.count { result[to + index] = raw[from + index] }
      }
      first += group.count
    }
    return result
  }

  /// The spikes of each output over all ticks.
  public func totals(ofAligned spikes: [UInt8]) -> [Int] {
    let width = outputCount
    var result = [Int](repeating: 0, count: width)
    for (index, count) in spikes.enumerated() where count != 0 { result[index % width] += Int(count) }
    return result
  }
}
