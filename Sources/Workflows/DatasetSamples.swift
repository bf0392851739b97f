import Datasets
import Images
import Networks

/// The samples of one part of a data set, encoded for a network.
public struct DatasetSamples: SampleProvider {
  public let ticks: Int
  public let lines: Int
  private let samples: SampleSet
  private let encoder: SampleEncoder

  /// - Throws: `DatasetError` where the samples and the coding do not go together.
  public init(_ set: SampleSet, coding: InputCoding, ticks: Int, inputCount: Int) throws(DatasetError) {
    samples = set
    self.ticks = ticks
    lines = inputCount
    encoder = SampleEncoder(coding: coding, ticks: ticks, inputCount: inputCount)
    try encoder.check(set)
  }

  public var count: Int { samples.count }

  public func label(of index: Int) -> Int? { samples.labels[index] }

  public func fill(_ index: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>) throws {
    try encoder.encode(index, of: samples, draw: 0, into: buffer)
  }
}

extension Dataset {
  /// The test samples, encoded as an image was made for.
  ///
  /// - Throws: `DatasetError`, and `WorkflowError` where there are none.
  public func testSamples(for host: HostSection, lines: Int) throws -> DatasetSamples {
    // Loading an image has refused codings that are not known.
    try testSamples(coding: host.inputCoding ?? .spikes, ticks: host.ticks, lines: lines)
  }

  /// The test samples, encoded as a network was trained on.
  public func testSamples(for document: NetworkDocument) throws -> DatasetSamples {
    try testSamples(coding: document.coding, ticks: document.ticks, lines: document.network.inputCount)
  }

  private func testSamples(coding: InputCoding, ticks: Int, lines: Int) throws -> DatasetSamples {
    guard test.count > 0 else { throw WorkflowError(.usage, "\(name) has no test samples") }
    // Spike counts are taken as they are: whoever encoded them chose the coding.
    let coding = test.form.isCounts ? .spikes : coding
    return try DatasetSamples(test, coding: coding, ticks: ticks, inputCount: lines)
  }
}

/// Spike counts of a file, without labels.
public struct FileSamples: SampleProvider {
  public let ticks: Int
  public let lines: Int
  public let count: Int
  private let samples: SampleSet
  private let encoder: SampleEncoder

  public init(_ samples: SpikeSamples) {
    ticks = samples.ticks
    lines = samples.inputCount
    count = samples.count
    self.samples = samples.set
    encoder = SampleEncoder(coding: .spikes, ticks: samples.ticks, inputCount: samples.inputCount)
  }

  public func label(of index: Int) -> Int? { nil }

  public func fill(_ index: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>) throws {
    try encoder.encode(index, of: samples, into: buffer)
  }
}
