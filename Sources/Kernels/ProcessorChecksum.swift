import CKernels

/// The processor's own instruction for CRC-32C.
public struct ProcessorChecksum: @unchecked Sendable {
  // A function without state.
  private let step: @convention(c) (UInt32, UnsafePointer<UInt8>?, Int) -> UInt32

  /// - Returns: nil where the variant has none.
  public init?(_ kernels: KernelSet) {
    guard let step = kernels.table.pointee.mesh.pointee.checksum else { return nil }
    self.step = step
  }

  /// That of the kernels that run by default; nil where they have none.
  public static let selected = (try? KernelSet.selected()).flatMap { ProcessorChecksum($0) }

  /// The register after `bytes`; it begins with all ones, and the checksum is its complement.
  public func updated(_ register: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    step(register, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
  }
}
