import WireProtocol

/// The public keys of which a board takes images: none leaves it unlocked, at most four fit.
public struct PinnedKeys: Equatable, Sendable {
  public static var capacity: Int { BoardSecurity.maximumKeys }

  public private(set) var count = 0
  private var key0 = PublicKey()
  private var key1 = PublicKey()
  private var key2 = PublicKey()
  private var key3 = PublicKey()

  public init() {}

  /// One key.
  public init(_ key: PublicKey) {
    _ = append(key)
  }

  /// Key `index`, below `count`; behind it no key at all.
  public subscript(index: Int) -> PublicKey {
    switch index {
    case 0: key0
    case 1: key1
    case 2: key2
    default: key3
    }
  }

  public var isEmpty: Bool { count == 0 }

  public func contains(_ key: PublicKey) -> Bool {
    for index in 0..<count where self[index] == key { return true }
    return false
  }

  /// Adds a key behind the others; false where there is no place for it.
  public mutating func append(_ key: PublicKey) -> Bool {
    switch count {
    case 0: key0 = key
    case 1: key1 = key
    case 2: key2 = key
    case 3: key3 = key
    default: return false
    }
    count += 1
    return true
  }

  init(from reader: inout WireReader, count: Int) throws(WireError) {
    for index in 0..<Self.capacity {
      guard let key = PublicKey(bytes: try reader.slice(PublicKey.byteCount)) else { return }
      if index < count { _ = append(key) }
    }
  }

  func write(to writer: inout WireWriter) throws(WireError) {
    for index in 0..<Self.capacity {
      for byte in 0..<PublicKey.byteCount { try writer.u8(self[index][byte]) }
    }
  }
}
