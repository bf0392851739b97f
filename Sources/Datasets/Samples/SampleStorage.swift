import NetworkFiles

/// Where the bytes of samples come from: an array in memory or mapped, or files that are decoded when a
/// sample is asked for.
///
/// Rows may be read from several threads at once, and the same row has the same bytes every time.
package protocol SampleStorage: Sendable {
  /// How many samples there are.
  var rowCount: Int { get }
  /// The bytes of one sample in its form.
  var rowBytes: Int { get }
  /// An upper bound of all bytes of all samples, 0–255.
  var maximumValue: Int { get }
  /// Gives the bytes of one sample to `body`, once.
  ///
  /// - Parameter row: 0..<rowCount.
  /// - Throws: `DatasetError` where the sample cannot be read; then `body` has not been called.
  func read(_ row: Int, _ body: (UnsafeRawBufferPointer) -> Void) throws(DatasetError)
}

/// Samples that are the rows of an array of bytes.
struct ArrayStorage: SampleStorage {
  let rowCount: Int
  let rowBytes: Int
  let maximumValue: Int
  private let array: NpyArray

  /// - Precondition: the array holds one byte for each entry of `rows` rows.
  init(_ array: NpyArray, rows: Int, rowBytes: Int) {
    precondition(array.count == rowBytes * rows && array.type.width == 1)
    self.array = array
    self.rowBytes = rowBytes
    rowCount = rows
    maximumValue = array.withBytes { Int($0.max() ?? 0) }
  }

  func read(_ row: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    let start = row * rowBytes
    array.withBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<start + rowBytes])) }
  }
}
