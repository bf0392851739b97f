import Kernels
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Dense rows of the mesh")
struct MeshRowTests {
  @Test("rows that descend are added without a byte behind the end", arguments: KernelVariant.supported)
  func descending(_ variant: KernelVariant) throws {
    let columns = 256
    let rows = 16
    let size = max(Int(sysconf(Int32(_SC_PAGESIZE))), columns * rows)
    // What follows the rows cannot be read.
    let memory = try #require(
      mmap(nil, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    defer { munmap(memory, 2 * size) }
    try #require(mprotect(memory + size, size, PROT_NONE) == 0)
    let bytes = memory.bindMemory(to: UInt8.self, capacity: size)
    for place in 0..<size { bytes[place] = UInt8(truncatingIfNeeded: place &* 7 &+ place / 256) }
    let indices = (0..<UInt32(rows)).map { $0 }
    let origin = size - columns
    var sums = [Int32](repeating: 0, count: columns)
    let kernels = MeshKernels(try KernelSet(variant))
    sums.withUnsafeMutableBufferPointer { sums in
      indices.withUnsafeBufferPointer { indices in
        guard let sums = sums.baseAddress, let indices = indices.baseAddress else { return }
        kernels.addDense(
          sums, columns: columns, bits: 8, base: bytes,
          rows: DenseRows(
            indices: indices, origin: origin, stride: -columns, counts: nil, count: rows, end: bytes + size), shift: 1)
      }
    }
    let expected = (0..<columns).map { column in
      (0..<rows).reduce(Int32(0)) { $0 + 2 * Int32(Int8(bitPattern: bytes[origin - $1 * columns + column])) }
    }
    #expect(sums == expected)
  }
}
