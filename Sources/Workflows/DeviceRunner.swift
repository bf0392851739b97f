import BoardLink
import Emulator
import FixedPoint
import ImageFormat
import Images
import Networks

/// How samples get to a board and back; the results are the same.
public enum DeviceTransfer: Sendable, Equatable {
  /// Whole samples as requests, several of them under way at a time: the fastest way.
  case runs
  /// Each sample as a deterministic stream of spikes, one after the other.
  case stream
}

/// Runs samples on a board.
public struct DeviceRunner: SampleRunner {
  private let session: BoardSession
  private let transfer: DeviceTransfer
  private let host: HostSection
  private let lines: Int

  /// A runner for a board on which `image` is active.
  ///
  /// - Throws: `WorkflowError.refused` where the board holds another image, and link errors.
  public init(_ session: BoardSession, image: LoadedImage, transfer: DeviceTransfer = .runs) throws {
    try Self.require(image, on: session)
    self.session = session
    self.transfer = transfer
    host = image.host
    lines = image.inputCount
  }

  /// Compares what the board reads back with the image, and throws where it is another one.
  public static func require(_ image: LoadedImage, on session: BoardSession) throws {
    do {
      try image.withBytes { try session.verify($0) }
    } catch let error as BoardLinkError {
      switch error {
      case .differs, .sizeDiffers, .noActiveSlot:
        throw WorkflowError(
          .refused,
          "\(session.address) does not run \(image.name) (sha256 \(image.digest.hex.prefix(16))…); "
            + "flash that image first: snnmap flash IMAGE --device \(session.address)")
      default: throw error
      }
    }
  }

  public func run(
    _ samples: Range<Int>, of provider: any SampleProvider,
    consume: (_ index: Int, _ outcome: SampleOutcome) throws -> Void
  ) throws {
    guard provider.lines == lines else {
      throw WorkflowError(
        .usage, "the samples have \(provider.lines) input lines, the image has \(lines); use the data it was made for")
    }
    let failure = FirstFailure()
    let runTicks = provider.ticks + host.depth
    let shape = RunShape(
      inputs: lines, inputTicks: provider.ticks, totalTicks: runTicks, outputs: host.outputCount,
      readouts: host.readoutOutputs)
    func encode(_ index: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>) {
      failure.note { try provider.fill(index, buffer) }
    }
    func receive(_ index: Int, _ sample: BoardSample) {
      failure.note {
        let outputs = host.aligned(Array(sample.counts), ticks: provider.ticks)
        let readouts = host.alignedReadouts(Array(sample.readouts), ticks: provider.ticks)
        try consume(
          index,
          SampleOutcome(outputs: outputs, readouts: readouts, totalSpikes: Int(sample.spikes), checksum: sample.crc))
      }
    }
    do {
      switch transfer {
      case .runs:
        try session.run(
          samples: samples, shape: shape, isCancelled: { failure.error != nil }, encode: encode, receive: receive)
      case .stream:
        try session.stream(samples: samples, shape: shape, isCancelled: { failure.error != nil }, encode: encode) {
          receive($0, $1)
          _ = $2
        }
      }
    } catch {
      // A cancelled run has its reason in the failure that cancelled it.
      throw failure.error ?? error
    }
    if let error = failure.error { throw error }
  }
}

/// Keeps the first error of callbacks that cannot throw.
final class FirstFailure {
  private(set) var error: (any Error)?

  func note(_ body: () throws -> Void) {
    guard error == nil else { return }
    do { try body() } catch { self.error = error }
  }
}
