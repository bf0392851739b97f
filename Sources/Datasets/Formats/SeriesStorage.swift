import NetworkFiles

/// Series of numbers [samples, ticks, channels], scaled to bytes channel by channel when they are read.
///
/// A number v becomes ⌊(v − least)·255 / (greatest − least) + ½⌋, at least 0 and at most 255.
struct SeriesStorage: SampleStorage {
  let rowCount: Int
  let rowBytes: Int
  let maximumValue = 255
  private let array: NpyArray
  private let scales: [ColumnScale]

  /// - Precondition: the array is finite and has rowCount × rowBytes numbers, a row being ticks × scales.
  init(_ array: NpyArray, rows: Int, rowBytes: Int, scales: [ColumnScale]) {
    self.array = array
    self.scales = scales
    self.rowBytes = rowBytes
    rowCount = rows
  }

  func read(_ row: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: rowBytes, alignment: 16) { bytes in
      array.withNumbers { number in
        var channel = 0
        for position in 0..<rowBytes {
          bytes[position] = scales[channel].byte(number(row * rowBytes + position))
          channel = channel + 1 == scales.count ? 0 : channel + 1
        }
      }
      body(UnsafeRawBufferPointer(bytes))
    }
  }
}

/// How the numbers of a column become bytes: by the least and the greatest of the training samples.
struct ColumnScale: Equatable {
  private(set) var least = Double.infinity
  private(set) var greatest = -Double.infinity

  mutating func include(_ number: Double) {
    least = min(least, number)
    greatest = max(greatest, number)
  }

  /// 0 for a column that does not vary.
  func byte(_ number: Double) -> UInt8 {
    guard greatest > least else { return 0 }
    // Halves first, so that a range of the greatest floats does not overflow.
    let share = (number / 2 - least / 2) / (greatest / 2 - least / 2)
    return UInt8(max(0, min(255, (share * 255 + 0.5).rounded(.down))))
  }
}

extension NpyArray {
  /// Gives a function that reads the numbers of an array of integers, booleans or floats as `Double`.
  func withNumbers<R>(_ body: ((Int) -> Double) -> R) -> R {
    withBytes { bytes in
      func load<T: BitwiseCopyable>(_ index: Int, _ type: T.Type) -> T {
        bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self)
      }
      return switch type {
      case .bool, .uint8: body { Double(load($0, UInt8.self)) }
      case .int8: body { Double(load($0, Int8.self)) }
      case .uint16: body { Double(UInt16(littleEndian: load($0, UInt16.self))) }
      case .int16: body { Double(Int16(littleEndian: load($0, Int16.self))) }
      case .uint32: body { Double(UInt32(littleEndian: load($0, UInt32.self))) }
      case .int32: body { Double(Int32(littleEndian: load($0, Int32.self))) }
      case .uint64: body { Double(UInt64(littleEndian: load($0, UInt64.self))) }
      case .int64: body { Double(Int64(littleEndian: load($0, Int64.self))) }
      case .float32: body { Double(Float(bitPattern: UInt32(littleEndian: load($0, UInt32.self)))) }
      case .float64: body { Double(bitPattern: UInt64(littleEndian: load($0, UInt64.self))) }
      case .unicode: body { _ in .nan }
      }
    }
  }
}
