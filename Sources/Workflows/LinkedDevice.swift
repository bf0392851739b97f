import BoardLink
import ChipCatalog
import Emulator
import Images
import NetworkFiles
import Networks

/// A device that is reached by its family's own link: it holds one configuration, for as long as it has power, and gives
/// none of it out.
public final class LinkedDevice {
  let link: any DeviceLink
  let image: LoadedImage

  /// Takes the device for this program alone.
  ///
  /// - Parameter argument: what `--device` says; nil for the only device that is known to be of the family.
  /// - Returns: nil where the image's family has no link of its own.
  /// - Throws: link errors, and what is wrong with the image.
  public init?(_ image: LoadedImage, argument: String?) throws {
    guard let maker = ChipCatalog.linkMaker(for: image) else { return nil }
    let address = try argument.map { try DeviceAddress(parsing: $0) }
    link = try maker.open(address, image: image.withBytes { Array($0) }, named: image.name)
    self.image = image
  }

  deinit { link.close() }

  public var address: DeviceAddress { link.address }
  public var serial: String { link.serial }

  /// Sends the configuration; the device acknowledges each part of it.
  ///
  /// - Returns: how many bytes were sent, and how long it took.
  public func configure(progress: (_ done: Int, _ total: Int) -> Void) throws -> (bytes: Int, seconds: Double) {
    let started = ContinuousClock.now
    let bytes = try link.configure(progress: progress)
    return (bytes, (ContinuousClock.now - started) / .seconds(1))
  }

  public func close() { link.close() }

  /// Runs all samples, and writes the file that `emulate` writes.
  public func run(
    _ samples: any SampleProvider, isRaw: Bool, to file: FileWriter, isCancelled: @escaping () -> Bool,
    progress: (Int) -> Void
  ) throws -> StreamRun.Summary {
    var summary = StreamRun.Summary()
    try RunArchive(host: image.host, samples: samples.count, ticks: samples.ticks, isRaw: isRaw)
      .write(to: file) { consume in
        try run(0..<samples.count, of: samples, isCancelled: isCancelled) { index, counts in
          summary.samples += 1
          summary.ticks = max(summary.ticks, samples.ticks)
          summary.executedTicks += samples.ticks + image.host.depth
          summary.spikes += counts.reduce(0) { $0 + Int($1) }
          try consume(counts, [])
          progress(index + 1)
        }
      }
    return summary
  }

  /// Runs samples and hands over the raw counts of each, [T + depth][outputs].
  func run(
    _ range: Range<Int>, of samples: any SampleProvider, isCancelled: () -> Bool = { false },
    consume: (_ index: Int, _ counts: [UInt8]) throws -> Void
  ) throws {
    guard samples.lines == image.inputCount else {
      throw WorkflowError(
        .usage,
        "the samples have \(samples.lines) input lines, the image has \(image.inputCount); use the data it was made for"
      )
    }
    let failure = FirstFailure()
    let shape = RunShape(
      inputs: samples.lines, inputTicks: samples.ticks, totalTicks: samples.ticks + image.host.depth,
      outputs: image.host.outputCount)
    do {
      try link.run(
        samples: range, shape: shape, isCancelled: { failure.error != nil || isCancelled() },
        encode: { index, buffer in failure.note { try samples.fill(index, buffer) } },
        receive: { index, counts in failure.note { try consume(index, counts) } })
    } catch {
      // A cancelled run has its reason in the failure that cancelled it.
      throw failure.error ?? error
    }
    if let error = failure.error { throw error }
  }
}

/// Runs samples on a device with a link of its own, on whatever it was configured to.
///
/// It tells the spikes of its outputs and no others: `totalSpikes` counts these, and there is no checksum.
public struct LinkRunner: SampleRunner {
  private let device: LinkedDevice

  public init(_ device: LinkedDevice) {
    self.device = device
  }

  public func run(
    _ samples: Range<Int>, of provider: any SampleProvider,
    consume: (_ index: Int, _ outcome: SampleOutcome) throws -> Void
  ) throws {
    try device.run(samples, of: provider) { index, counts in
      try consume(
        index,
        SampleOutcome(
          outputs: device.image.host.aligned(counts, ticks: provider.ticks), readouts: [],
          totalSpikes: counts.reduce(0) { $0 + Int($1) }, checksum: nil))
    }
  }
}
