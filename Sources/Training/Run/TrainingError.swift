import Datasets
import Kernels

/// Why a network was not trained.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An option lies outside what it may be.
  case option(name: String, value: String, allowed: String)
  /// The target does not compute what an option or a population asks for.
  case unsupported(option: String, value: String, allowed: String)
  /// The target computes what training does not: a key of its file, what that says and what training needs.
  case target(key: String, has: String, needs: String)
  /// A layer does not fit the ones before it, or the data: what is wrong with it, and what it needs instead.
  case model(layer: String, problem: String)
  /// A loss of spikes with a readout at the end, or the reverse.
  case lossDoesNotFit(loss: String, population: String, needs: String)
  /// There are no samples to train on.
  case noSamples
  /// A sample's label is not a class.
  case label(sample: Int, label: Int, classes: Int)
  /// Samples differ in shape from those that the model was made for.
  case shapesDiffer(what: String, has: [Int], needs: [Int])
  /// Inputs carry counts that the target does not take.
  case inputCount(needed: Int, allowed: Int)
  /// A population's sum of one tick could pass 32 bits.
  case layerTooWide(layer: String, sources: Int)
  /// The loss, or a population's weights, became infinite or not a number.
  case diverged(epoch: Int, population: String, what: String)
  /// All weights of a population are 0 in the end, so that it passes nothing on.
  case weightsVanished(population: String, threshold: Int, count: Int)
  /// A sample could not be read.
  case data(DatasetError)
  /// A state belongs to another run.
  case stateDiffers(what: String, state: String, run: String)
  /// A state could not be kept.
  case checkpoint(String)
  /// A network or a float model cannot be taken as the beginning, or not be deployed.
  case network(String)
  /// No kernels for this processor.
  case kernels(KernelError)
  /// The caller asked to stop.
  case cancelled

  public var description: String {
    switch self {
    case .option(let name, let value, let allowed): "\(name) \(value) is out of range; use \(allowed)"
    case .unsupported(let option, let value, let allowed):
      "the target does not have \(option) \(value); it has \(allowed)"
    case .target(let key, let has, let needs):
      "training needs \(needs) in arithmetic.\(key) of the target, which has \(has); use another target"
    case .model(let layer, let problem): "\(layer) \(problem)"
    case .lossDoesNotFit(let loss, let population, let needs):
      "the loss \(loss) needs \(needs), which \(population) is not; change the loss or the role of the last layer"
    case .noSamples: "there are no training samples"
    case .label(let sample, let label, let classes):
      "sample \(sample) has label \(label), but there are classes 0 to \(classes - 1)"
    case .shapesDiffer(let what, let has, let needs):
      "\(what) have the shape \(Self.words(has)), but \(Self.words(needs)) is needed"
    case .inputCount(let needed, let allowed):
      "inputs carry counts up to \(needed), but the target takes \(allowed); use another coding or fewer levels"
    case .layerTooWide(let layer, let sources):
      "\(layer) sums \(sources) sources, which could pass 32 bits; use fewer inputs, levels or weight bits"
    case .diverged(let epoch, let population, let what):
      "training diverged in epoch \(epoch): \(what) of \(population) became infinite or not a number; "
        + "use a smaller learning rate, or a bound of the gradient's norm"
    case .weightsVanished(let population, let threshold, let count):
      "all weights of \(population) came out as 0: its threshold can be no more than \(threshold) for counts up to "
        + "\(count); use a coding with smaller counts, such as deterministic, or a target with more membrane bits"
    case .data(let error): error.description
    case .stateDiffers(let what, let state, let run):
      "the checkpoint belongs to another run: its \(what) is \(state), this run's is \(run)"
    case .checkpoint(let message): message
    case .network(let message): message
    case .kernels(let error): error.description
    case .cancelled: "training was cancelled"
    }
  }

  /// Extents as a user writes them: `2 × 34 × 34`.
  private static func words(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " × ") }
}
