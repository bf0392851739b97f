import Networks

/// How well a network decides, and on what.
public struct Evaluation: Sendable, Equatable, Encodable {
  /// Where it ran: `reference`, `emulator` or `device`.
  public var on: String
  public var samples: Int
  /// The share of samples whose class was found, 0–1.
  public var accuracy: Double
  /// How often a sample of class `row` was taken for class `column`.
  public var confusion: [[Int]]
  public var classNames: [String]
  /// The mean number of spikes of all neurons in one sample.
  public var spikesPerSample: Double

  enum CodingKeys: String, CodingKey {
    case on, samples, accuracy, confusion
    case classNames = "class_names"
    case spikesPerSample = "spikes_per_sample"
  }

  /// Runs all samples of `provider` and counts the decisions.
  ///
  /// - Throws: `WorkflowError.usage` for samples without labels or with labels that are no class.
  public static func run(
    _ provider: any SampleProvider, on runner: any SampleRunner, name: String, decoder: Decoder,
    classNames: [String], outputs: Int, progress: (Int) -> Void
  ) throws -> Evaluation {
    guard outputs > 0, provider.count > 0 else {
      throw WorkflowError(.usage, "nothing to evaluate: \(provider.count) samples, \(outputs) outputs")
    }
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: outputs), count: outputs)
    var spikes = 0
    var correct = 0
    try runner.run(0..<provider.count, of: provider) { index, outcome in
      guard let label = provider.label(of: index) else {
        throw WorkflowError(.usage, "the samples have no labels: accuracy needs an array \"label\"")
      }
      guard label < outputs else {
        throw WorkflowError(
          .usage, "sample \(index) has the label \(label), but the network has \(outputs) classes (0–\(outputs - 1))")
      }
      let decision = decoder.classIndex(of: outcome, outputs: outputs)
      confusion[label][decision] += 1
      correct += decision == label ? 1 : 0
      spikes += outcome.totalSpikes
      progress(index + 1)
    }
    return Evaluation(
      on: name, samples: provider.count, accuracy: Double(correct) / Double(provider.count), confusion: confusion,
      classNames: classNames.isEmpty ? (0..<outputs).map(String.init) : classNames,
      spikesPerSample: Double(spikes) / Double(provider.count))
  }
}
