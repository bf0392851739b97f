import Datasets
import Networks
import Training

/// What a run was asked for beside its model file: `run.json` in its folder.
public struct RunConfiguration: Sendable, Hashable, Codable {
  public static let currentFormat = 1

  /// The version of the file.
  public var format = RunConfiguration.currentFormat
  /// The version of the program that began the run.
  public var program: String
  /// The network's name.
  public var name: String
  public var data: RunData
  /// nil of a run in floats.
  public var target: RunTarget?
  /// The file whose values the run began with, if any.
  public var initial: RunInitial?

  public init(program: String, name: String, data: RunData, target: RunTarget?, initial: RunInitial? = nil) {
    self.program = program
    self.name = name
    self.data = data
    self.target = target
    self.initial = initial
  }
}

/// The target of a run.
public struct RunTarget: Sendable, Hashable, Codable {
  /// The name or path that the user gave.
  public var given: String
  public var name: String
  public var sha256: String

  public init(given: String, name: String, sha256: String) {
    self.given = given
    self.name = name
    self.sha256 = sha256
  }
}

/// The file with which a run began.
public struct RunInitial: Sendable, Hashable, Codable {
  public var path: String
  public var sha256: String

  public init(path: String, sha256: String) {
    self.path = path
    self.sha256 = sha256
  }
}

/// The samples of a run.
public struct RunData: Sendable, Hashable, Codable {
  /// As `--data` names them.
  public var given: String
  public var coding: RunCoding
  public var events: RunEvents
  public var augmentation: RunAugmentation
  /// SHA-256 over shape, labels and some of the samples.
  public var sha256: String

  public init(
    given: String, coding: InputCoding, events: EventBinning, augmentation: Augmentation, sha256: String
  ) {
    self.given = given
    self.coding = RunCoding(coding)
    self.events = RunEvents(events)
    self.augmentation = RunAugmentation(augmentation)
    self.sha256 = sha256
  }
}

/// A coding as it is written.
public struct RunCoding: Sendable, Hashable, Codable {
  public var kind: String
  public var maximum: Int
  public var levels: Int
  public var seed: UInt64
  public var threshold: Int

  public init(_ coding: InputCoding) {
    kind = coding.kind.rawValue
    (maximum, levels, seed, threshold) = (coding.maximum, coding.levels, coding.seed, coding.threshold)
  }

  /// The coding.
  ///
  /// - Parameter path: the file that it was read from, for errors.
  public func coding(path: String) throws -> InputCoding {
    guard let kind = InputCoding.Kind(rawValue: kind) else {
      throw TrainingRunsError.damaged(path: path, problem: "has the unknown coding '\(TrainingRunsError.shown(kind))'")
    }
    let coding = InputCoding(kind: kind, maximum: maximum, levels: levels, seed: seed, threshold: threshold)
    do {
      try coding.validate()
    } catch {
      throw TrainingRunsError.damaged(path: path, problem: "has a coding that cannot be: \(error)")
    }
    return coding
  }
}

/// How events become counts, as it is written.
public struct RunEvents: Sendable, Hashable, Codable {
  public var ticks: Int
  public var microsecondsPerTick: Int?
  public var downscale: Int
  public var polarity: String
  public var countCap: Int
  /// Width and height.
  public var sensor: [Int]?

  public init(_ events: EventBinning) {
    ticks = events.ticks
    microsecondsPerTick = events.microsecondsPerTick
    downscale = events.downscale
    polarity = events.polarity.rawValue
    countCap = events.countCap
    sensor = events.sensor.map { [$0.width, $0.height] }
  }

  /// The binning.
  ///
  /// - Parameter path: the file that it was read from, for errors.
  public func binning(path: String) throws -> EventBinning {
    guard let polarity = EventBinning.Polarity(rawValue: polarity), sensor == nil || sensor?.count == 2 else {
      throw TrainingRunsError.damaged(path: path, problem: "has an unknown binning of events")
    }
    return EventBinning(
      ticks: ticks, microsecondsPerTick: microsecondsPerTick, downscale: downscale, polarity: polarity,
      countCap: countCap, sensor: sensor.map { SensorSize(width: $0[0], height: $0[1]) })
  }
}

/// Augmentation as it is written.
public struct RunAugmentation: Sendable, Hashable, Codable {
  public var shift: Int
  public var flips: Bool
  public var drop: Double
  public var timeShift: Int
  public var timeStretch: Double
  public var seed: UInt64

  public init(_ augmentation: Augmentation) {
    shift = augmentation.shift
    flips = augmentation.flips
    drop = augmentation.drop
    timeShift = augmentation.timeShift
    timeStretch = augmentation.timeStretch
    seed = augmentation.seed
  }

  public var augmentation: Augmentation {
    Augmentation(
      shift: shift, flips: flips, drop: drop, timeShift: timeShift, timeStretch: timeStretch, seed: seed)
  }
}
