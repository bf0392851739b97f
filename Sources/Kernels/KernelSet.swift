import CKernels

/// The kernels of one variant.
///
/// Every call checks the sizes of its buffers and traps when they do not fit. Rows are padded to
/// `lanes` elements with zeros.
public struct KernelSet: @unchecked Sendable {
  // Immutable tables of functions with static lifetime: safe to share.
  let table: UnsafePointer<ck_kernels>
  public let variant: KernelVariant

  /// The elements that rows are padded to a multiple of.
  public static let lanes = Int(CK_LANES)

  /// - Throws: `KernelError` when the processor does not run the variant.
  public init(_ variant: KernelVariant) throws(KernelError) {
    guard let table = variant.table else { throw .unsupportedVariant(variant) }
    self.table = table
    self.variant = variant
  }

  private init(portable table: UnsafePointer<ck_kernels>) {
    self.table = table
    variant = .portable
  }

  /// The kernels that run on every machine.
  public static let portable = KernelSet(portable: ck_portable())

  /// The kernels that `SNNMAP_KERNELS` asks for, or the best that this processor runs.
  public static func selected() throws(KernelError) -> KernelSet { try KernelSet(KernelVariant.selected()) }

  func checkRow(_ count: Int) { precondition(count % KernelSet.lanes == 0, "a row that is not padded") }
}
