import Kernels

extension KernelSet {
  /// The kernels of a variant, or those of the environment.
  static func forTraining(_ variant: KernelVariant?) throws(TrainingError) -> KernelSet {
    do throws(KernelError) {
      guard let variant else { return try KernelSet.selected() }
      return try KernelSet(variant)
    } catch {
      throw .kernels(error)
    }
  }
}
