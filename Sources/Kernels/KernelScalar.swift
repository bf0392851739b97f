import CKernels

/// The floats that kernels compute with.
public protocol KernelScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  /// The kernels of this type in a variant's table.
  static func reals(of table: UnsafePointer<ck_kernels>) -> UnsafePointer<ck_reals>
}

extension Float: KernelScalar {
  public static func reals(of table: UnsafePointer<ck_kernels>) -> UnsafePointer<ck_reals> { table.pointee.reals_f32 }
}

extension Double: KernelScalar {
  public static func reals(of table: UnsafePointer<ck_kernels>) -> UnsafePointer<ck_reals> { table.pointee.reals_f64 }
}
