import FixedPoint
import Testing

@Suite struct KnownAnswerTests {
  @Test("CRC-32C of 123456789 is e3069283, by bytes and by buffer")
  func crcCheckValue() {
    let bytes = Array("123456789".utf8)
    #expect(bytes.withUnsafeBytes { CRC32C.checksum(of: $0) } == 0xE306_9283)
    var crc = CRC32C()
    for byte in bytes { crc.update(byte) }
    #expect(crc.value == 0xE306_9283)
    #expect(CRC32C().value == 0)
  }

  @Test("CRC-32C of the RFC 3720 vectors")
  func crcVectors() {
    let zeros = [UInt8](repeating: 0, count: 32)
    let ones = [UInt8](repeating: 0xFF, count: 32)
    let rising = (0..<32).map { UInt8($0) }
    #expect(zeros.withUnsafeBytes { CRC32C.checksum(of: $0) } == 0x8A91_36AA)
    #expect(ones.withUnsafeBytes { CRC32C.checksum(of: $0) } == 0x62A8_AB43)
    #expect(rising.withUnsafeBytes { CRC32C.checksum(of: $0) } == 0x46DD_794E)
  }

  @Test("CRC-32C does not depend on where the bytes are split")
  func crcSplits() {
    var random = RandomStream(seed: 1, stream: 1)
    let bytes = (0..<1000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let whole = bytes.withUnsafeBytes { CRC32C.checksum(of: $0) }
    for _ in 0..<50 {
      let cut = Int(random.below(1001))
      var crc = CRC32C()
      bytes[..<cut].withUnsafeBytes { crc.update($0) }
      bytes[cut...].withUnsafeBytes { crc.update($0) }
      #expect(crc.value == whole)
    }
    var words = CRC32C()
    words.update(littleEndian: UInt32(0x0403_0201))
    words.update(littleEndian: UInt16(0x0605))
    var single = CRC32C()
    for byte in UInt8(1)...6 { single.update(byte) }
    #expect(words == single)
  }

  @Test(
    "SHA-256 of the FIPS 180-4 examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func sha(text: String, expected: String) {
    #expect(hex(Array(text.utf8).withUnsafeBytes { SHA256.digest(of: $0) }) == expected)
  }

  @Test("SHA-256 of a million letters a, fed in pieces of every size")
  func shaMillion() {
    let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 4096)
    var hash = SHA256()
    var left = 1_000_000
    var piece = 1
    while left > 0 {
      let count = min(left, piece)
      letters[..<count].withUnsafeBytes { hash.update($0) }
      left -= count
      piece = piece % 4000 + 37
    }
    let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    #expect(hex(hash.finalize()) == expected)
    // A finished hash starts anew.
    #expect(hash.finalize() == UnsafeRawBufferPointer(start: nil, count: 0).digest)
  }

  @Test("a digest keeps its bytes in order")
  func digestBytes() {
    let bytes = (0..<32).map { UInt8($0 * 7) }
    let digest = bytes.withUnsafeBytes { Digest(bytes: $0) }
    #expect((0..<32).map { digest[$0] } == bytes)
    #expect(digest.withBytes { Array($0) } == bytes)
  }

  @Test("Philox4x32-10 gives the Random123 known answers")
  func philox() {
    let zero = Philox4x32.block(counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0))
    #expect(zero == SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
    let ones = Philox4x32.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
    #expect(ones == SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
    let pi = Philox4x32.block(
      counter: SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), key: SIMD2(0xA409_3822, 0x299F_31D0))
    #expect(pi == SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  private func hex(_ digest: Digest) -> String {
    let digits = Array("0123456789abcdef")
    return String((0..<32).flatMap { [digits[Int(digest[$0] >> 4)], digits[Int(digest[$0] & 15)]] })
  }
}

extension UnsafeRawBufferPointer {
  fileprivate var digest: Digest { SHA256.digest(of: self) }
}
