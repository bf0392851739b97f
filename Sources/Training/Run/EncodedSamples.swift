import Datasets
import Networks

/// Samples of a data set under a coding.
public struct EncodedSamples: SampleSource {
  private let samples: SampleSet
  private let encoder: SampleEncoder
  public let inputShape: [Int]
  public let classCount: Int
  public let maximumCount: Int

  /// - Parameters:
  ///   - set: the training or the test samples of a data set.
  ///   - inputShape: the data set's; nil for one row of inputs.
  ///   - classCount: how many classes the data set has.
  ///   - augmentation: what training draws change; evaluation never does.
  /// - Throws: `DatasetError` when the coding or the ticks do not suit the samples.
  public init(
    _ set: SampleSet, coding: InputCoding, ticks: Int, inputShape: [Int]? = nil, classCount: Int,
    augmentation: Augmentation = .none
  ) throws(DatasetError) {
    let lines = coding.lineCount(values: set.inputCount)
    encoder = SampleEncoder(
      coding: coding, ticks: ticks, inputCount: lines, augmentation: augmentation, inputShape: inputShape)
    try encoder.check(set)
    samples = set
    // A coding with two lines for each value leaves no maps.
    self.inputShape = lines == set.inputCount ? inputShape ?? [lines] : [lines]
    self.classCount = classCount
    maximumCount = encoder.maximumCount(of: set)
  }

  public var count: Int { samples.count }
  public var inputCount: Int { encoder.inputCount }
  public func label(_ index: Int) -> Int { samples.labels[index] }

  public func encode(
    _ index: Int, draw: UInt64, ticks: Int, into counts: UnsafeMutableBufferPointer<UInt8>
  ) throws(DatasetError) {
    try encoder.encode(index, of: samples, draw: draw, into: counts)
  }
}
