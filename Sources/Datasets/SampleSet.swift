import NetworkFiles

/// Samples of one kind with their labels: rows of an array, in a given order.
public struct SampleSet: Sendable {
  /// What a row of the array holds.
  public enum Form: Sendable, Hashable {
    /// One byte for each input, to be coded: [inputs].
    case values
    /// A count for each tick and input: [ticks][inputs].
    case counts(ticks: Int)
    /// A bit for each tick and input, the first input in the highest bit: [ticks][⌈inputs/8⌉].
    case bits(ticks: Int)

    /// The ticks of a sample, nil for values.
    public var ticks: Int? {
      switch self {
      case .values: nil
      case .counts(let ticks), .bits(let ticks): ticks
      }
    }
  }

  public let form: Form
  public let inputCount: Int
  /// The class of each sample.
  public let labels: [Int]
  /// The row of each sample in the array it was read from; the sample's number in `rate` coding.
  public let indices: [Int]
  /// The greatest byte of the array (of all rows, also of those that are not in this set).
  public let maximumValue: Int
  private let array: NpyArray
  private let rowBytes: Int

  /// How many samples there are.
  public var count: Int { labels.count }

  /// Samples that are all rows of an array.
  ///
  /// - Precondition: the array holds one byte for each entry of `labels.count` rows of the form.
  init(form: Form, inputCount: Int, labels: [Int], array: NpyArray) {
    self.form = form
    self.inputCount = inputCount
    self.labels = labels
    self.array = array
    indices = Array(0..<labels.count)
    switch form {
    case .values: rowBytes = inputCount
    case .counts(let ticks): rowBytes = ticks * inputCount
    case .bits(let ticks): rowBytes = ticks * ((inputCount + 7) / 8)
    }
    precondition(array.count == rowBytes * labels.count && array.type.width == 1)
    maximumValue = array.withBytes { Int($0.max() ?? 0) }
  }

  private init(_ other: SampleSet, positions: [Int]) {
    form = other.form
    inputCount = other.inputCount
    labels = positions.map { other.labels[$0] }
    indices = positions.map { other.indices[$0] }
    maximumValue = other.maximumValue
    array = other.array
    rowBytes = other.rowBytes
  }

  /// The samples at some positions, in that order; the bytes are shared.
  public func selecting(_ positions: [Int]) -> SampleSet { SampleSet(self, positions: positions) }

  /// The bytes of one sample, in the set's form.
  ///
  /// - Parameter sample: 0..<count.
  public func withRow<R>(_ sample: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    let start = indices[sample] * rowBytes
    return try array.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0[start..<start + rowBytes])) }
  }

  /// Two parts that a seed decides: nine tenths to train on and one tenth (at least one sample of two)
  /// to choose the best epoch by. Both keep the order of this set.
  public func splitForValidation(seed: UInt64) -> (training: SampleSet, validation: SampleSet) {
    let order = SampleEncoder.permutation(count: count, seed: seed, purpose: .validation)
    let size = count < 2 ? 0 : max(1, count / 10)
    return (selecting(order[size...].sorted()), selecting(order[..<size].sorted()))
  }
}
