import FixedPoint
import Kernels
import Testing

@Suite("Kernels of populations")
struct PopulationKernelTests {
  @Test("events are the places of the counts that are not 0, at every length", arguments: KernelVariant.supported)
  func events(_ variant: KernelVariant) throws {
    let kernels = try KernelSet(variant)
    var random = RandomStream(seed: 5, stream: 1)
    for count in stride(from: 16, through: 400, by: 16) {
      let counts = AlignedBuffer<UInt8>(count: count, repeating: 0)
      let indices = AlignedBuffer<UInt16>(count: count, repeating: 0)
      let masks = AlignedBuffer<UInt64>(count: count, repeating: 0)
      let greatest: UInt32 = count % 32 == 0 ? 1 : 3
      for place in 0..<count { counts.elements[place] = random.below(4) == 0 ? UInt8(random.below(greatest + 1)) : 0 }
      var beyondOne = false
      let found = kernels.events(
        UnsafeBufferPointer(counts.elements), frame: 63, indices: indices.elements, masks: masks.elements,
        beyondOne: &beyondOne)
      let expected = (0..<count).filter { counts.elements[$0] != 0 }
      #expect(indices.elements.prefix(found).map { Int($0) } == expected)
      #expect((0..<count).filter { masks.elements[$0] == 1 << 63 } == expected)
      #expect(beyondOne == counts.elements.contains { $0 > 1 })
      #expect(kernels.total(UnsafeBufferPointer(counts.elements)) == counts.elements.map { Int($0) }.reduce(0, +))
    }
  }

  @Test("a product of whole numbers is exact, whatever its size", arguments: KernelVariant.supported)
  func product(_ variant: KernelVariant) throws {
    let kernels = try KernelSet(variant)
    for (rows, depth, columns) in [(1, 1, 16), (3, 10, 48), (8, 7, 32), (13, 5, 80)] {
      for adding in [false, true] {
        try check(kernels, rows, depth, columns, adding, as: Float.self)
        try check(kernels, rows, depth, columns, adding, as: Double.self)
      }
    }
  }

  private func check<R: KernelScalar>(
    _ kernels: KernelSet, _ rows: Int, _ depth: Int, _ columns: Int, _ adding: Bool, as type: R.Type
  ) throws {
    var random = RandomStream(seed: 6, stream: UInt64(rows))
    let a = AlignedBuffer<R>(count: rows * (depth + 3), repeating: 0),
      b = AlignedBuffer<R>(count: depth * columns, repeating: 0)
    let c = AlignedBuffer<R>(count: rows * columns, repeating: 2)
    for place in 0..<a.count { a.elements[place] = R(Int(random.below(9)) - 4) }
    for place in 0..<b.count { b.elements[place] = R(Int(random.below(9)) - 4) }
    kernels.product(
      c.elements, cStride: columns, UnsafeBufferPointer(a.elements), aStride: depth + 3,
      UnsafeBufferPointer(b.elements),
      rows: rows, depth: depth, columns: columns, adding: adding)
    for row in 0..<rows {
      for column in 0..<columns {
        let terms = (0..<depth).map { a.elements[row * (depth + 3) + $0] * b.elements[$0 * columns + column] }
        #expect(c.elements[row * columns + column] == terms.reduce(adding ? 2 : 0, +))
      }
    }
  }
}
