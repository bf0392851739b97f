import ArgumentParser
import Datasets
import Networks
import Workflows

/// How events become counts: for data that are recordings of an event camera.
struct EventOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Event data: microseconds of a tick. Default: each recording is divided evenly.", valueName: "µs"))
  var tickMicroseconds: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Pixels in each direction that become one: of events the sum, of images the average. Default: 1.",
      valueName: "count"))
  var downscale: Int?

  @Option(
    name: .long,
    help: "Event data: ON and OFF events as two channels, merged into one, or ON events alone. Default: both.")
  var polarity: EventBinning.Polarity?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Event data: the greatest count of an input in a tick, 1-255. Default: 1.", valueName: "count"))
  var countCap: Int?

  @Option(
    name: .long, help: ArgumentHelp("Event data: the sensor's size. Default: as the files say.", valueName: "WxH"),
    transform: SensorSize.init(parsing:))
  var sensor: SensorSize?

  /// The binning with these options over another.
  func applied(to base: EventBinning, ticks: Int?) -> EventBinning {
    var binning = base
    if let ticks { binning.ticks = ticks }
    if let tickMicroseconds { binning.microsecondsPerTick = tickMicroseconds }
    if let downscale { binning.downscale = downscale }
    if let polarity { binning.polarity = polarity }
    if let countCap { binning.countCap = countCap }
    if let sensor { binning.sensor = sensor }
    return binning
  }

  /// The data that `--data` names.
  ///
  /// - Parameter ticks: those of a network or image, or those asked for; nil for the standard.
  func load(_ data: String, ticks: Int?) throws -> Dataset {
    let dataset = try Dataset.load(data, options: DatasetOptions(events: applied(to: EventBinning(), ticks: ticks)))
    try check(dataset)
    return dataset
  }

  /// Throws an option that was given and changes nothing, as the data are no events.
  func check(_ dataset: Dataset) throws(WorkflowError) {
    if dataset.isEvents { return }
    let given: [(flag: String, isGiven: Bool)] = [
      ("--tick-microseconds", tickMicroseconds != nil), ("--polarity", polarity != nil),
      ("--count-cap", countCap != nil), ("--sensor", sensor != nil),
    ]
    if let option = given.first(where: \.isGiven) {
      throw WorkflowError(
        .usage, "\(option.flag) is for recordings of events, and \(dataset.name) has none; leave it out")
    }
  }
}

extension EventBinning.Polarity: ExpressibleByArgument {}

extension SensorSize {
  /// `346x260`.
  ///
  /// - Throws: `ValidationError`.
  init(parsing text: String) throws {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1] else {
      throw ValidationError("write a sensor's width and height as 346x260")
    }
    self.init(width: width, height: height)
  }
}

/// How values become spikes.
struct CodingOptions: ParsableArguments {
  @Option(
    name: .long, help: "How values become spikes (docs/data.md). Default: deterministic, or delta for series of values."
  )
  var coding: InputCoding.Kind?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The greatest count in a tick of the codings direct (default: 16) and delta (1).", valueName: "count"))
  var levels: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The change that makes a spike with the coding delta. Default: a sixteenth of full scale.", valueName: "value"))
  var codingThreshold: Int?

  /// Whether any of them was given.
  var isGiven: Bool { coding != nil || levels != nil || codingThreshold != nil }
}

extension InputCoding.Kind: ExpressibleByArgument {}

extension Augmentation {
  /// `shift=2,flip,drop=0.1,time-shift=3,time-stretch=0.1`, or `none`.
  ///
  /// - Throws: `ValidationError`.
  init(parsing text: String) throws {
    self.init()
    if text == "none" { return }
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let number = words.count == 2 ? words[1] : ""
      switch (words.first ?? "", Int(number), Double(number)) {
      case ("flip", nil, nil) where words.count == 1: flips = true
      case ("shift", let count?, _): shift = count
      case ("time-shift", let count?, _): timeShift = count
      case ("drop", _, let share?): drop = share
      case ("time-stretch", _, let share?): timeStretch = share
      default:
        throw ValidationError(
          "--augment: '\(part)' is no augmentation; write shift=2, flip, drop=0.1, time-shift=3 and time-stretch=0.1 "
            + "with commas between, or none")
      }
    }
  }
}
