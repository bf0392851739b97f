import Datasets

/// Labelled samples as the counts that input lines carry.
///
/// Same index and draw, same counts, on every thread.
public protocol SampleSource: Sendable {
  /// How many samples there are.
  var count: Int { get }
  /// How many input lines there are.
  var inputCount: Int { get }
  /// The extents of one tick's counts, for example [28, 28] or [2, 34, 34]; their product is `inputCount`.
  var inputShape: [Int] { get }
  /// How many classes there are.
  var classCount: Int { get }
  /// The greatest count that an input carries in one tick, 1–255.
  var maximumCount: Int { get }
  /// The class of a sample.
  func label(_ index: Int) -> Int
  /// Writes the counts of a sample.
  ///
  /// - Parameters:
  ///   - draw: 0 for evaluation, 1 + epoch for training; only random codings and augmentation differ by it.
  ///   - ticks: how many ticks to write.
  ///   - counts: receives [ticks][inputs].
  /// - Throws: where a sample that is read on demand cannot be read.
  func encode(
    _ index: Int, draw: UInt64, ticks: Int, into counts: UnsafeMutableBufferPointer<UInt8>
  ) throws(DatasetError)
}

extension SampleSource {
  /// One row of channels, where nothing else is said.
  public var inputShape: [Int] { [inputCount] }
}

/// Some of the samples of a source.
struct SampleSubset: SampleSource {
  let whole: any SampleSource
  let indices: [Int]

  var count: Int { indices.count }
  var inputCount: Int { whole.inputCount }
  var inputShape: [Int] { whole.inputShape }
  var classCount: Int { whole.classCount }
  var maximumCount: Int { whole.maximumCount }
  func label(_ index: Int) -> Int { whole.label(indices[index]) }
  func encode(
    _ index: Int, draw: UInt64, ticks: Int, into counts: UnsafeMutableBufferPointer<UInt8>
  ) throws(DatasetError) {
    try whole.encode(indices[index], draw: draw, ticks: ticks, into: counts)
  }
}
