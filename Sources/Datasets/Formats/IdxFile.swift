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

  /// The most axes that are read.
  static let maximumAxes = 4

  /// Reads a file, or the file of that name with `.gz` when the former does not exist.
  ///
  /// A path that ends in `.gz` itself is unpacked.
  /// - Parameter axes: the numbers of axes that the file may have.
  static func read(_ plain: String, axes: ClosedRange<Int>) throws -> NpyArray {
    let packed = plain.hasSuffix(".gz") ? plain : plain + ".gz"
    guard packed == plain || (access(packed, F_OK) == 0 && access(plain, F_OK) != 0) else {
      return try parse(try MappedFile(plain, limit: maximumBytes), path: plain, axes: axes)
    }
    let file = try MappedFile(packed, limit: maximumBytes)
    return try parse(try decompressed(file, path: packed), path: packed, axes: axes)
  }

  static func headerBytes(axes: Int) -> Int { 4 + 4 * axes }

  static func parse(_ file: any WeightBytes, path: String, axes: ClosedRange<Int>) throws -> NpyArray {
    let shape = try file.withBytes { try header($0, path: path, axes: axes) }
    let start = headerBytes(axes: shape.count)
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
  private static func header(_ bytes: UnsafeRawBufferPointer, path: String, axes: ClosedRange<Int>) throws -> [Int] {
    var size = headerBytes(axes: axes.lowerBound)
    guard bytes.count >= size else {
      throw NetworkFilesError.truncated(path: path, what: "an idx header", needed: size, available: bytes.count)
    }
    guard bytes[0] == 0, bytes[1] == 0, bytes[2] == 8, axes.contains(Int(bytes[3])) else {
      let magic = (0..<4).map { String(bytes[$0], radix: 16) }.joined(separator: " ")
      throw NetworkFilesError.corrupt(
        path: path,
        problem: axes.count == 1
          ? "starts with \(magic); an idx file of bytes with \(axes.lowerBound) axes starts with 0 0 8 \(axes.lowerBound)"
          : "starts with \(magic); an idx file of bytes with \(axes.lowerBound) to \(axes.upperBound) axes starts with 0 0 8 and their number"
      )
    }
    size = headerBytes(axes: Int(bytes[3]))
    guard bytes.count >= size else {
      throw NetworkFilesError.truncated(path: path, what: "an idx header", needed: size, available: bytes.count)
    }
    var shape: [Int] = []
    for axis in 0..<Int(bytes[3]) {
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
      var start = [UInt8](repeating: 0, count: headerBytes(axes: maximumAxes))
      let probe = start.withUnsafeMutableBytes { Inflate.run(packed, .gzip, into: $0) }
      if let damage = probe.damage {
        throw NetworkFilesError.corrupt(path: path, problem: "is no sound gzip file: \(damage)")
      }
      let found = min(max(Int(start[3]), 1), maximumAxes)
      let shape = try start.withUnsafeBytes {
        try header(UnsafeRawBufferPointer(rebasing: $0[..<probe.produced]), path: path, axes: found...found)
      }
      let needed = headerBytes(axes: found) + (NpyArray.elementCount(of: shape) ?? 0)
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
