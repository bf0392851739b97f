import Mapper
import Targets
import Workflows

/// The result of the main job as a table that a newcomer understands.
public enum DemoText {
  public static func text(_ result: MainJob.Result) -> String {
    let totals = result.compilation.report.totals
    var facts = TextTable([])
    func share(_ accuracy: Double) -> String { "\(NumberText.percent(accuracy)) of \(result.samples) test samples" }
    facts.add(["accuracy in training's forward pass", share(result.trainingAccuracy)])
    facts.add(["accuracy on the emulator", share(result.emulatorAccuracy)])
    facts.add(["accuracy on the board", share(result.boardAccuracy)])
    facts.add(["board reached over", result.path.description])
    facts.add(["cores used", "\(totals.cores.used) of \(result.compilation.target.topology.coreCount)"])
    facts.add(["image size", "\(NumberText.grouped(result.compilation.imageBytes.count)) bytes"])
    var steps = TextTable(["step", "time"], rightAligned: [1])
    for step in result.steps { steps.add([step.name, NumberText.seconds(step.seconds)]) }
    let compared = [
      "compared: \(NumberText.grouped(result.proof.trainingPlaces)) spike counts of training with the interpreter,",
      "  \(NumberText.grouped(result.proof.emulatorPlaces)) of the interpreter with the emulator,",
      "  every output spike and the CRC over all spikes of \(result.board.samples) samples on the board",
    ].joined(separator: "\n")
    return [facts.text, steps.text, compared, "bit-exact: \(result.isBitExact ? "yes" : "no")"]
      .joined(separator: "\n\n")
  }
}

/// What `snnmap demo --json` prints.
public struct DemoSummary: Encodable, Sendable {
  public var samples: Int
  public var mismatches: Int
  /// On the board, 0–1.
  public var accuracy: Double
  public var trainingAccuracy: Double
  public var emulatorAccuracy: Double
  public var bitExact: Bool
  public var cores: Int
  public var imageBytes: Int
  public var steps: [String: Double]
  /// How the board was reached, in words.
  public var boardPath: String

  enum CodingKeys: String, CodingKey {
    case samples, mismatches, accuracy, cores, steps
    case trainingAccuracy = "training_accuracy"
    case emulatorAccuracy = "emulator_accuracy"
    case bitExact = "bit_exact"
    case imageBytes = "image_bytes"
    case boardPath = "board_path"
  }

  public init(_ result: MainJob.Result) {
    samples = result.samples
    boardPath = result.path.description
    mismatches = result.proof.mismatches + result.board.mismatches
    accuracy = result.boardAccuracy
    trainingAccuracy = result.trainingAccuracy
    emulatorAccuracy = result.emulatorAccuracy
    bitExact = result.isBitExact
    cores = result.compilation.report.totals.cores.used
    imageBytes = result.compilation.imageBytes.count
    steps = Dictionary(result.steps.map { ($0.name, $0.seconds) }, uniquingKeysWith: +)
  }
}
