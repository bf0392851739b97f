import FixedPoint
import Kernels
import NeuronCore
import Testing

@Suite("Integer kernels")
struct IntegerKernelTests {
  @Test("sums of rows are exact, also past 16 bits", arguments: KernelVariant.supported)
  func sums(_ variant: KernelVariant) throws {
    let kernels = try KernelSet(variant)
    for (seed, width) in [16, 32, 48, 64, 96, 112, 128, 144, 240, 400].enumerated() {
      var input = KernelInput(seed: UInt64(seed))
      let sources = 1100
      let isExtreme = seed % 2 == 0
      let rows: AlignedBuffer<Int8> = input.buffer(sources * width, isExtreme ? -128 ... -126 : -128...127)
      let counts: AlignedBuffer<UInt8> = input.buffer(sources, isExtreme ? 254...255 : 0...255)
      let active = isExtreme ? Array(0..<sources) : (0..<sources).filter { counts.elements[$0] != 0 && $0 % 3 != 1 }
      let indices = AlignedBuffer<UInt16>(count: active.count, repeating: 0)
      for (place, source) in active.enumerated() { indices.elements[place] = UInt16(source) }
      for weighted in [false, true] {
        let sums = AlignedBuffer<Int32>(count: width, repeating: -7)
        defer { withExtendedLifetime((sums, rows, indices, counts)) {} }
        kernels.sumRows(sums.elements, rows: rows.read, indices: indices.read, counts: weighted ? counts.read : nil)
        let expected = (0..<width).map { column in
          active.reduce(Int32(0)) {
            $0 + Int32(rows.elements[$1 * width + column]) * (weighted ? Int32(counts.elements[$1]) : 1)
          }
        }
        #expect(sums.array == expected)
      }
    }
  }

  @Test("no active source gives sums of 0", arguments: KernelVariant.supported)
  func noSource(_ variant: KernelVariant) throws {
    let sums = AlignedBuffer<Int32>(count: 80, repeating: 5)
    let rows = AlignedBuffer<Int8>(count: 160, repeating: 1)
    let none = AlignedBuffer<UInt16>(count: 0, repeating: 0)
    defer { withExtendedLifetime((sums, rows, none)) {} }
    try KernelSet(variant).sumRows(sums.elements, rows: rows.read, indices: none.read, counts: nil)
    #expect(sums.array.allSatisfy { $0 == 0 })
  }
}
