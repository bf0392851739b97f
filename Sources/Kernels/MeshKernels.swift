import CKernels
import NeuronCore

/// The kernels of the mesh emulator: rows of weights and ticks of neurons.
///
/// They trust their caller, who has validated the image: pointers are to as many elements as the calls say.
public struct MeshKernels: @unchecked Sendable {
  // An immutable table of functions with static lifetime: safe to share.
  private let table: ck_mesh_kernels

  public init(_ kernels: KernelSet) {
    table = kernels.table.pointee.mesh.pointee
  }

  /// Adds dense rows: `sums[j] += 2^shift · Σ count · row[j]`; sums wrap.
  ///
  /// - Parameters:
  ///   - bits: of a weight, 2, 4 or 8.
  public func addDense(
    _ sums: UnsafeMutablePointer<Int32>, columns: Int, bits: Int, base: UnsafePointer<UInt8>, rows: DenseRows,
    shift: Int
  ) {
    withUnsafePointer(to: rows.raw) {
      table.dense(sums, columns, Int32(truncatingIfNeeded: bits), base, $0, UInt32(1) &<< UInt32(shift))
    }
  }

  /// Adds sparse rows of two bytes a synapse, or of three where `isWide`; sums wrap.
  public func addSparse(
    _ sums: UnsafeMutablePointer<Int32>, base: UnsafePointer<UInt8>, rows: UnsafePointer<SparseRow>, count: Int,
    isWide: Bool
  ) {
    rows.withMemoryRebound(to: ck_mesh_row.self, capacity: count) {
      if isWide { table.sparse_wide(sums, base, $0, count) } else { table.sparse_compact(sums, base, $0, count) }
    }
  }

  /// Lists the places of the counts that are not 0, ascending.
  ///
  /// - Parameters:
  ///   - indices: with room for 64 more than there are.
  ///   - seen: ⌈count / 64⌉ words, in which their bits are set.
  /// - Returns: how many there are, whether a bit was set before, and whether a count is above 1.
  public func active(
    _ counts: UnsafePointer<UInt8>, count: Int, indices: UnsafeMutablePointer<UInt32>,
    seen: UnsafeMutablePointer<UInt64>
  ) -> (found: Int, clash: Bool, isBeyondOne: Bool) {
    var clash: Int32 = 0
    var beyond: Int32 = 0
    let found = table.active(counts, count, indices, seen, &clash, &beyond)
    return (found, clash != 0, beyond != 0)
  }

  /// One tick of all neurons of `neurons` over 32-bit sums, which are cleared.
  ///
  /// - Parameters:
  ///   - first: the number of the first neuron in the list of spikes.
  ///   - moved: becomes true when a state has changed.
  /// - Returns: how many neurons have spiked and are listed with their counts, ascending.
  public func tick(
    _ neurons: MeshNeurons, sums: UnsafeMutablePointer<Int32>, first: Int,
    spikes: UnsafeMutablePointer<UInt32>, counts: UnsafeMutablePointer<UInt8>, moved: inout Bool
  ) -> Int {
    var any: Int32 = 0
    let found = withUnsafePointer(to: neurons.narrow) {
      table.tick32($0, neurons.count, sums, UInt32(first), spikes, counts, &any)
    }
    if any != 0 { moved = true }
    return found
  }

  /// The same over 64-bit sums.
  public func tick(
    _ neurons: MeshNeurons, sums: UnsafeMutablePointer<Int64>, first: Int,
    spikes: UnsafeMutablePointer<UInt32>, counts: UnsafeMutablePointer<UInt8>, moved: inout Bool
  ) -> Int {
    var any: Int32 = 0
    let found = withUnsafePointer(to: neurons.wide) {
      table.tick64($0, neurons.count, sums, UInt32(first), spikes, counts, &any)
    }
    if any != 0 { moved = true }
    return found
  }
}

/// Dense rows of one shape, by where they begin.
public struct DenseRows {
  let raw: ck_mesh_rows

  /// - Parameters:
  ///   - offsets: of the rows' beginnings behind the base.
  ///   - counts: the count of each row, or nil where all are 1.
  ///   - end: no byte at or behind it is read.
  public init(
    offsets: UnsafePointer<UInt64>, counts: UnsafePointer<UInt8>?, count: Int, end: UnsafePointer<UInt8>
  ) {
    raw = ck_mesh_rows(offsets: offsets, indices: nil, origin: 0, stride: 0, counts: counts, count: count, end: end)
  }

  /// Rows that begin at `origin + index · stride` behind the base.
  public init(
    indices: UnsafePointer<UInt32>, origin: Int, stride: Int, counts: UnsafePointer<UInt8>?, count: Int,
    end: UnsafePointer<UInt8>
  ) {
    raw = ck_mesh_rows(
      offsets: nil, indices: indices, origin: Int64(origin), stride: Int64(stride), counts: counts, count: count,
      end: end)
  }
}

/// A sparse row and what its weights are multiplied with.
public struct SparseRow {
  private let raw: ck_mesh_row

  /// - Parameter factor: count · 2^shift, at most 32,640.
  @inline(__always)
  public init(offset: Int, entries: Int, factor: Int) {
    raw = ck_mesh_row(
      offset: UInt64(truncatingIfNeeded: offset), entries: UInt32(truncatingIfNeeded: entries),
      factor: UInt32(truncatingIfNeeded: factor))
  }
}
