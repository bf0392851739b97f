import BoardLink
import Datasets
import Emulator
import ImageFormat
import Images
import Mapper
import NetworkFiles
import Signatures
import Targets
import Training
import TrainingRuns
import USBIPServer
import VirtualBoard
import Workflows

/// The exit codes, which are part of the interface and stay as they are.
enum ExitStatus: Int32 {
  case failure = 1
  case usage = 2
  case noDevice = 3
  case ambiguousDevice = 4
  case access = 5
  case timeout = 6
  case disconnected = 7
  case comparison = 8
  case refused = 9
  case version = 10
  case misfit = 11
  case interrupted = 130

  /// The code for an error of any module.
  init(_ error: any Error) {
    switch error {
    case is Misfit: self = .misfit
    case let error as BoardLinkError: self = ExitStatus(rawValue: error.exitCode) ?? .failure
    case let error as USBIPError: self = ExitStatus(rawValue: error.exitCode) ?? .failure
    case let error as VirtualBoardError: self = ExitStatus(rawValue: error.exitCode) ?? .failure
    case let error as WorkflowError: self = Self.status(of: error)
    case let error as ImagesError: self = Self.status(of: error)
    case let error as NetworkFilesError: self = Self.status(of: error)
    case let error as TrainingError: self = Self.status(of: error)
    case let error as TrainingRunsError: self = Self.status(of: error)
    case let error as DatasetError: self = Self.status(of: error)
    case TargetError.unknownTarget: self = .usage
    case is EmulatorError: self = .usage
    case let error as SignatureError: self = Self.status(of: error)
    case let error as BoardsFailed: self = error.status
    default: self = .failure
    }
  }

  private static func status(of error: WorkflowError) -> ExitStatus {
    switch error.kind {
    case .usage: .usage
    case .comparison: .comparison
    case .refused: .refused
    case .failure: .failure
    }
  }

  private static func status(of error: SignatureError) -> ExitStatus {
    switch error {
    case .badComment, .emptyRevisionRange: .usage
    case .manifestVersion: .version
    case .exposed, .otherImage, .otherKey, .wrongSignature: .refused
    case .unreadable, .unwritable, .exists, .notASecretKey, .notAPublicKey, .damagedKey, .notAManifest, .failed:
      .failure
    }
  }

  private static func status(of error: ImagesError) -> ExitStatus {
    switch error {
    case .format(_, .unsupportedVersion): .version
    case .format(_, .family): .refused
    default: .failure
    }
  }

  private static func status(of error: NetworkFilesError) -> ExitStatus {
    if case .invalidField(_, _, field: "version", _) = error { return .version }
    return .failure
  }

  /// Usage for what other options or other data would mend.
  private static func status(of error: TrainingError) -> ExitStatus {
    switch error {
    case .option, .unsupported, .inputCount, .layerTooWide, .target, .model, .lossDoesNotFit, .shapesDiffer: .usage
    case .data(let error): status(of: error)
    default: .failure
    }
  }

  private static func status(of error: TrainingRunsError) -> ExitStatus {
    switch error {
    case .option, .layers, .yaml, .unknownKey, .missingKey, .notAllowed, .runExists, .notARun: .usage
    case .runDiffers, .runInUse: .refused
    case .version: .version
    case .unreadable, .damaged: .failure
    }
  }

  private static func status(of error: DatasetError) -> ExitStatus {
    switch error {
    case .unknownSpecification, .noFolder, .noTestSamples, .noTrainingSamples, .ticksMismatch, .inputMismatch,
      .codingMismatch, .valueAboveMaximum, .countNotBinary, .ticksOutOfRange, .invalidCoding, .deltaWithoutSeries,
      .latencyOfSeries, .optionOutOfRange, .shareOutOfRange, .augmentationNeedsMap, .shapeMismatch, .noMaps:
      .usage
    default: .failure
    }
  }

  /// What is printed for an error: one line, and for a misfit the remedies below it.
  func text(for error: any Error) -> String {
    if let misfit = error as? Misfit { return misfit.explanation }
    return "\(error)"
  }
}
