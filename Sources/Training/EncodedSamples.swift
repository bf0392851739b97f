import Datasets
import Networks

/// Samples of a data set under a coding.
public struct EncodedSamples: SampleSource {
  private let samples: SampleSet
  private let encoder: SampleEncoder
  public let classCount: Int
  public let maximumCount: Int

  /// - Parameters:
  ///   - set: the training or the test samples of a data set.
  ///   - classCount: how many classes the data set has.
  /// - Throws: `DatasetError` when the coding or the ticks do not suit the samples.
  public init(_ set: SampleSet, coding: InputCoding, ticks: Int, classCount: Int) throws(DatasetError) {
    encoder = SampleEncoder(coding: coding, ticks: ticks, inputCount: coding.lineCount(values: set.inputCount))
    try encoder.check(set)
    samples = set
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
