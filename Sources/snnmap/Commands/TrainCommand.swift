import ArgumentParser
import Datasets
import NetworkFiles
import Reports
import Training
import TrainingRuns
import Workflows

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network in a target's own integers and write it as net.json.",
    usage: "snnmap train --data <data> -o <net.json> [<options>]",
    discussion: """
      The forward pass is the board's arithmetic, so the network computes on the board what it computed in \
      training. The same data, options and seed give the same bytes, whatever the number of threads, and \
      however often the run was interrupted and resumed. The test samples are read once, after training.

      Every run has a folder with its options, figures and checkpoints; Ctrl-C ends it with a checkpoint. \
      docs/training.md describes layers, model files and all options.

      Examples:
        snnmap train --data digits -o net.json
        snnmap train --data mnist:mnist-files --layers 12c5,p2,32c5,p2 --bits 4 -o net.json
        snnmap train --data spikes.npz --layers rec:128,readout \\
          --loss membrane_cross_entropy:mean --validation --patience 10 -o net.json
        snnmap train --data digits --model model.yaml --run runs/first -o net.json
        snnmap train --resume runs/first -o net.json
        snnmap train --data digits --precision float32 -o model.safetensors
      """)

  @Option(
    name: .long,
    help: ArgumentHelp("Samples to train and to test on (docs/data.md).", valueName: "digits|mnist:DIR|file.npz"))
  var data: String?

  @Option(name: .long, help: ArgumentHelp("Layers and options (docs/training.md).", valueName: "model.yaml"))
  var model: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Layers from the input on: 512,128, rec:128, 12c5,p2,32c5,p2, cuba:128,readout; 0 for the output alone, auto for "
        + "the largest layer that fits the target. Default: 128.", valueName: "layers"))
  var layers: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "k of the leak of --layers: what remains of a membrane after a tick is 1 − 2^−k. Default: 3.", valueName: "k"))
  var leakShift: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A shipped target (see `snnmap targets`) or a YAML file. Default: board.", valueName: "name|file.yaml"))
  var target: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Ticks of a sample. Default: those of the data, or 16.", valueName: "count"))
  var ticks: Int?

  @OptionGroup var choices: TrainingChoices
  @OptionGroup var coding: CodingOptions
  @OptionGroup var events: EventOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Random changes of training samples: shift=2,flip,drop=0.1,time-shift=3,time-stretch=0.1.",
      valueName: "changes"),
    transform: Augmentation.init(parsing:))
  var augment: Augmentation?

  @Option(
    name: .customLong("init"),
    help: ArgumentHelp(
      "Begin with the values of a float model, a network or a run.", valueName: "model.safetensors|run"))
  var beginning: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The folder of the run. Default: runs/NAME-1, -2, ….", valueName: "folder"))
  var runFolder: String?

  @Option(name: .long, help: ArgumentHelp("Go on with the run of this folder, to the same bytes.", valueName: "folder"))
  var resume: String?

  @Option(name: .long, help: "The network's name in reports. Default: that of the data.")
  var name: String?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The network file to write; of a float network its values.", valueName: "net.json"))
  var output: String?

  @Flag(name: .long, help: "No progress, no warnings and no result: errors alone.")
  var quiet = false

  @OptionGroup var threads: ThreadOption
  @OptionGroup var json: JSONOption

  func validate() throws {
    if resume == nil && data == nil { throw ValidationError("missing expected argument '--data <data>'") }
    if resume == nil && output == nil { throw ValidationError("missing expected argument '--output <net.json>'") }
    if resume != nil && runFolder != nil { throw ValidationError("--resume names the run's folder; leave out --run") }
    if resume != nil && beginning != nil { throw ValidationError("a resumed run has its values; leave out --init") }
    if model != nil && layers != nil { throw ValidationError("--model has the layers; leave out --layers") }
    if model != nil && leakShift != nil { throw ValidationError("--model has the leaks; leave out --leak-shift") }
    if quiet && json.json { throw ValidationError("--json prints the result; leave out --quiet") }
    if let ticks, !(1...TrainingRequest.maximumTicks).contains(ticks) {
      throw ValidationError("--ticks \(ticks) is out of range; use 1 to \(TrainingRequest.maximumTicks)")
    }
    if let leakShift, !(0...31).contains(leakShift) {
      throw ValidationError("--leak-shift \(leakShift) is not within 0–31")
    }
  }

  func run() throws {
    if let output {
      try OutputFile.check(output)
      try OutputFile.check(output, isNoneOf: [data, model])
    }
    let training = try TrainingAssembly(self).training()
    if let output { try checkEnding(of: output, training.prepared.options.precision) }
    let started = MonotonicClock.seconds
    let outcome = try TrainingDisplay(training, isQuiet: quiet, hasSummary: json.json).run()
    if let output {
      if let document = outcome.document {
        try NetworkFile.write(document, to: output)
      } else {
        try outcome.floatFile.write(to: output)
      }
    }
    let summary = TrainingSummary(
      outcome, output: output, run: training.path, seconds: MonotonicClock.seconds - started)
    if json.json {
      try Output.print(json: summary)
    } else if !quiet {
      try Output.print(TrainingText.text(summary))
    }
  }

  /// A float network is no net.json, and the reverse.
  private func checkEnding(of output: String, _ precision: Precision) throws {
    if precision == .integer && output.hasSuffix(".safetensors") {
      throw WorkflowError(
        .usage, "\(output): a network in integers is a net.json; the run's folder has its float values")
    }
    if precision == .integer { try OutputFile.checkSidecar(of: output) }
    if precision != .integer && output.hasSuffix(".json") {
      throw WorkflowError(
        .usage,
        "\(output): a float network is no net.json; write model.safetensors, of which `snnmap quantize` makes a net.json"
      )
    }
  }
}
