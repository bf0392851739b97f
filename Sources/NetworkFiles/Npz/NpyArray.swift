import Networks

/// A numpy array in memory or as a window of a mapped file: little-endian, C order.
public struct NpyArray: Sendable {
  public let shape: [Int]
  public let type: NpyType
  /// The number of elements.
  public let count: Int
  /// The file and array that errors name.
  public let path: String
  private let storage: any WeightBytes
  private let offset: Int

  /// The greatest array that is decompressed into memory, in bytes: 4 GiB.
  public static let maximumDecompressedBytes = 1 << 32

  /// An array of these elements.
  ///
  /// - Precondition: the shape's product times the type's width is the number of bytes.
  public init(shape: [Int], type: NpyType, bytes: any WeightBytes, offset: Int = 0, path: String = "array") {
    self.shape = shape
    self.type = type
    self.storage = bytes
    self.offset = offset
    self.path = path
    guard let count = Self.elementCount(of: shape) else { preconditionFailure("no array has the shape \(shape)") }
    self.count = count
    precondition(offset >= 0 && offset + count * type.width <= bytes.byteCount)
  }

  /// The product of extents, nil when one is negative or the product is beyond 2⁴⁷.
  public static func elementCount(of shape: [Int]) -> Int? {
    if shape.contains(0), shape.allSatisfy({ $0 >= 0 }) { return 0 }
    var total = 1
    for extent in shape {
      let (value, overflow) = total.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow, value <= 1 << 47 else { return nil }
      total = value
    }
    return total
  }

  public init(shape: [Int], _ elements: [UInt8]) { self.init(shape: shape, type: .uint8, bytes: HeapBytes(elements)) }
  public init(shape: [Int], _ elements: [Int32]) { self.init(shape: shape, type: .int32, bytes: HeapBytes(elements)) }
  public init(shape: [Int], _ elements: [Int64]) { self.init(shape: shape, type: .int64, bytes: HeapBytes(elements)) }
  public init(shape: [Int], _ elements: [Float]) { self.init(shape: shape, type: .float32, bytes: HeapBytes(elements)) }

  public init(shape: [Int], _ elements: [Bool]) {
    self.init(shape: shape, type: .bool, bytes: HeapBytes(elements.map { $0 ? UInt8(1) : 0 }))
  }

  /// Reads an npy file.
  public static func read(_ path: String) throws(NetworkFilesError) -> NpyArray {
    let file = try MappedFile(path)
    return try NpyArray(file: file, range: 0..<file.byteCount, path: path)
  }

  /// The array in a range of some bytes: a window where it can be, else a converted copy.
  init(file: any WeightBytes, range: Range<Int>, path: String) throws(NetworkFilesError) {
    let header = try file.withBytesThrowing { (all) throws(NetworkFilesError) in
      try NpyHeader.parse(UnsafeRawBufferPointer(rebasing: all[range]), path: path)
    }
    let needed = header.dataOffset + header.dataBytes
    guard range.count >= needed else {
      throw .truncated(path: path, what: "the array", needed: needed, available: range.count)
    }
    guard range.count == needed else {
      throw .corrupt(path: path, problem: "\(range.count - needed) bytes follow the end of the array")
    }
    let start = range.lowerBound + header.dataOffset
    let transposed = header.fortranOrder && header.shape.count > 1
    if !header.swapped, !transposed {
      self.init(shape: header.shape, type: header.type, bytes: file, offset: start, path: path)
      return
    }
    guard header.dataBytes <= Self.maximumDecompressedBytes else {
      throw .tooLarge(
        path: path, what: "the array that must be reordered", bytes: header.dataBytes,
        limit: Self.maximumDecompressedBytes)
    }
    let converted = file.withBytes { all in
      header.converted(UnsafeRawBufferPointer(rebasing: all[start..<start + header.dataBytes]))
    }
    self.init(shape: header.shape, type: header.type, bytes: converted, path: path)
  }

  /// The elements as they lie in memory, without a copy.
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try storage.withBytes {
      try body(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count * type.width]))
    }
  }

  /// The same elements under another shape.
  ///
  /// - Precondition: the shapes hold equally many elements.
  public func reshaped(_ shape: [Int]) -> NpyArray {
    precondition(Self.elementCount(of: shape) == count)
    return NpyArray(shape: shape, type: type, bytes: storage, offset: offset, path: path)
  }

  /// Whether the elements lie in a mapped file rather than in memory.
  public var isMapped: Bool { storage is MappedFile }
}

extension WeightBytes {
  /// `withBytes` with a typed error.
  func withBytesThrowing<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    let result: Result<R, E> = withBytes { bytes in
      do throws(E) { return .success(try body(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}

extension NpyHeader {
  /// The elements little-endian and in C order.
  fileprivate func converted(_ source: UnsafeRawBufferPointer) -> HeapBytes {
    let width = type.width
    return HeapBytes(byteCount: source.count) { target in
      if fortranOrder, shape.count > 1 {
        var index = [Int](repeating: 0, count: shape.count)
        var strides: [Int] = []
        var stride = width
        for extent in shape {
          strides.append(stride)
          stride *= extent
        }
        for element in 0..<count {
          var position = 0
          for axis in 0..<shape.count { position += index[axis] * strides[axis] }
          for byte in 0..<width { target[element * width + byte] = source[position + byte] }
          var axis = shape.count - 1
          while axis >= 0 {
            index[axis] += 1
            if index[axis] < shape[axis] { break }
            index[axis] = 0
            axis -= 1
          }
        }
      } else {
        target.copyMemory(from: source)
      }
      if swapped {
        let unit = type.swapWidth
        for start in stride(from: 0, to: source.count, by: unit) {
          for byte in 0..<unit / 2 { target.swapAt(start + byte, start + unit - 1 - byte) }
        }
      }
    }
  }
}
