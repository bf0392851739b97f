import FixedPoint
import Kernels
import Testing

@Suite("The processor's checksum")
struct ProcessorChecksumTests {
  @Test("equals the portable one for every length, in one piece and in two", arguments: KernelVariant.supported)
  func equal(_ variant: KernelVariant) throws {
    guard let checksum = ProcessorChecksum(try KernelSet(variant)) else { return }
    var input = KernelInput(seed: 3)
    let buffer: AlignedBuffer<UInt8> = input.buffer(96, 0...255)
    let bytes = UnsafeRawBufferPointer(buffer.elements)
    for length in 0...96 {
      let whole = UnsafeRawBufferPointer(rebasing: bytes[..<length])
      let expected = CRC32C.checksum(of: whole)
      #expect(~checksum.updated(.max, whole) == expected)
      let first = checksum.updated(.max, UnsafeRawBufferPointer(rebasing: whole[..<(length / 3)]))
      #expect(~checksum.updated(first, UnsafeRawBufferPointer(rebasing: whole[(length / 3)...])) == expected)
    }
  }
}
