/// Reads numbers out of the bytes of an event file; every read names the byte where it fails.
struct EventReader {
  let path: String
  let bytes: [UInt8]

  /// The greatest recording that is read, in bytes: 1 GiB.
  static let maximumBytes = 1 << 30

  func failure(_ offset: Int, _ problem: String) -> DatasetError {
    .damaged(path: path, offset: offset, problem: problem)
  }

  /// Throws unless `count` bytes are there from an offset on.
  func require(_ count: Int, at offset: Int, _ what: String) throws(DatasetError) {
    guard offset >= 0, count >= 0, offset <= bytes.count, bytes.count - offset >= count else {
      throw failure(
        min(max(offset, 0), bytes.count),
        "\(what) needs \(count) bytes, but \(max(0, bytes.count - max(offset, 0))) are left; the file is cut off or damaged"
      )
    }
  }

  /// An unsigned little-endian number of up to eight bytes, which the caller has made sure are there.
  func little(_ offset: Int, _ width: Int) -> UInt64 {
    var value: UInt64 = 0
    for place in 0..<width { value |= UInt64(bytes[offset + place]) &<< UInt64(8 * place) }
    return value
  }

  func int32(_ offset: Int) -> Int { Int(Int32(truncatingIfNeeded: little(offset, 4))) }
  func int16(_ offset: Int) -> Int { Int(Int16(truncatingIfNeeded: little(offset, 2))) }

  /// An unsigned big-endian number of 32 bits, which the caller has made sure is there.
  func big32(_ offset: Int) -> UInt32 {
    UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16 | UInt32(bytes[offset + 2]) << 8
      | UInt32(bytes[offset + 3])
  }

  /// The lines at the beginning that start with `#`, and where the rest begins.
  ///
  /// A `#` that is followed by anything but printable text up to a line break is data already.
  func textHeader() -> (lines: [String], end: Int) {
    var lines: [String] = []
    var start = 0
    while start < bytes.count, bytes[start] == UInt8(ascii: "#") {
      guard let end = bytes[start...].firstIndex(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0D }),
        bytes[end] == UInt8(ascii: "\n")
      else { break }
      var line = bytes[start..<end]
      if line.last == 0x0D { line.removeLast() }
      lines.append(String(decoding: line, as: UTF8.self))
      start = end + 1
      if lines.last == "#!END-HEADER" || lines.last == "#End Of ASCII Header" { break }
    }
    return (lines, start)
  }
}

extension SensorSize {
  /// The size of a sensor by the name that AEDAT headers give it.
  init?(chip text: String) {
    let name = text.uppercased()
    let sizes: [(String, Int, Int)] = [
      ("DVS128", 128, 128), ("DAVIS128", 128, 128), ("DAVIS208", 208, 192), ("DAVIS240", 240, 180),
      ("DAVIS346", 346, 260), ("DAVIS640", 640, 480),
    ]
    guard let size = sizes.first(where: { name.contains($0.0) }) else { return nil }
    self.init(width: size.1, height: size.2)
  }
}
