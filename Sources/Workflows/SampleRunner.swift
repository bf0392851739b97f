import Emulator
import Images
import Networks

/// Samples as input counts, ready to be fed to a network.
public protocol SampleProvider: Sendable {
  /// T of every sample.
  var ticks: Int { get }
  /// The input lines of a tick.
  var lines: Int { get }
  /// How many samples there are.
  var count: Int { get }
  /// The class of a sample, nil where the samples have none.
  func label(of index: Int) -> Int?
  /// Writes the counts of a sample, [ticks][lines], into a zeroed buffer.
  func fill(_ index: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>) throws
}

/// What a network did with one sample.
public struct SampleOutcome: Sendable, Equatable {
  /// Counts of the outputs on their own clocks, [T][outputs].
  public var outputs: [UInt8]
  /// Membranes of the readouts on their own clocks, [T][readouts].
  public var readouts: [Int32]
  /// The number of spikes of all neurons.
  public var totalSpikes: Int
  /// CRC32C over all spikes and readouts, where the runner knows cores: not on the reference.
  public var checksum: UInt32?

  public init(outputs: [UInt8], readouts: [Int32], totalSpikes: Int, checksum: UInt32?) {
    self.outputs = outputs
    self.readouts = readouts
    self.totalSpikes = totalSpikes
    self.checksum = checksum
  }
}

extension Decoder {
  /// The class that a sample's outcome decides for.
  func classIndex(of outcome: SampleOutcome, outputs: Int) -> Int {
    classIndex(spikes: outcome.outputs, membranes: outcome.readouts, outputs: outputs)
  }
}

/// Something that runs samples: the reference interpreter, the emulator or a board.
public protocol SampleRunner {
  /// Runs `samples` and hands the outcomes over in ascending order.
  func run(
    _ samples: Range<Int>, of provider: any SampleProvider,
    consume: (_ index: Int, _ outcome: SampleOutcome) throws -> Void
  ) throws
}

/// Runs samples on an image's bytes in this process.
public struct EmulatorRunner: SampleRunner {
  private let emulator: ImageEmulator
  private let threads: Int

  public init(_ emulator: ImageEmulator, threads: Int) {
    self.emulator = emulator
    self.threads = threads
  }

  public func run(
    _ samples: Range<Int>, of provider: any SampleProvider,
    consume: (_ index: Int, _ outcome: SampleOutcome) throws -> Void
  ) throws {
    let host = emulator.image.host
    try emulator.runBatch(
      samples: samples, ticks: provider.ticks, lines: provider.lines, threads: threads,
      fill: { try provider.fill($0, $1) },
      consume: { index, run in
        try consume(
          index,
          SampleOutcome(
            outputs: host.aligned(run.rawSpikes, ticks: run.ticks),
            readouts: host.alignedReadouts(run.rawReadouts, ticks: run.ticks), totalSpikes: run.totalSpikes,
            checksum: run.checksum))
      })
  }
}
