import FixedPoint
import Kernels
import Networks

/// Turns samples into the counts that the input lines carry, tick by tick.
///
/// The result depends on the coding, the ticks, the sample and, for `rate` and augmentation, the draw:
/// nothing else.
public struct SampleEncoder: Sendable {
  public let coding: InputCoding
  public let ticks: Int
  /// How many input lines there are: under `delta` two for each channel.
  public let inputCount: Int
  /// What is changed at random in samples whose draw is not 0.
  public let augmentation: Augmentation
  /// The shape of a sample without its ticks, needed to shift and to flip.
  public let inputShape: [Int]?
  /// The count of every value under `direct`.
  let directCounts: [UInt8]
  /// The chance of a spike of every value under `rate`, in 65536ths.
  let rateThresholds: [UInt32]
  /// The tick of every value but 0 under `latency`.
  let latencyTicks: [Int]
  let kernels: KernelSet

  /// Takes any numbers: `check` says whether samples can be encoded with them.
  ///
  /// - Parameters:
  ///   - inputCount: the lines of the network, `InputCoding.inputCount(for:)`.
  ///   - inputShape: `Dataset.inputShape`; needed for an augmentation that shifts or flips.
  public init(
    coding: InputCoding, ticks: Int, inputCount: Int, augmentation: Augmentation = .none, inputShape: [Int]? = nil
  ) {
    self.coding = coding
    self.ticks = ticks
    self.inputCount = inputCount
    self.augmentation = augmentation
    self.inputShape = inputShape
    // A wrong SNNMAP_KERNELS is told where the work begins; spikes are the same with all kernels.
    kernels = (try? KernelSet.selected()) ?? .portable
    guard (try? coding.validate()) != nil, (1...NetworkDocument.maximumTicks).contains(ticks) else {
      (directCounts, rateThresholds, latencyTicks) = ([], [], [])
      return
    }
    let maximum = coding.maximum
    let values = (0..<256).map { min($0, maximum) }
    directCounts = values.map { UInt8(coding.directCount(of: $0)) }
    rateThresholds = values.map { UInt32(($0 * 65536 + maximum / 2) / maximum) }
    latencyTicks = values.map { coding.latencyTick(of: $0, ticks: ticks) ?? 0 }
  }

  /// Throws why the samples of a set cannot be encoded: ticks, coding, augmentation, or that they do not
  /// suit the set.
  public func check(_ set: SampleSet) throws(DatasetError) {
    guard (1...NetworkDocument.maximumTicks).contains(ticks) else { throw .ticksOutOfRange(ticks) }
    do throws(DocumentError) { try coding.validate() } catch { throw .invalidCoding(error) }
    let lines = coding.lineCount(values: set.inputCount)
    guard lines == inputCount else { throw .inputMismatch(data: lines, network: inputCount) }
    let isCounts = set.form.isCounts
    guard isCounts == (coding.kind == .spikes) else {
      throw .codingMismatch(isCounts: isCounts, coding: coding.kind.rawValue)
    }
    if let data = set.form.ticks, data != ticks { throw .ticksMismatch(data: data, requested: ticks) }
    if coding.kind == .delta, set.form == .values { throw .deltaWithoutSeries }
    if coding.kind == .latency, set.form != .values { throw .latencyOfSeries }
    guard isCounts || set.maximumValue <= coding.maximum else {
      throw .valueAboveMaximum(value: set.maximumValue, maximum: coding.maximum)
    }
    try augmentation.check(inputShape: inputShape, inputs: set.inputCount)
  }

  /// The greatest count that a line carries in one tick, at least 1; for event data their cap.
  public func maximumCount(of set: SampleSet) -> Int {
    switch set.form {
    case .counts: max(set.maximumValue, 1)
    case .bits: 1
    case .values, .series: coding.greatestCount
    }
  }

  /// Writes one sample's counts as [ticks][inputs].
  ///
  /// - Parameters:
  ///   - index: the sample's position in `set`.
  ///   - draw: 0 for evaluation, which is never augmented, 1 + epoch in training; below 2³².
  ///   - output: ticks × inputCount bytes, every one of which is written.
  /// - Throws: `DatasetError` where a sample that is read on demand cannot be read; then the output's
  ///   bytes mean nothing.
  /// - Precondition: `check(set)` does not throw.
  public func encode(
    _ index: Int, of set: SampleSet, draw: UInt64 = 0, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(DatasetError) {
    precondition(ticks > 0 && output.count == ticks * inputCount)
    precondition(coding.lineCount(values: set.inputCount) == inputCount && set.form.ticks ?? ticks == ticks)
    let sample = UInt32(truncatingIfNeeded: set.indices[index])
    let values = set.inputCount
    guard draw > 0, augmentation != .none else {
      try set.withRow(index) { row in fill(row, set.form, values: values, sample: sample, draw: draw, into: output) }
      return
    }
    let change = augmentation.drawn(sample: sample, draw: draw)
    try set.withRow(index) { row in
      if change.movesMaps, let geometry = MapMove(shape: inputShape ?? [], change: change) {
        fillMoved(row, set.form, values: values, geometry, sample: sample, draw: draw, into: output)
      } else {
        fill(row, set.form, values: values, sample: sample, draw: draw, into: output)
      }
    }
    change.moveInTime(output, ticks: ticks, inputs: inputCount)
    augmentation.drop(from: output, sample: sample, draw: draw)
  }

  /// The counts of a row of values, series, counts or bits.
  private func fill(
    _ row: UnsafeRawBufferPointer, _ form: SampleSet.Form, values: Int, sample: UInt32, draw: UInt64,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    switch form {
    case .counts: UnsafeMutableRawBufferPointer(output).copyMemory(from: row)
    case .bits: unpack(row, into: output)
    case .values:
      switch coding.kind {
      case .spikes, .delta: preconditionFailure("values need a coding for values")
      case .direct: direct(row, into: output)
      case .deterministic: deterministic(row, into: output)
      case .rate: rate(row, sample: sample, draw: draw, into: output)
      case .latency: latency(row, into: output)
      }
    case .series: fillSeries(row, channels: values, sample: sample, draw: draw, into: output)
    }
  }

  /// The counts of a row whose maps are moved.
  private func fillMoved(
    _ row: UnsafeRawBufferPointer, _ form: SampleSet.Form, values: Int, _ geometry: MapMove, sample: UInt32,
    draw: UInt64, into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    if case .counts = form {
      geometry.move(row, into: UnsafeMutableRawBufferPointer(output))
      return
    }
    let size = form == .values ? values : values * ticks
    withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { scratch in
      if case .bits = form {
        scratch.withMemoryRebound(to: UInt8.self) { unpack(row, into: $0) }
        geometry.move(UnsafeRawBufferPointer(scratch), into: UnsafeMutableRawBufferPointer(output))
      } else {
        geometry.move(row, into: scratch)
        fill(UnsafeRawBufferPointer(scratch), form, values: values, sample: sample, draw: draw, into: output)
      }
    }
  }

  /// One byte for each bit, highest bit first.
  private func unpack(_ row: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>) {
    let stride = (inputCount + 7) / 8
    var position = 0
    for tick in 0..<ticks {
      for input in 0..<inputCount {
        output[position] = (row[tick &* stride &+ input &>> 3] &>> UInt8(7 &- input & 7)) & 1
        position &+= 1
      }
    }
  }
}
