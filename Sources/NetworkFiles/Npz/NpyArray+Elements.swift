extension NpyArray {
  /// The elements of an integer or boolean array.
  ///
  /// Throws for other types, and for unsigned 64-bit values beyond 2⁶³ − 1.
  public func integers() throws(NetworkFilesError) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(count)
    let sound = withBytes { bytes -> Bool in
      func append<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) -> Bool {
        for index in 0..<count {
          let value = T(littleEndian: bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self))
          guard let number = Int(exactly: value) else { return false }
          result.append(number)
        }
        return true
      }
      return switch type {
      case .bool, .uint8: append(UInt8.self)
      case .int8: append(Int8.self)
      case .uint16: append(UInt16.self)
      case .int16: append(Int16.self)
      case .uint32: append(UInt32.self)
      case .int32: append(Int32.self)
      case .uint64: append(UInt64.self)
      case .int64: append(Int64.self)
      case .float32, .float64, .unicode: false
      }
    }
    guard sound else {
      throw .unsupported(path: path, problem: "holds \(type.name) where whole numbers of up to 63 bits are needed")
    }
    return result
  }

  /// The elements of a float array.
  public func floats() throws(NetworkFilesError) -> [Float] {
    guard type == .float32 || type == .float64 else {
      throw .unsupported(path: path, problem: "holds \(type.name) where float32 or float64 is needed")
    }
    return withBytes { bytes in
      (0..<count).map {
        if type == .float32 {
          Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
        } else {
          Float(
            Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))))
        }
      }
    }
  }

  /// The elements of a boolean array, or of a `uint8` array of zeros and ones.
  public func flags() throws(NetworkFilesError) -> [Bool] {
    guard type == .bool || type == .uint8 else {
      throw .unsupported(path: path, problem: "holds \(type.name) where bool is needed")
    }
    let values = withBytes { Array($0) }
    guard let odd = values.first(where: { $0 > 1 }) else { return values.map { $0 == 1 } }
    throw .corrupt(path: path, problem: "holds \(odd) where false or true is needed")
  }

  /// The elements of a text array.
  public func strings() throws(NetworkFilesError) -> [String] {
    guard case .unicode(let length) = type else {
      throw .unsupported(path: path, problem: "holds \(type.name) where text is needed")
    }
    var result: [String] = []
    for element in 0..<count {
      var text = ""
      for position in 0..<length {
        let code = withBytes {
          UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: (element * length + position) * 4, as: UInt32.self))
        }
        if code == 0 { break }
        guard let scalar = Unicode.Scalar(code) else {
          throw .corrupt(path: path, problem: "holds text that is not Unicode")
        }
        text.unicodeScalars.append(scalar)
      }
      result.append(text)
    }
    return result
  }

  /// An array of text.
  public init(shape: [Int], strings: [String]) {
    let length = max(1, strings.map(\.unicodeScalars.count).max() ?? 1)
    var codes: [UInt32] = []
    for string in strings {
      let scalars = string.unicodeScalars.map(\.value.littleEndian)
      codes += scalars + [UInt32](repeating: 0, count: length - scalars.count)
    }
    self.init(shape: shape, type: .unicode(length), bytes: HeapBytes(codes))
  }
}
