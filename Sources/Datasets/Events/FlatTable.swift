/// A table of a FlatBuffer, every access of which is checked against the bytes.
///
/// Source: FlatBuffers, "Internals": a table begins with the distance back to its vtable, which holds its
/// own size, the table's size and the offset of each field, 16 bits each, 0 for a field that is left out.
struct FlatTable {
  private let reader: EventReader
  private let position: Int
  private let vtable: Int
  private let vtableBytes: Int

  /// The root table of a buffer that begins with its own size in 32 bits.
  ///
  /// - Parameters:
  ///   - start: where the size stands.
  ///   - identifier: the four characters that the buffer must carry.
  init(sizePrefixed reader: EventReader, at start: Int, identifier: String) throws(DatasetError) {
    try reader.require(12, at: start, "a FlatBuffer")
    let size = Int(reader.little(start, 4))
    try reader.require(size, at: start + 4, "a FlatBuffer")
    guard reader.bytes[start + 8..<start + 12].elementsEqual(identifier.utf8) else {
      throw reader.failure(start + 8, "a FlatBuffer of the kind \(identifier) is expected here")
    }
    let position = start + 4 + Int(reader.little(start + 4, 4))
    try reader.require(4, at: position, "a table")
    let vtable = position - reader.int32(position)
    try reader.require(4, at: vtable, "a vtable")
    vtableBytes = Int(reader.little(vtable, 2))
    try reader.require(vtableBytes, at: vtable, "a vtable")
    (self.reader, self.position, self.vtable) = (reader, position, vtable)
  }

  /// Where a field of some bytes stands; nil where it is left out.
  func field(_ index: Int, bytes: Int) throws(DatasetError) -> Int? {
    let slot = 4 + 2 * index
    guard slot + 2 <= vtableBytes else { return nil }
    let offset = Int(reader.little(vtable + slot, 2))
    guard offset != 0 else { return nil }
    try reader.require(bytes, at: position + offset, "a field")
    return position + offset
  }

  /// Where the elements of a vector of structures stand, and how many there are; none where it is left out.
  func vector(_ index: Int, elementBytes: Int) throws(DatasetError) -> (start: Int, count: Int) {
    guard let place = try field(index, bytes: 4) else { return (0, 0) }
    let start = place + Int(reader.little(place, 4))
    try reader.require(4, at: start, "a vector")
    let count = Int(reader.little(start, 4))
    try reader.require(count * elementBytes, at: start + 4, "a vector of \(count) elements")
    return (start + 4, count)
  }

  /// A text; empty where it is left out.
  func text(_ index: Int) throws(DatasetError) -> String {
    let (start, count) = try vector(index, elementBytes: 1)
    return String(decoding: reader.bytes[start..<start + count], as: UTF8.self)
  }
}
