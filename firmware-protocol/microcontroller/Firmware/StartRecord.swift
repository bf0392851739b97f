import BoardCore
import FixedPoint
import Hardware

/// How often the board has started: what makes its boot identifiers differ, as it has no source of chance.
///
/// Two records, each in a page of its own; a start writes over the one that is older or damaged.
struct StartRecord {
  private static var byteCount: Int { 12 }

  /// Counts a start, and returns its boot identifier.
  static func countStart(in flash: FlashMemory, at offset: Int) -> UInt64 {
    let first = read(flash, at: offset)
    let second = read(flash, at: offset + flash.pageBytes)
    let last = max(first ?? 0, second ?? 0)
    // Where neither is valid the board is new.
    let isFirstOlder = (first ?? 0) <= (second ?? 0)
    let count = last &+ 1
    // If storage fails here it will fail where a host can be told.
    try? write(count, to: flash, at: isFirstOlder ? offset : offset + flash.pageBytes)
    return mixed(count)
  }

  private static func read(_ flash: FlashMemory, at offset: Int) -> UInt64? {
    let bytes = flash.contents(offset..<offset + byteCount)
    let count = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    let stored = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
    // A page of zeros has no right checksum either: that of eight zero bytes is not 0.
    let computed = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[0..<8]))
    return stored == computed ? count : nil
  }

  private static func write(_ count: UInt64, to flash: FlashMemory, at offset: Int) throws(StorageError) {
    try flash.erase(offset..<offset + flash.pageBytes)
    var failure: StorageError?
    withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 8) { buffer in
      buffer.storeBytes(of: count.littleEndian, as: UInt64.self)
      let checksum = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: buffer[0..<8]))
      buffer.storeBytes(of: checksum.littleEndian, toByteOffset: 8, as: UInt32.self)
      do throws(StorageError) {
        try flash.write(UnsafeRawBufferPointer(buffer), at: offset)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Spreads numbers over all 64 bits, each to another one. Source: Steele, Lea and Flood, "Fast splittable
  /// pseudorandom number generators", OOPSLA 2014 (the finaliser of SplitMix64).
  private static func mixed(_ number: UInt64) -> UInt64 {
    var value = number &* 0x9E37_79B9_7F4A_7C15
    value = (value ^ (value &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value &>> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value &>> 31)
  }
}
