import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A compiled form of the kernels. All give the same bits.
public enum KernelVariant: String, Sendable, Hashable, CaseIterable {
  /// Runs on every machine.
  case portable
  /// x86-64-v3: AVX2.
  case v3
  /// x86-64-v4: AVX-512.
  case v4

  /// Whether this processor runs the variant.
  public var isSupported: Bool { table != nil }

  /// The variants that this processor runs, the best last.
  public static var supported: [KernelVariant] { allCases.filter(\.isSupported) }

  /// The name of the environment variable that chooses a variant.
  public static let environmentName = "SNNMAP_KERNELS"

  /// The variant of a name; without one, the best that the processor runs.
  ///
  /// - Throws: `KernelError` for a name that is none, or a variant that the processor lacks.
  public static func named(_ name: String?) throws(KernelError) -> KernelVariant {
    guard let name, !name.isEmpty else { return supported.last ?? .portable }
    guard let variant = KernelVariant(rawValue: name) else { throw .unknownVariant(name) }
    guard variant.isSupported else { throw .unsupportedVariant(variant) }
    return variant
  }

  /// The variant that the environment asks for by `SNNMAP_KERNELS`.
  public static func selected() throws(KernelError) -> KernelVariant {
    try named(getenv(environmentName).map { String(cString: $0) })
  }

  var table: UnsafePointer<ck_kernels>? {
    switch self {
    case .portable: ck_portable()
    case .v3: ck_v3()
    case .v4: ck_v4()
    }
  }
}

/// Why no kernels could be chosen.
public enum KernelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The name is not one of the variants.
  case unknownVariant(String)
  /// The processor does not run the variant.
  case unsupportedVariant(KernelVariant)

  public var description: String {
    switch self {
    case .unknownVariant(let name):
      let names = KernelVariant.allCases.map(\.rawValue).joined(separator: ", ")
      return "\(KernelVariant.environmentName)=\(name): no such kernels; use one of \(names)"
    case .unsupportedVariant(let variant):
      let names = KernelVariant.supported.map(\.rawValue).joined(separator: ", ")
      return "\(KernelVariant.environmentName)=\(variant.rawValue): this processor runs only \(names)"
    }
  }
}
