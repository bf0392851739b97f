import CKernels

extension KernelSet {
  /// A tick of a Xylo core without aliases: 16-bit currents and membranes, 32 neurons at once.
  ///
  /// - Parameters:
  ///   - core: columns padded to `CK_XYLO_LANES`; whoever calls keeps its buffers alive and of the sizes it states.
  ///   - inputs: a count for each input.
  public func xyloTick(_ core: UnsafePointer<ck_xylo>, inputs: UnsafePointer<UInt8>) {
    table.pointee.xylo_tick(core, inputs)
  }
}
