import Datasets
import TestSupport
import Testing

/// Frames written with the reference implementation of LZ4.
@Suite struct LZ4Tests {
  static let text = [UInt8](
    Array(repeating: Array("spikes and spikes and spikes, ticks and ticks; ".utf8), count: 9).joined())
  static let packed = bytes(
    hex: """
      04224d186c40a7010000000000006a2c000000bd7370696b657320616e64200b00622c207469636b1d00010a001e3b2400073a00
      0f2f00ff4550636b733b200000000013349ff9
      """)
  static let stored = bytes(
    hex: """
      04224d18684028000000000000007528000080000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20
      2122232425262700000000
      """)

  @Test("packed and stored blocks")
  func frames() throws {
    #expect(try LZ4Frame.unpacked(Self.packed, path: "a") == Self.text)
    #expect(try LZ4Frame.unpacked(Self.stored, path: "a") == Array(0..<40))
    // Two frames are none.
    #expect(throws: DatasetError.self) { try LZ4Frame.unpacked(Self.stored + Self.stored, path: "a") }
  }

  @Test("xxHash32 of the empty text, of abc and of a text beyond 16 bytes")
  func checksums() {
    #expect(LZ4Frame.xxHash32([]) == 0x02CC_5D05)
    #expect(LZ4Frame.xxHash32(Array("abc".utf8)[...]) == 0x32D1_53FF)
    #expect(LZ4Frame.xxHash32(Self.text[...]) == 0xF99F_3413)
  }

  @Test("every damaged frame that has a checksum is refused or gives the same bytes")
  func damaged() {
    var mutation = Mutation(seed: 12)
    var refused = 0
    for _ in 0..<5000 {
      if let bytes = try? LZ4Frame.unpacked(mutation.damaged(Self.packed), path: "a") {
        #expect(bytes == Self.text)
      } else {
        refused += 1
      }
    }
    #expect(refused > 4000)
  }
}
