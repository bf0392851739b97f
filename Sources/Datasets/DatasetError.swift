import NetworkFiles
import Networks

/// What can be wrong with data, beside a file that cannot be read.
public enum DatasetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The specification names nothing that is known.
  case unknownSpecification(String)
  /// `mnist` without a folder, and SNNMAP_DATA is not set.
  case noFolder
  /// A file of arrays has none of the arrays that samples are read from.
  case noSamples(path: String, present: [String])
  /// A file or set holds no sample at all.
  case empty(path: String)
  /// No sample is marked for testing.
  case noTestSamples(path: String)
  /// No sample is left for training.
  case noTrainingSamples(path: String)
  /// Something of the data has a shape, type or value that is not allowed.
  case malformed(path: String, problem: String)
  /// A label is negative or not below the number of classes.
  case labelOutOfRange(path: String, sample: Int, label: Int, classes: Int)
  /// The number of labels, or of a mask's entries, is not the number of samples.
  case countMismatch(path: String, what: String, found: Int, samples: Int)
  /// The data's ticks differ from the ticks asked for.
  case ticksMismatch(data: Int, requested: Int)
  /// The ticks of a sample lie outside 1–65535.
  case ticksOutOfRange(Int)
  /// The parameters of the coding contradict each other or their ranges.
  case invalidCoding(DocumentError)
  /// The data have another number of inputs than the network.
  case inputMismatch(data: Int, network: Int)
  /// Pixels are to be averaged in data that have none.
  case noMaps(name: String, shape: [Int])
  /// Values have to be coded, but the coding is `spikes`, or the other way round.
  case codingMismatch(isCounts: Bool, coding: String)
  /// A value is greater than the coding's full scale.
  case valueAboveMaximum(value: Int, maximum: Int)
  /// The coding `delta` is asked for where the data are no series.
  case deltaWithoutSeries
  /// The coding `latency` is asked for where the data have ticks of their own.
  case latencyOfSeries
  /// A file of events, or of text, breaks its format at a byte.
  case damaged(path: String, offset: Int, problem: String)
  /// An event lies outside the sensor.
  case eventOutside(path: String, event: Int, x: Int, y: Int, sensor: SensorSize)
  /// A row of a table of text is wrong.
  case invalidLine(path: String, line: Int, problem: String)
  /// A number of a series is infinite or not a number.
  case notFinite(path: String, sample: Int, tick: Int, channel: Int)
  /// A file cannot be read (any more).
  case file(NetworkFilesError)
  /// An option lies outside its range.
  case optionOutOfRange(String, value: Int, allowed: ClosedRange<Int>)
  /// A probability or share lies outside its range.
  case shareOutOfRange(String, value: Double, allowed: ClosedRange<Double>)
  /// Samples that are no maps of [channels, height, width] cannot be shifted or flipped.
  case augmentationNeedsMap(shape: [Int])
  /// The shape of a sample does not hold as many values as the samples have.
  case shapeMismatch(shape: [Int], inputs: Int)
  /// A count greater than 1 cannot be packed into one bit.
  case countNotBinary(sample: Int, count: Int)

  /// One line: control characters of paths and names come out escaped.
  public var description: String { oneLine(message.unicodeScalars) }

  private var message: String {
    switch self {
    case .unknownSpecification(let text):
      "data \"\(text)\" is not known: give digits, mnist, mnist:FOLDER, idx:IMAGES,LABELS, nmnist:FOLDER, "
        + "events:FOLDER, or the path of a file that ends in .npz or .csv"
    case .noFolder:
      "mnist needs its folder: give mnist:FOLDER, or set SNNMAP_DATA to the folder that holds mnist/"
    case .noSamples(let path, let present):
      "\(path): none of the arrays input, bits (with shape), images, series and events (t, x, y, p) is there, but \(present.isEmpty ? "nothing" : shown(present)); "
        + "name the samples input (u8 counts [samples, ticks, inputs]), images (u8 values [samples, …]) or series "
        + "(values [samples, ticks, channels])"
    case .empty(let path): "\(path): holds no samples"
    case .noTestSamples(let path):
      "\(path): no sample is marked for testing; set some entries of test (or clear some of train)"
    case .noTrainingSamples(let path):
      "\(path): no sample is left for training; clear some entries of test (or set some of train)"
    case .malformed(let path, let problem): "\(path): \(problem)"
    case .labelOutOfRange(let path, let sample, let label, let classes):
      "\(path): the label of sample \(sample) is \(label); it must be 0–\(classes - 1)"
    case .countMismatch(let path, let what, let found, let samples):
      "\(path): \(what) has \(found) entries for \(samples) samples; there must be one each"
    case .ticksMismatch(let data, let requested):
      "the data have \(data) ticks, but \(requested) are asked for: leave the ticks out, or give \(data)"
    case .ticksOutOfRange(let ticks): "ticks is \(ticks); a sample has 1–\(NetworkDocument.maximumTicks) ticks"
    case .invalidCoding(let error): "\(error)"
    case .inputMismatch(let data, let network):
      "the data have \(data) inputs, but the network has \(network); where it was trained with --downscale, give that here"
    case .noMaps(let name, let shape):
      "\(name) has no maps of values whose pixels could be averaged, but samples of the shape \(shape); leave out "
        + "--downscale"
    case .codingMismatch(let isCounts, let coding):
      isCounts
        ? "the data are spike counts already, but the coding is \(coding): use the coding spikes"
        : "the data are values, but the coding is spikes: use direct, rate, deterministic, latency or delta"
    case .valueAboveMaximum(let value, let maximum):
      "a value of the data is \(value), above the coding's full scale \(maximum)"
    case .deltaWithoutSeries:
      "delta codes how a series changes, but the data are values without ticks: use deterministic, direct, rate or latency"
    case .latencyOfSeries:
      "latency codes a value by the time of its spike, but the data are series: use delta, direct, deterministic or rate"
    case .damaged(let path, let offset, let problem): "\(path): at byte \(offset): \(problem)"
    case .eventOutside(let path, let event, let x, let y, let sensor):
      "\(path): event \(event) is at x \(x), y \(y), outside the sensor of \(sensor.width)×\(sensor.height): give the sensor's size"
    case .invalidLine(let path, let line, let problem): "\(path): line \(line): \(problem)"
    case .notFinite(let path, let sample, let tick, let channel):
      "\(path): sample \(sample) has no finite number in tick \(tick), channel \(channel); replace or remove it"
    case .file(let error): "\(error)"
    case .optionOutOfRange(let name, let value, let allowed):
      "the \(name) is \(value); it must be \(allowed.lowerBound)–\(allowed.upperBound)"
    case .shareOutOfRange(let name, let value, let allowed):
      "the \(name) is \(value); it must be \(allowed.lowerBound)–\(allowed.upperBound)"
    case .augmentationNeedsMap(let shape):
      "samples of the shape \(shape) cannot be shifted or flipped; that needs maps of [height, width] or [channels, height, width]"
    case .shapeMismatch(let shape, let inputs):
      "samples of the shape \(shape) have \(shape.reduce(1) { $0 &* $1 }) values, but the data have \(inputs)"
    case .countNotBinary(let sample, let count):
      "sample \(sample) has a count of \(count), which one bit cannot hold: write counts, not packed bits"
    }
  }
}
