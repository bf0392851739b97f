import Kernels
import NeuronCore

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

extension NeuronTick {
  /// The neurons of a layer, after checking that a tick's input fits 32 bits.
  ///
  /// - Parameters:
  ///   - count: the greatest count of a source.
  ///   - greatestWeight, greatestBias: magnitudes.
  init(
    _ model: NeuronModel, threshold: Int32, layer: Int, inputs: Int, count: Int, greatestWeight: Int,
    greatestBias: Int64
  ) throws(TrainingError) {
    // At most 65,536 · 255 · 128 + 2³¹: no overflow of 64 bits.
    let greatest = Int64(min(inputs, 1 << 16)) * Int64(count) * Int64(greatestWeight) + greatestBias
    guard inputs <= 1 << 16, greatest < 1 << 31 else { throw .layerTooWide(layer: layer, inputs: inputs) }
    self.init(
      leak: model.leak, compare: model.compare, reset: model.reset,
      lower: Int32(truncatingIfNeeded: model.lowerBound.resolved(threshold: threshold)), upper: model.upperBound,
      threshold: threshold, greatestInput: greatest)
  }
}
