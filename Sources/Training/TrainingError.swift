import Datasets
import Kernels

/// Why a network was not trained.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An option lies outside what it may be.
  case option(name: String, value: String, allowed: String)
  /// The target does not compute what an option asks for.
  case unsupported(option: String, value: String, allowed: String)
  /// The target computes what training does not: a key of its file, what that says and what training needs.
  case target(key: String, has: String, needs: String)
  /// There are no samples to train on.
  case noSamples
  /// A sample's label is not a class.
  case label(sample: Int, label: Int, classes: Int)
  /// Samples for validation differ from those for training.
  case inputsDiffer(training: Int, validation: Int)
  /// Inputs carry counts that the target does not take.
  case inputCount(needed: Int, allowed: Int)
  /// A layer's input sum could pass 32 bits.
  case layerTooWide(layer: Int, inputs: Int)
  /// Weights became infinite or not a number.
  case diverged(epoch: Int, layer: Int)
  /// All weights of a layer are 0 in the end, so that it passes nothing on.
  case weightsVanished(layer: Int, threshold: Int, count: Int)
  /// No kernels for this processor.
  case kernels(KernelError)
  /// A sample could not be read.
  case data(DatasetError)
  /// The caller asked to stop.
  case cancelled

  public var description: String {
    switch self {
    case .option(let name, let value, let allowed): "\(name) \(value) is out of range; use \(allowed)"
    case .unsupported(let option, let value, let allowed):
      "the target does not have \(option) \(value); it has \(allowed)"
    case .target(let key, let has, let needs):
      "training needs \(needs) in arithmetic.\(key) of the target, which has \(has); use another target"
    case .noSamples: "there are no training samples"
    case .label(let sample, let label, let classes):
      "sample \(sample) has label \(label), but there are classes 0 to \(classes - 1)"
    case .inputsDiffer(let training, let validation):
      "training samples have \(training) inputs and validation samples \(validation); use samples of one shape"
    case .inputCount(let needed, let allowed):
      "inputs carry counts up to \(needed), but the target takes \(allowed); use another coding or fewer levels"
    case .layerTooWide(let layer, let inputs):
      "layer \(layer) has \(inputs) inputs, whose weighted sum could pass 32 bits; use fewer inputs or levels"
    case .diverged(let epoch, let layer):
      "training diverged in epoch \(epoch): layer \(layer) has infinite weights; use a smaller learning rate"
    case .weightsVanished(let layer, let threshold, let count):
      "all weights of layer \(layer) came out as 0: its threshold can be no more than \(threshold) for counts up to "
        + "\(count); use a coding with smaller counts, such as deterministic, or a target with more membrane bits"
    case .kernels(let error): error.description
    case .data(let error): "\(error)"
    case .cancelled: "training was cancelled"
    }
  }
}
