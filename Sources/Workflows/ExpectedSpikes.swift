import Datasets
import NetworkFiles
import Networks

/// Recorded output spikes and readouts that a run is held against.
public struct ExpectedSpikes: SampleRunner {
  private let path: String
  private let array: NpyArray
  private let samples: Int
  private let ticks: Int
  private let outputs: Int
  /// i32 [samples, ticks, readouts]; nil where the image has no readouts.
  private let readoutArray: NpyArray?
  private let readouts: Int
  /// The row of each test sample in the array.
  private let rows: [Int]

  /// Reads `spikes` (u8 counts, [samples, ticks, outputs]) of an npz file and, for an image with readouts,
  /// `readouts` (i32 membranes, [samples, ticks, readouts]).
  ///
  /// - Parameters:
  ///   - testCount: how many test samples there are.
  ///   - trainCount: how many training samples stand before them where the recording holds all samples, as
  ///     `snnmap encode` orders them.
  public init(path: String, testCount: Int, trainCount: Int, outputs: Int, readouts: Int) throws {
    self.path = path
    let archive = try Npz.read(path)
    array = try archive.array("spikes")
    guard array.type == .uint8, array.shape.count == 3 else {
      throw WorkflowError(
        .usage, "\(path): spikes is \(array.type.name) \(array.shape); u8 [samples, ticks, outputs] is needed")
    }
    (samples, ticks, self.outputs) = (array.shape[0], array.shape[1], array.shape[2])
    guard self.outputs == outputs else {
      throw WorkflowError(
        .comparison, "\(path): spikes has \(self.outputs) outputs, the image has \(outputs)")
    }
    self.readouts = readouts
    readoutArray = try readouts == 0 ? nil : archive.array("readouts")
    if let found = readoutArray {
      let shape = [samples, ticks, readouts]
      guard found.type == .int32, found.shape == shape else {
        throw WorkflowError(
          .comparison, "\(path): readouts is \(found.type.name) \(found.shape); i32 \(shape) is needed")
      }
    }
    switch samples {
    case testCount: rows = Array(0..<testCount)
    case testCount + trainCount: rows = Array(trainCount..<trainCount + testCount)
    default:
      throw WorkflowError(
        .comparison,
        "\(path): spikes has \(samples) samples; the data have \(testCount) test samples (\(testCount + trainCount) in all)"
      )
    }
  }

  public func run(
    _ samples: Range<Int>, of provider: any SampleProvider,
    consume: (_ index: Int, _ outcome: SampleOutcome) throws -> Void
  ) throws {
    guard provider.ticks == ticks else {
      throw WorkflowError(
        .comparison,
        "\(path): spikes has \(ticks) ticks a sample, the image has \(provider.ticks); record them with `snnmap emulate` "
          + "without --raw")
    }
    for index in samples {
      let size = ticks * outputs
      let spikes = array.withBytes { Array($0[rows[index] * size..<(rows[index] + 1) * size]) }
      let membranes = readoutArray?.withBytes { bytes in
        (0..<ticks * readouts).map { place in
          let offset = (rows[index] * ticks * readouts + place) * 4
          return Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
        }
      }
      try consume(
        index, SampleOutcome(outputs: spikes, readouts: membranes ?? [], totalSpikes: 0, checksum: nil))
    }
  }
}
