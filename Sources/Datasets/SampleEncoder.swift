import FixedPoint
import Networks

/// Turns samples into the counts that the input lines carry, tick by tick.
///
/// The result depends on the coding, the ticks, the sample and, for `rate`, the draw: nothing else.
public struct SampleEncoder: Sendable {
  public let coding: InputCoding
  public let ticks: Int
  public let inputCount: Int
  /// The count of every value under `direct`.
  private let directCounts: [UInt8]
  /// The chance of a spike of every value under `rate`, in 65536ths.
  let rateThresholds: [UInt32]

  /// Takes any numbers: `check` says whether samples can be encoded with them.
  public init(coding: InputCoding, ticks: Int, inputCount: Int) {
    self.coding = coding
    self.ticks = ticks
    self.inputCount = inputCount
    guard (try? coding.validate()) != nil else {
      (directCounts, rateThresholds) = ([], [])
      return
    }
    let maximum = coding.maximum
    directCounts = (0..<256).map { UInt8(coding.directCount(of: min($0, maximum))) }
    rateThresholds = (0..<256).map { UInt32((min($0, maximum) * 65536 + maximum / 2) / maximum) }
  }

  /// Throws why the samples of a set cannot be encoded: ticks, coding, or that they do not suit the set.
  public func check(_ set: SampleSet) throws(DatasetError) {
    guard (1...NetworkDocument.maximumTicks).contains(ticks) else { throw .ticksOutOfRange(ticks) }
    do throws(DocumentError) { try coding.validate() } catch { throw .invalidCoding(error) }
    guard set.inputCount == inputCount else { throw .inputMismatch(data: set.inputCount, network: inputCount) }
    let isCounts = set.form.ticks != nil
    guard isCounts == (coding.kind == .spikes) else {
      throw .codingMismatch(isCounts: isCounts, coding: coding.kind.rawValue)
    }
    if let data = set.form.ticks, data != ticks { throw .ticksMismatch(data: data, requested: ticks) }
    guard isCounts || set.maximumValue <= coding.maximum else {
      throw .valueAboveMaximum(value: set.maximumValue, maximum: coding.maximum)
    }
  }

  /// Writes one sample's counts as [ticks][inputs].
  ///
  /// - Parameters:
  ///   - index: the sample's position in `set`.
  ///   - draw: 0 for evaluation, 1 + epoch in training; below 2³².
  ///   - output: ticks × inputCount bytes, every one of which is written.
  /// - Precondition: `check(set)` does not throw.
  public func encode(
    _ index: Int, of set: SampleSet, draw: UInt64 = 0, into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    precondition(ticks > 0 && output.count == ticks * inputCount && set.inputCount == inputCount)
    set.withRow(index) { row in
      switch set.form {
      case .counts(let ticks):
        precondition(ticks == self.ticks)
        UnsafeMutableRawBufferPointer(output).copyMemory(from: row)
      case .bits(let ticks):
        precondition(ticks == self.ticks)
        unpack(row, into: output)
      case .values:
        precondition(set.maximumValue <= coding.maximum)
        switch coding.kind {
        case .spikes: preconditionFailure("values need a coding")
        case .direct: direct(row, into: output)
        case .deterministic: deterministic(row, into: output)
        case .rate: rate(row, sample: UInt32(truncatingIfNeeded: set.indices[index]), draw: draw, into: output)
        }
      }
    }
  }

  private func direct(_ row: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>) {
    directCounts.withUnsafeBufferPointer { counts in
      for input in 0..<inputCount { output[input] = counts[Int(row[input])] }
    }
    let bytes = UnsafeMutableRawBufferPointer(output)
    let first = UnsafeRawBufferPointer(rebasing: bytes[..<inputCount])
    for tick in 1..<max(ticks, 1) {
      UnsafeMutableRawBufferPointer(rebasing: bytes[(tick * inputCount)..<((tick + 1) * inputCount)])
        .copyMemory(from: first)
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
