import ArgumentParser
import Training
import TrainingRuns
import Workflows

/// The options of training that may stand in a model file too; each overrides it.
struct TrainingChoices: ParsableArguments {
  @Option(name: .long, help: "Compute in the target's integers, or train a float network without a target.")
  var precision: Precision?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Bits of a weight, 2 (ternary) to 8. Default: 8.", valueName: "2-8"))
  var bits: Int?

  @Option(
    name: .long, help: "How the scale of weights is found: least squared error, or trained. Default: least_squares.")
  var clip: WeightClip?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Passes over the training samples. Default: 40, or 5 from 10,000 samples on.", valueName: "count"))
  var epochs: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "How many of the epochs are in floats, before those in integers. Default: 0.", valueName: "count"))
  var floatEpochs: Int?

  @Option(
    name: [.long, .customLong("batch")], parsing: .unconditional,
    help: ArgumentHelp("Samples of one step. Default: 32, or 128 from 10,000 samples on.", valueName: "count"))
  var batchSize: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("The greatest learning rate. Default: 0.002.", valueName: "number"))
  var learningRate: Float?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("The share of all steps in which the rate rises. Default: 0.1.", valueName: "0-1"))
  var warmUp: Float?

  @Option(
    name: .long,
    help: ArgumentHelp("constant, cosine or step:epochs=10,factor=0.1. Default: cosine.", valueName: "schedule"))
  var schedule: String?

  @Option(
    name: .long,
    help: ArgumentHelp("adam, adamw:0.01 or sgd:momentum=0.9,weight_decay=0. Default: adam.", valueName: "optimiser"))
  var optimiser: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The greatest norm of a step's gradient, or none. Default: none, with recurrent layers 1.", valueName: "number"))
  var gradientNorm: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "count_cross_entropy, rate_mean_squared, count_mean_squared:right=0.8,wrong=0.02 or membrane_cross_entropy:mean. "
        + "Default: count_cross_entropy, of a readout membrane_cross_entropy.", valueName: "loss"))
  var loss: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "sigmoid:4, triangular:1, rectangular:1, fast_sigmoid:4 or arctan:2. Default: fast_sigmoid:4, with recurrent "
        + "layers fast_sigmoid:10.",
      valueName: "surrogate"))
  var surrogate: String?

  @Option(name: .long, help: "Whether gradients flow through the reset. Default: detached.")
  var resetGradient: ResetGradient?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A penalty on rates: rate:strength=1,lower=0.01,upper=0.5, or none. Default: none.", valueName: "penalty"))
  var regularise: String?

  @Flag(name: .long, help: "Hold a tenth of the training samples out, and keep the epoch that is best on it.")
  var validation = false

  @Option(name: .long, help: "The epoch to keep: the last, or the best on a tenth (as --validation). Default: last.")
  var keep: EpochChoice?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Stop after so many epochs without a better one; with --validation.", valueName: "epochs"))
  var patience: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Everything random follows from this. Default: 1.", valueName: "number"))
  var seed: UInt64?

  enum EpochChoice: String, ExpressibleByArgument, CaseIterable {
    case last, best
  }

  func validate() throws {
    if validation && keep == .last { throw ValidationError("--validation keeps the best epoch; leave out --keep last") }
  }

  /// Puts what was given in place of what was there.
  ///
  /// - Throws: `TrainingRunsError.option`.
  func apply(to options: inout TrainingOptions) throws(TrainingRunsError) {
    let best = validation || keep == .best ? TrainingOptions.Selection.bestOnTenth : keep.map { _ in .lastEpoch }
    let given: [(flag: String, key: String, text: String?)] = [
      ("--precision", "precision", precision?.rawValue), ("--bits", "bits", bits.map(String.init)),
      ("--clip", "clip", clip?.rawValue), ("--epochs", "epochs", epochs.map(String.init)),
      ("--float-epochs", "float_epochs", floatEpochs.map(String.init)),
      ("--batch-size", "batch_size", batchSize.map(String.init)),
      ("--learning-rate", "learning_rate", learningRate.map { "\($0)" }),
      ("--warm-up", "warm_up", warmUp.map { "\($0)" }),
      ("--schedule", "schedule", schedule), ("--optimiser", "optimiser", optimiser),
      ("--gradient-norm", "gradient_norm", gradientNorm), ("--loss", "loss", loss),
      ("--surrogate", "surrogate", surrogate), ("--reset-gradient", "reset_gradient", resetGradient?.rawValue),
      ("--regularise", "regulariser", regularise), ("--keep", "selection", best?.rawValue),
      ("--patience", "patience", patience), ("--seed", "seed", seed.map { "\($0)" }),
    ]
    for (flag, key, text) in given {
      if let text { try TrainingField.named(key)?.store(text, in: &options, name: flag) }
    }
  }
}

extension TrainingChoices {
  /// Throws an option of integers that was given for a network in floats.
  func checkIntegers(_ precision: Precision) throws(WorkflowError) {
    guard precision != .integer else { return }
    let why = "a float network has no integer weights; leave it out"
    if let bits { throw WorkflowError(.usage, "--bits \(bits): \(why), and give it to `snnmap quantize`") }
    if let clip { throw WorkflowError(.usage, "--clip \(clip.rawValue): \(why)") }
  }
}

extension Precision: ExpressibleByArgument {}
extension WeightClip: ExpressibleByArgument {}
extension ResetGradient: ExpressibleByArgument {}
