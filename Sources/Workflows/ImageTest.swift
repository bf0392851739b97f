import Emulator
import Images
import Networks

/// A test of an image as a CI runs it.
public struct ImageTest: Sendable, Encodable {
  /// One thing that was checked.
  public struct Check: Sendable, Equatable, Encodable {
    public var name: String
    /// What went wrong, nil where the check passed.
    public var failure: String?
    public var seconds: Double
  }

  public var samples: Int
  /// 0–1.
  public var accuracy: Double
  /// How many recordings or other runs the spikes were compared with.
  public var comparisons: Int
  /// Spikes and readouts that differ from what was expected, and samples whose checksum does; 0 also where nothing was compared.
  public var mismatches: Int
  public var firstDifference: String?
  public var passed: Bool
  public var checks: [Check]

  enum CodingKeys: String, CodingKey {
    case samples, accuracy, comparisons, mismatches, passed, checks
    case firstDifference = "first_difference"
  }

  /// Runs all samples once on `actual`, and holds them against the expectations.
  ///
  /// - Parameters:
  ///   - emulator: what a device is compared with, spike for spike and by checksum.
  ///   - expected: recorded output spikes.
  public static func run(
    _ samples: any SampleProvider, host: HostSection, actual: any SampleRunner, emulator: EmulatorRunner?,
    expected: ExpectedSpikes?, minimumAccuracy: Double?, progress: (Int) -> Void
  ) throws -> ImageTest {
    let clock = ContinuousClock()
    let started = clock.now
    let width = host.outputCount
    var correct = 0
    let decoder = host.spikeDecoder ?? .spikeCount
    func count(_ index: Int, _ outcome: SampleOutcome) throws {
      guard let label = samples.label(of: index) else {
        throw WorkflowError(.usage, "the samples have no labels: accuracy needs an array \"label\"")
      }
      guard label < width else {
        throw WorkflowError(
          .usage, "sample \(index) has the label \(label), but the image has \(width) classes (0–\(width - 1))")
      }
      correct += decoder.classIndex(of: outcome, outputs: width) == label ? 1 : 0
      progress(index + 1)
    }
    // What ran is kept, so that each sample runs on a board once.
    var recorder = RecordedOutcomes()
    try actual.run(0..<samples.count, of: samples) { index, outcome in
      try count(index, outcome)
      recorder.append(outcome)
    }
    var checks: [Check] = []
    var comparisons = 0
    var mismatches = 0
    var first: String?
    func compare(_ name: String, with runner: any SampleRunner) throws {
      comparisons += 1
      let start = clock.now
      let comparison = try RunComparison.run(
        samples, expected: runner, actual: recorder, outputs: width, readouts: host.readoutCount)
      mismatches += comparison.mismatches
      first = first ?? comparison.firstDifference
      let failure = comparison.firstDifference.map {
        "\(name): \(comparison.mismatches) mismatches in \(comparison.samples) samples, the first: \($0)"
      }
      checks.append(Check(name: name, failure: failure, seconds: (clock.now - start) / .seconds(1)))
    }
    if let emulator { try compare("the board's spikes equal the emulator's", with: emulator) }
    if let expected { try compare("the output spikes equal the recording", with: expected) }
    let accuracy = samples.count == 0 ? 0 : Double(correct) / Double(samples.count)
    let seconds = (clock.now - started) / .seconds(1)
    if let minimumAccuracy {
      let name = "accuracy is at least \(minimumAccuracy)"
      let failure =
        accuracy >= minimumAccuracy
        ? nil : "accuracy is \(accuracy) (\(correct) of \(samples.count)), below the \(minimumAccuracy) asked for"
      checks.append(Check(name: name, failure: failure, seconds: seconds))
    } else if checks.isEmpty {
      checks.append(Check(name: "the image is sound and runs every sample", failure: nil, seconds: seconds))
    }
    return ImageTest(
      samples: samples.count, accuracy: accuracy, comparisons: comparisons, mismatches: mismatches,
      firstDifference: first, passed: checks.allSatisfy { $0.failure == nil }, checks: checks)
  }
}

/// Outcomes that were recorded, as a runner.
private struct RecordedOutcomes: SampleRunner {
  private var outcomes: [SampleOutcome] = []

  mutating func append(_ outcome: SampleOutcome) {
    outcomes.append(outcome)
  }

  func run(
    _ samples: Range<Int>, of provider: any SampleProvider,
    consume: (_ index: Int, _ outcome: SampleOutcome) throws -> Void
  ) throws {
    for index in samples { try consume(index, outcomes[index]) }
  }
}
