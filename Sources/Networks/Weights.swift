/// Integer weights: in memory, or a window of a mapped file.
///
/// Elements are stored as 8-, 16- or 32-bit two's complement, little-endian. A mapped file stays
/// mapped for as long as any window of it lives.
public struct Weights: Sendable {
  /// The width of one stored element.
  public enum Element: Int, Sendable, Hashable {
    case int8 = 1
    case int16 = 2
    case int32 = 4
  }

  public let element: Element
  /// The number of weights.
  public let count: Int
  let storage: any WeightBytes
  let offset: Int

  /// A window of `count` elements at byte `offset` of `bytes`.
  ///
  /// - Precondition: the window lies inside `bytes`; readers of files check before.
  public init(element: Element, count: Int, bytes: any WeightBytes, offset: Int = 0) {
    precondition(offset >= 0 && count >= 0 && offset + count * element.rawValue <= bytes.byteCount)
    self.element = element
    self.count = count
    self.storage = bytes
    self.offset = offset
  }

  public init(_ values: [Int8]) {
    self.init(element: .int8, count: values.count, bytes: OwnedBytes(values))
  }

  public init(_ values: [Int16]) {
    self.init(element: .int16, count: values.count, bytes: OwnedBytes(values))
  }

  public init(_ values: [Int32]) {
    self.init(element: .int32, count: values.count, bytes: OwnedBytes(values))
  }

  /// Weight `index`.
  public subscript(index: Int) -> Int32 {
    precondition(index >= 0 && index < count)
    return storage.withBytes { bytes in
      switch element {
      case .int8: Int32(bytes.loadUnaligned(fromByteOffset: offset + index, as: Int8.self))
      case .int16: Int32(bytes.loadUnaligned(fromByteOffset: offset + index * 2, as: Int16.self))
      case .int32: bytes.loadUnaligned(fromByteOffset: offset + index * 4, as: Int32.self)
      }
    }
  }

  /// The raw elements, without a copy.
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try storage.withBytes {
      try body(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count * element.rawValue]))
    }
  }

  /// All weights as 32-bit values, in order.
  public var values: [Int32] {
    withBytes { bytes in
      switch element {
      case .int8: (0..<count).map { Int32(bytes.load(fromByteOffset: $0, as: Int8.self)) }
      case .int16: (0..<count).map { Int32(bytes.loadUnaligned(fromByteOffset: $0 * 2, as: Int16.self)) }
      case .int32: (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self) }
      }
    }
  }
}

extension Weights: Equatable {
  /// Equal values, whatever the width they are stored in.
  public static func == (left: Weights, right: Weights) -> Bool {
    left.count == right.count && left.values == right.values
  }
}

/// Bytes that weights may be a window of.
public protocol WeightBytes: AnyObject, Sendable {
  var byteCount: Int { get }
  func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R
}

/// Weight bytes held in memory.
final class OwnedBytes: WeightBytes {
  private let bytes: [UInt8]
  var byteCount: Int { bytes.count }

  init<T: FixedWidthInteger>(_ values: [T]) {
    bytes = values.withUnsafeBytes { Array($0) }
  }

  func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try bytes.withUnsafeBytes(body)
  }
}
