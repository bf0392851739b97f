import Kernels
import Testing

@Suite("The choice of kernels")
struct KernelVariantTests {
  @Test("without a name, the best variant of the processor is taken")
  func best() throws {
    #expect(try KernelVariant.named(nil) == KernelVariant.supported.last)
    #expect(try KernelVariant.named("") == KernelVariant.supported.last)
  }

  @Test("every supported variant can be asked for by name", arguments: KernelVariant.supported)
  func byName(_ variant: KernelVariant) throws {
    #expect(try KernelVariant.named(variant.rawValue) == variant)
    #expect(try KernelSet(variant).variant == variant)
  }

  @Test("an unknown name is an error that lists the names")
  func unknown() {
    #expect(throws: KernelError.unknownVariant("fast")) { try KernelVariant.named("fast") }
    #expect(
      KernelError.unknownVariant("fast").description
        == "SNNMAP_KERNELS=fast: no such kernels; use one of portable, v3, v4")
  }

  @Test("a variant that the processor lacks is an error")
  func unsupported() {
    for variant in KernelVariant.allCases where !variant.isSupported {
      #expect(throws: KernelError.unsupportedVariant(variant)) { try KernelSet(variant) }
    }
    #expect(KernelVariant.portable.isSupported)
  }
}
