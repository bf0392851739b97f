import BoardLink
import Emulator
import FixedPoint
import ImageFormat
import Images
import Networks

/// Runs samples on a board.
public struct DeviceRunner: SampleRunner {
  private let session: BoardSession
  private let host: HostSection
  private let lines: Int

  /// A runner for a board on which `image` is active.
  ///
  /// - Throws: `WorkflowError.refused` where the board holds another image, and link errors.
  public init(_ session: BoardSession, image: LoadedImage) throws {
    try Self.require(image, on: session)
    self.session = session
    host = image.host
    lines = try image.withMeshImage { $0.inputCount }
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
    do {
      try session.run(
        samples: samples, shape: shape, isCancelled: { failure.error != nil },
        encode: { index, buffer in
          failure.note { try provider.fill(index, buffer) }
        },
        receive: { index, sample in
          failure.note {
            let outputs = host.aligned(Array(sample.counts), ticks: provider.ticks)
            let readouts = host.alignedReadouts(Array(sample.readouts), ticks: provider.ticks)
            try consume(
              index,
              SampleOutcome(
                outputs: outputs, readouts: readouts, totalSpikes: Int(sample.spikes), checksum: sample.crc))
          }
        })
    } catch {
      // A cancelled run has its reason in the failure that cancelled it.
      throw failure.error ?? error
    }
    if let error = failure.error { throw error }
  }
}

/// Keeps the first error of callbacks that cannot throw.
private final class FirstFailure {
  private(set) var error: (any Error)?

  func note(_ body: () throws -> Void) {
    guard error == nil else { return }
    do { try body() } catch { self.error = error }
  }
}
