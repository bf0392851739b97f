import FixedPoint
import Testing

/// Long buffers take another way than short ones.
struct FoldingTests {
  @Test(
    "CRC-32C of a long buffer is that of its bytes one by one, whatever its length and place",
    arguments: [21_099, 21_100, 21_101, 21_107, 61_448, 65_535, 65_536, 65_537, 86_636, 200_003])
  func folding(count: Int) {
    var random = RandomStream(seed: 26, stream: UInt64(count))
    let bytes = (0..<count + 8).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for start in [0, 1, 7] {
      var oneByOne = CRC32C()
      oneByOne.update(littleEndian: UInt32(start))
      var folded = oneByOne
      for byte in bytes[start..<start + count] { oneByOne.update(byte) }
      bytes.withUnsafeBytes { folded.update(UnsafeRawBufferPointer(rebasing: $0[start..<start + count])) }
      #expect(folded.value == oneByOne.value)
    }
  }

  @Test("CRC-32C of a long buffer tells every damaged byte near its ends and between")
  func damage() {
    var bytes = [UInt8](repeating: 0xA5, count: 61_448)
    let sound = bytes.withUnsafeBytes { CRC32C.checksum(of: $0) }
    for place in [0, 1, 7, 8, 766, 767, 2523, 5274, 5275, 30_000, 56_172, 56_173, 61_440, 61_447] {
      bytes[place] ^= 0x10
      #expect(bytes.withUnsafeBytes { CRC32C.checksum(of: $0) } != sound)
      bytes[place] ^= 0x10
    }
  }
}
