import FoundationEssentials
import Glibc
import NetworkFiles
import Training

/// One line of `metrics.jsonl`. Times tell of the machine, and influence nothing.
public struct MetricsRow: Sendable, Hashable, Codable {
  public var epoch: Int
  public var loss: Double
  /// Shares, 0–1.
  public var accuracy: Double
  public var validationAccuracy: Double?
  public var learningRate: Float
  /// Whether the epoch was computed in floats before integer ones.
  public var float: Bool
  /// Mean spikes of a sample by population.
  public var spikesPerSample: [String: Double]
  /// Mean spikes of a neuron in a tick by population.
  public var rates: [String: Double]
  /// Thresholds and leaks by population, of those in which some are trained.
  public var neurons: [String: NeuronFigures]?
  /// Wall-clock time of the epoch; nil where it is not known.
  public var seconds: Double?
  public var samplesPerSecond: Double?

  public init(_ figures: EpochFigures, seconds: Double?, samples: Int) {
    epoch = figures.epoch
    loss = figures.loss
    accuracy = figures.accuracy
    validationAccuracy = figures.validationAccuracy
    learningRate = figures.learningRate
    float = figures.isFloat
    spikesPerSample = [:]
    rates = [:]
    for population in figures.populations {
      spikesPerSample[population.name] = population.spikesPerSample
      rates[population.name] = population.rate
    }
    neurons = figures.neurons.map { figures in
      Dictionary(figures.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    self.seconds = seconds
    samplesPerSecond = seconds.flatMap { $0 > 0 ? Double(samples) / $0 : nil }
  }
}

/// The figures of a run's epochs, written as they come: `metrics.csv` and `metrics.jsonl`.
public final class RunMetrics {
  private let folder: RunFolder
  /// Population names in the order of the columns.
  private let populations: [String]

  /// Begins both files with the epochs that a run resumes behind; what a killed run wrote beyond them goes.
  ///
  /// - Parameters:
  ///   - populations: the names of the model's populations in order.
  ///   - history: the epochs that are complete.
  ///   - samples: training samples of an epoch.
  public init(
    _ folder: RunFolder, populations: [String], history: [EpochFigures], samples: Int
  ) throws {
    self.folder = folder
    self.populations = populations
    let known = Self.seconds(in: folder)
    let rows = history.map { MetricsRow($0, seconds: known[$0.epoch], samples: samples) }
    try AtomicFile.write(
      Array((header + rows.map(tableLine).joined()).utf8), to: folder.metricsTablePath)
    try AtomicFile.write(
      Array(try rows.map { try RunJSON.text($0) + "\n" }.joined().utf8), to: folder.metricsLinesPath)
  }

  /// Adds an epoch to both files.
  public func append(_ row: MetricsRow) throws {
    try Self.append(tableLine(row), to: folder.metricsTablePath)
    try Self.append(try RunJSON.text(row) + "\n", to: folder.metricsLinesPath)
  }

  /// The rows of a file; lines that are none are left out.
  public static func rows(in folder: RunFolder) -> [MetricsRow] {
    guard let file = try? MappedFile(folder.metricsLinesPath, limit: 1 << 28) else { return [] }
    let text = file.withBytes { String(decoding: $0, as: UTF8.self) }
    return text.split(separator: "\n").compactMap {
      try? RunJSON.value(String($0), what: "the line", path: folder.metricsLinesPath)
    }
  }

  private static func seconds(in folder: RunFolder) -> [Int: Double] {
    var seconds: [Int: Double] = [:]
    for row in rows(in: folder) { seconds[row.epoch] = row.seconds }
    return seconds
  }

  private var header: String {
    (["epoch", "loss", "accuracy", "validation_accuracy", "learning_rate", "float"]
      + populations.map { "spikes_\($0)" } + ["seconds", "samples_per_second"]).joined(separator: ",") + "\n"
  }

  private func tableLine(_ row: MetricsRow) -> String {
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    let cells =
      ["\(row.epoch)", "\(row.loss)", "\(row.accuracy)", text(row.validationAccuracy), "\(row.learningRate)"]
      + [row.float ? "1" : "0"] + populations.map { text(row.spikesPerSample[$0]) }
      + [text(row.seconds), text(row.samplesPerSecond)]
    return cells.joined(separator: ",") + "\n"
  }

  /// One write, so that a killed program leaves at most one line that is cut off.
  private static func append(_ line: String, to path: String) throws {
    let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw NetworkFilesError.unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var line = line
    let count = line.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
    guard count == line.utf8.count else {
      throw NetworkFilesError.unwritable(
        path: path, reason: count < 0 ? String(cString: strerror(errno)) : "the disk is full")
    }
  }
}
