import Networks

/// Labelled samples, split into those that are trained on and those that are tested on.
public struct Dataset: Sendable {
  /// A name for reports: `digits`, `mnist`, or the path of a file or folder.
  public let name: String
  /// The extents of one sample without its ticks, for example [28, 28].
  public let inputShape: [Int]
  /// How many values, channels or lines a sample has in a tick: the product of `inputShape`.
  ///
  /// The lines that a network has for it are `InputCoding.inputCount(for:)`.
  public let inputCount: Int
  /// The names of the labels 0, 1, ….
  public let classNames: [String]
  public let train: SampleSet
  public let test: SampleSet
  /// The value of full scale: 1, 16 or 255, the least that holds every value; 1 for spike counts.
  public let fullScale: Int

  /// How many ticks the samples have; nil when they are values without a time of their own.
  public var ticks: Int? { test.form.ticks }

  /// Whether the samples are spike counts already; else a coding turns them into spikes.
  public var isCounts: Bool { test.form.isCounts }

  /// Whether the samples are recordings of events, which options divide into ticks.
  public var isEvents: Bool { test.isEvents }

  /// The ticks of a run on these data: their own, or those asked for, or 16.
  ///
  /// - Throws: `DatasetError.ticksMismatch` when the data have other ticks than asked for, and
  ///   `ticksOutOfRange` when the ticks asked for are not 1–65535.
  public func resolvedTicks(requested: Int?) throws(DatasetError) -> Int {
    if let requested, !(1...NetworkDocument.maximumTicks).contains(requested) { throw .ticksOutOfRange(requested) }
    guard let ticks else { return requested ?? Self.standardTicks }
    guard let requested, requested != ticks else { return ticks }
    throw .ticksMismatch(data: ticks, requested: requested)
  }

  /// The ticks of values when nobody asks for others.
  public static let standardTicks = 16

  /// The training samples, or an error when there are none.
  public func requireTraining() throws(DatasetError) -> SampleSet {
    guard train.count > 0 else { throw .noTrainingSamples(path: name) }
    return train
  }
}

extension InputCoding {
  /// How many input lines a network for a data set has under this coding: the data's inputs, and twice
  /// as many under `delta`.
  public func inputCount(for dataset: Dataset) -> Int { lineCount(values: dataset.inputCount) }

  /// The coding of a data set when nobody asks for another: `spikes` for counts, `deterministic` for
  /// values, `delta` for series, with the data's full scale.
  ///
  /// - Parameters:
  ///   - kind: another rule for values.
  ///   - levels: the greatest count of `direct` (by default 16, or the full scale if that is less) and of
  ///     `delta` (by default 1).
  ///   - seed: for `rate`.
  ///   - threshold: for `delta`; by default a sixteenth of the full scale, at least 1.
  public static func standard(
    for dataset: Dataset, kind: Kind? = nil, levels: Int? = nil, seed: UInt64 = 0, threshold: Int? = nil
  ) -> InputCoding {
    if dataset.isCounts { return InputCoding(kind: kind ?? .spikes, levels: levels ?? 1, threshold: threshold ?? 1) }
    let kind = kind ?? (dataset.ticks == nil ? .deterministic : .delta)
    return InputCoding(
      kind: kind, maximum: kind == .spikes ? 1 : dataset.fullScale,
      levels: levels ?? (kind == .direct ? min(16, dataset.fullScale) : 1), seed: kind == .rate ? seed : 0,
      threshold: threshold ?? (kind == .delta ? max(1, dataset.fullScale / 16) : 1))
  }
}
