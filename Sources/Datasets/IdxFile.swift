import NetworkFiles
import Networks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An idx file of bytes, plain or compressed by gzip: the format of MNIST.
///
/// Source: the format's description on the MNIST page: two zero bytes, the element type, the number of
/// axes, the extents as big-endian 32-bit numbers, the elements.
enum IdxFile {
  /// The greatest file, compressed or not, in bytes: 4 GiB.
  static let maximumBytes = 1 << 32

  /// Reads `folder/name`, or `folder/name.gz` when the former does not exist.
  ///
  /// - Parameter axes: the number of axes that the file must have.
  static func read(folder: String, name: String, axes: Int) throws -> NpyArray {
    let plain = "\(folder)/\(name)"
    let packed = plain + ".gz"
    guard access(packed, F_OK) == 0, access(plain, F_OK) != 0 else {
      return try parse(try MappedFile(plain, limit: maximumBytes), path: plain, axes: axes)
    }
    let file = try MappedFile(packed, limit: maximumBytes)
    return try parse(try decompressed(file, path: packed), path: packed, axes: axes)
  }

  static func headerBytes(axes: Int) -> Int { 4 + 4 * axes }

  static func parse(_ file: any WeightBytes, path: String, axes: Int) throws -> NpyArray {
    let shape = try file.withBytes { try header($0, path: path, axes: axes) }
    let start = headerBytes(axes: axes)
    let needed = start + (NpyArray.elementCount(of: shape) ?? 0)
    guard file.byteCount >= needed else {
      throw NetworkFilesError.truncated(path: path, what: "the idx file", needed: needed, available: file.byteCount)
    }
    guard file.byteCount == needed else {
      throw NetworkFilesError.corrupt(
        path: path, problem: "\(file.byteCount - needed) bytes follow the end of the idx data")
    }
    return NpyArray(shape: shape, type: .uint8, bytes: file, offset: start, path: path)
  }

  /// The extents; their product is at most `maximumBytes`.
  private static func header(_ bytes: UnsafeRawBufferPointer, path: String, axes: Int) throws -> [Int] {
    let size = headerBytes(axes: axes)
    guard bytes.count >= size else {
      throw NetworkFilesError.truncated(path: path, what: "an idx header", needed: size, available: bytes.count)
    }
    guard bytes[0] == 0, bytes[1] == 0, bytes[2] == 8, bytes[3] == UInt8(axes) else {
      let magic = (0..<4).map { String(bytes[$0], radix: 16) }.joined(separator: " ")
      throw NetworkFilesError.corrupt(
        path: path, problem: "starts with \(magic); an idx file of bytes with \(axes) axes starts with 0 0 8 \(axes)")
    }
    var shape: [Int] = []
    for axis in 0..<axes {
      let extent = (0..<4).reduce(0) { $0 << 8 | Int(bytes[4 + 4 * axis + $1]) }
      shape.append(extent)
    }
    let total = NpyArray.elementCount(of: shape) ?? Int.max
    guard total <= maximumBytes else {
      throw NetworkFilesError.tooLarge(path: path, what: "the idx data", bytes: total, limit: maximumBytes)
    }
    return shape
  }

  /// The contents of a gzip file whose size its idx header states.
  private static func decompressed(_ file: MappedFile, path: String) throws -> HeapBytes {
    try file.withBytes { packed in
      // The header alone first: memory is taken for what it says, if that is possible at all.
      var start = [UInt8](repeating: 0, count: 16)
      let probe = start.withUnsafeMutableBytes { Inflate.run(packed, .gzip, into: $0) }
      if let damage = probe.damage {
        throw NetworkFilesError.corrupt(path: path, problem: "is no sound gzip file: \(damage)")
      }
      let axes = min(Int(start[3]), 3)
      let shape = try start.withUnsafeBytes {
        try header(UnsafeRawBufferPointer(rebasing: $0[..<probe.produced]), path: path, axes: max(axes, 1))
      }
      let needed = headerBytes(axes: max(axes, 1)) + (NpyArray.elementCount(of: shape) ?? 0)
      // Deflate cannot expand by more than 1032.
      guard needed <= (packed.count + 64) * 1032 else {
        throw NetworkFilesError.truncated(
          path: path, what: "the idx file", needed: needed, available: (packed.count + 64) * 1032)
      }
      var outcome = probe
      let bytes = HeapBytes(byteCount: needed) { outcome = Inflate.run(packed, .gzip, into: $0) }
      if let damage = outcome.damage { throw NetworkFilesError.corrupt(path: path, problem: "is damaged: \(damage)") }
      guard outcome.produced == needed else {
        throw NetworkFilesError.truncated(path: path, what: "the idx file", needed: needed, available: outcome.produced)
      }
      guard outcome.finished else {
        throw NetworkFilesError.corrupt(path: path, problem: "goes on beyond its idx data, or is cut off at its end")
      }
      guard outcome.consumed == packed.count else {
        throw NetworkFilesError.corrupt(
          path: path, problem: "\(packed.count - outcome.consumed) bytes follow the compressed data")
      }
      return bytes
    }
  }
}
