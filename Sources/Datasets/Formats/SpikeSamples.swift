import NetworkFiles
import Networks

/// Spike counts from a file, without labels: what a network is run on.
public struct SpikeSamples: Sendable {
  /// How many samples there are.
  public let count: Int
  public let ticks: Int
  public let inputCount: Int
  /// Whether the file held one sample without a samples axis.
  public let isSingle: Bool
  let form: SampleSet.Form
  let array: NpyArray

  /// Reads `input` (u8 counts, [samples, ticks, inputs] or [ticks, inputs]), or `bits` with `shape`.
  ///
  /// Arrays that are stored uncompressed stay mapped.
  /// - Throws: `DatasetError` or `NetworkFilesError`.
  public static func read(_ path: String) throws -> SpikeSamples {
    let archive = try Npz.read(path)
    let present = ["input", "bits"].filter(archive.contains)
    guard !present.isEmpty else { throw DatasetError.noSamples(path: path, present: archive.names) }
    guard present.count == 1 else {
      throw DatasetError.malformed(path: path, problem: "holds input and bits; exactly one of them may be there")
    }
    let samples = try SpikeSamples(archive)
    guard samples.count > 0 else { throw DatasetError.empty(path: path) }
    return samples
  }

  init(_ archive: Npz) throws {
    if archive.contains("input") {
      let array = try archive.array("input")
      guard array.type == .uint8 || array.type == .bool else {
        throw DatasetError.malformed(
          path: array.path, problem: "holds \(array.type.name); u8 counts are needed (.astype(np.uint8))")
      }
      guard array.shape.count == 2 || array.shape.count == 3 else {
        throw DatasetError.malformed(
          path: array.path,
          problem: "has the shape \(array.shape); [samples, ticks, inputs] or [ticks, inputs] is needed")
      }
      isSingle = array.shape.count == 2
      let shape = isSingle ? [1] + array.shape : array.shape
      (count, ticks, inputCount) = (shape[0], shape[1], shape[2])
      form = .counts(ticks: ticks)
      self.array = isSingle ? array.reshaped(shape) : array
    } else {
      let array = try archive.array("bits")
      let shape = try archive.array("shape").integers()
      guard array.type == .uint8, array.shape.count == 3, shape.count == 3,
        shape.allSatisfy({ $0 >= 0 && $0 < 1 << 40 }),
        array.shape == [shape[0], shape[1], (shape[2] + 7) / 8]
      else {
        throw DatasetError.malformed(
          path: array.path,
          problem:
            "is \(array.type.name) \(array.shape) with shape \(shape); u8 [samples, ticks, ⌈inputs/8⌉] with shape [samples, ticks, inputs] is needed"
        )
      }
      isSingle = false
      (count, ticks, inputCount) = (shape[0], shape[1], shape[2])
      form = .bits(ticks: ticks)
      self.array = array
    }
    guard (1...NetworkDocument.maximumTicks).contains(ticks) else {
      throw DatasetError.malformed(path: archive.path, problem: "has \(ticks) ticks; 1 to 65535 are possible")
    }
    guard (1...NetworkLimits.neurons).contains(inputCount) else {
      throw DatasetError.malformed(path: archive.path, problem: "has \(inputCount) inputs; 1 to 2²⁴ are possible")
    }
  }

  /// The samples as a set whose labels are all 0, for `SampleEncoder`.
  public var set: SampleSet {
    SampleSet(form: form, inputCount: inputCount, labels: [Int](repeating: 0, count: count), array: array)
  }
}
