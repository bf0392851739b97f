import BoardLink
import Images
import WireProtocol

/// Writes output as lines of text: `tick index count` for spikes, `tick index =membrane` for readouts.
///
/// Lines stand in the order in which their ticks left the board; within one of these, spikes ascend by index, then
/// readouts do. So the same run gives the same text, however it came in pieces.
public struct SpikeTextWriter {
  private let isRaw: Bool
  /// The ticks by which an output is late, by its index.
  private let shifts: [Int]
  private let write: (String) throws -> Void
  private var waiting = StreamOutput()
  /// T of the sample, where it is known.
  public var ticks: Int?

  /// - Parameters:
  ///   - isRaw: whether lines tell the ticks in which output left the board, in place of each output's own.
  ///   - write: takes whole lines.
  public init(host: HostSection, isRaw: Bool, write: @escaping (String) throws -> Void) {
    self.isRaw = isRaw
    self.write = write
    shifts = host.outputs.flatMap { [Int](repeating: $0.shift, count: $0.count) }
  }

  /// Begins the lines of another sample.
  public mutating func begin(sample: Int) throws {
    waiting = StreamOutput()
    try write("# sample \(sample)\n")
  }

  /// Takes output, and writes the ticks that are complete.
  public mutating func append(_ output: StreamOutput) throws {
    waiting.spikes += output.spikes
    waiting.readouts += output.readouts
    let end = output.completeBefore
    let spikes = waiting.spikes.filter { $0.tick < end }.sorted { ($0.tick, $0.index) < ($1.tick, $1.index) }
    let readouts = waiting.readouts.filter { $0.tick < end }.sorted { ($0.tick, $0.output) < ($1.tick, $1.output) }
    waiting.spikes.removeAll { $0.tick < end }
    waiting.readouts.removeAll { $0.tick < end }
    var text = ""
    var next = 0
    func appendReadouts(before tick: UInt32) {
      while next < readouts.count && readouts[next].tick < tick {
        let readout = readouts[next]
        if let tick = told(readout.tick, readout.output) { text += "\(tick) \(readout.output) =\(readout.membrane)\n" }
        next += 1
      }
    }
    for spike in spikes {
      appendReadouts(before: spike.tick)
      if let tick = told(spike.tick, spike.index) { text += "\(tick) \(spike.index) \(spike.count)\n" }
    }
    appendReadouts(before: .max)
    if !text.isEmpty { try write(text) }
  }

  /// The tick that a line tells; nil for an output that is not read then.
  private func told(_ tick: UInt32, _ output: UInt32) -> Int? {
    guard !isRaw, Int(output) < shifts.count else { return Int(tick) }
    let own = Int(tick) - shifts[Int(output)]
    return own < 0 || own >= ticks ?? .max ? nil : own
  }
}
