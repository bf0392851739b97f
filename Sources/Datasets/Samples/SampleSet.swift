import NetworkFiles

/// Samples of one kind with their labels: rows of a storage, in a given order.
public struct SampleSet: Sendable {
  /// What a row of the storage holds.
  public enum Form: Sendable, Hashable {
    /// One byte for each input, to be coded: [inputs].
    case values
    /// One byte for each tick and channel, to be coded: [ticks][inputs].
    case series(ticks: Int)
    /// A count for each tick and input: [ticks][inputs].
    case counts(ticks: Int)
    /// A bit for each tick and input, the first input in the highest bit: [ticks][⌈inputs/8⌉].
    case bits(ticks: Int)

    /// The ticks of a sample, nil for values.
    public var ticks: Int? {
      switch self {
      case .values: nil
      case .series(let ticks), .counts(let ticks), .bits(let ticks): ticks
      }
    }

    /// Whether the samples are spike counts already, which no coding changes.
    public var isCounts: Bool {
      switch self {
      case .values, .series: false
      case .counts, .bits: true
      }
    }

    func rowBytes(inputCount: Int) -> Int {
      switch self {
      case .values: inputCount
      case .series(let ticks), .counts(let ticks): ticks * inputCount
      case .bits(let ticks): ticks * ((inputCount + 7) / 8)
      }
    }
  }

  public let form: Form
  /// How many values, channels or lines a sample has (in each tick).
  public let inputCount: Int
  /// The class of each sample.
  public let labels: [Int]
  /// The row of each sample in what it was read from; the sample's number in `rate` coding.
  public let indices: [Int]
  /// An upper bound of the bytes of all rows, also of those that are not in this set.
  public var maximumValue: Int { storage.maximumValue }
  /// Whether the samples are recordings of events.
  var isEvents: Bool { storage is EventStorage }
  private let storage: any SampleStorage

  /// How many samples there are.
  public var count: Int { labels.count }

  /// Samples that are all rows of a storage.
  ///
  /// - Precondition: the storage has `labels.count` rows of the form's size.
  init(form: Form, inputCount: Int, labels: [Int], storage: any SampleStorage) {
    precondition(storage.rowCount == labels.count && storage.rowBytes == form.rowBytes(inputCount: inputCount))
    self.form = form
    self.inputCount = inputCount
    self.labels = labels
    self.storage = storage
    indices = Array(0..<labels.count)
  }

  /// Samples that are all rows of an array.
  ///
  /// - Precondition: the array holds one byte for each entry of `labels.count` rows of the form.
  init(form: Form, inputCount: Int, labels: [Int], array: NpyArray) {
    self.init(
      form: form, inputCount: inputCount, labels: labels,
      storage: ArrayStorage(array, rows: labels.count, rowBytes: form.rowBytes(inputCount: inputCount)))
  }

  private init(_ other: SampleSet, positions: [Int]) {
    form = other.form
    inputCount = other.inputCount
    labels = positions.map { other.labels[$0] }
    indices = positions.map { other.indices[$0] }
    storage = other.storage
  }

  private init(_ other: SampleSet, inputCount: Int, storage: any SampleStorage) {
    precondition(storage.rowCount == other.storage.rowCount)
    precondition(storage.rowBytes == other.form.rowBytes(inputCount: inputCount))
    (form, labels, indices) = (other.form, other.labels, other.indices)
    (self.inputCount, self.storage) = (inputCount, storage)
  }

  /// The same samples out of a storage that is made of this one and has as many rows.
  func replacingStorage(inputCount: Int, _ made: (any SampleStorage) -> any SampleStorage) -> SampleSet {
    SampleSet(self, inputCount: inputCount, storage: made(storage))
  }

  /// The samples at some positions, in that order; the bytes are shared.
  public func selecting(_ positions: [Int]) -> SampleSet { SampleSet(self, positions: positions) }

  /// Gives the bytes of one sample, in the set's form, to `body`.
  ///
  /// - Parameter sample: 0..<count.
  /// - Throws: `DatasetError` where a sample that is read on demand cannot be read.
  public func withRow<R>(_ sample: Int, _ body: (UnsafeRawBufferPointer) -> R) throws(DatasetError) -> R {
    var result: R?
    try storage.read(indices[sample]) { result = body($0) }
    guard let result else { preconditionFailure("a storage gives each row once") }
    return result
  }

  /// Two parts that a seed decides: nine tenths to train on and one tenth (at least one sample of two)
  /// to choose the best epoch by. Both keep the order of this set.
  public func splitForValidation(seed: UInt64) -> (training: SampleSet, validation: SampleSet) {
    let order = SampleEncoder.permutation(count: count, seed: seed, purpose: .validation)
    let size = count < 2 ? 0 : max(1, count / 10)
    return (selecting(order[size...].sorted()), selecting(order[..<size].sorted()))
  }
}
