import BoardLink
import ImageFormat
import Images
import Mapper
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
    case let error as WorkflowError: self = Self.status(of: error)
    case let error as ImagesError:
      if case .format(_, .unsupportedVersion) = error { self = .version } else { self = .failure }
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

  /// What is printed for an error: one line, and for a misfit the remedies below it.
  func text(for error: any Error) -> String {
    if let misfit = error as? Misfit { return misfit.explanation }
    return "\(error)"
  }
}
