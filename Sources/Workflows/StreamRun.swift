import BoardLink
import ImageFormat
import Images
import NetworkFiles
import WireProtocol

/// Spikes streamed through the active image of a board, from files or as they come.
public struct StreamRun {
  /// What a run was.
  public struct Summary: Sendable, Equatable {
    public var samples = 0
    /// The greatest T of a sample.
    public var ticks = 0
    /// The ticks that the board executed, of all samples.
    public var executedTicks = 0
    /// Spikes of all neurons.
    public var spikes = 0
    /// Realtime: input spikes that came late, and output events without room.
    public var droppedIn = 0
    public var droppedOut = 0

    mutating func add(_ totals: StreamTotals, ticks: Int) {
      samples += 1
      self.ticks = max(self.ticks, ticks)
      executedTicks += Int(totals.currentTick)
      spikes += Int(clamping: totals.spikes)
      droppedIn += Int(clamping: totals.droppedIn)
      droppedOut += Int(clamping: totals.droppedOut)
    }
  }

  let session: BoardSession
  let host: HostSection
  let lines: Int
  let pace: StreamPace
  let isCancelled: () -> Bool

  /// - Parameter image: the image that is active on the board.
  /// - Throws: `WorkflowError.refused` where the board holds another image, and link errors.
  public init(
    _ session: BoardSession, image: LoadedImage, pace: StreamPace, isCancelled: @escaping () -> Bool = { false }
  ) throws {
    try DeviceRunner.require(image, on: session)
    self.session = session
    host = image.host
    lines = image.inputCount
    self.pace = pace
    self.isCancelled = isCancelled
  }

  /// The active image, read back from the board.
  ///
  /// - Throws: `WorkflowError.refused` where the board is locked, and link errors.
  public static func activeImage(of session: BoardSession) throws -> LoadedImage {
    let description = try session.refresh()
    guard let slot = description.activeSlot else { throw BoardLinkError.noActiveSlot }
    guard !description.isLocked else {
      throw WorkflowError(
        .refused, "\(session.address) is locked and gives no image out: name the image, 'snnmap run IMAGE …'")
    }
    return try LoadedImage(
      name: "the image of \(session.address)",
      bytes: try session.readBack(slot: slot, range: 0..<description.slots[slot].size))
  }

  /// Streams all samples, each from a cleared board, and writes the file that `emulate` writes.
  public func run(
    _ samples: any SampleProvider, isRaw: Bool, to file: FileWriter, progress: (Int) -> Void
  ) throws -> Summary {
    var summary = Summary()
    try RunArchive(host: host, samples: samples.count, ticks: samples.ticks, isRaw: isRaw)
      .write(to: file) { consume in
        try run(samples) { index, sample, totals in
          summary.add(totals, ticks: samples.ticks)
          try consume(Array(sample.counts), Array(sample.readouts))
          progress(index + 1)
        }
      }
    return summary
  }

  /// Streams all samples, each from a cleared board, and writes lines of text.
  public func run(
    _ samples: any SampleProvider, to writer: inout SpikeTextWriter, progress: (Int) -> Void
  ) throws -> Summary {
    var summary = Summary()
    var lines = writer
    lines.ticks = samples.ticks
    let readouts = host.readoutOutputs
    try run(samples) { index, sample, totals in
      summary.add(totals, ticks: samples.ticks)
      try lines.begin(sample: index)
      try lines.append(output(of: sample, ticks: samples.ticks + host.depth, readouts: readouts))
      progress(index + 1)
    }
    writer = lines
    return summary
  }

  private func run(
    _ samples: any SampleProvider, consume: (Int, BoardSample, StreamTotals) throws -> Void
  ) throws {
    guard samples.lines == lines else {
      throw WorkflowError(
        .usage, "the samples have \(samples.lines) input lines, the image has \(lines); use the data it was made for")
    }
    let failure = FirstFailure()
    let shape = RunShape(
      inputs: lines, inputTicks: samples.ticks, totalTicks: samples.ticks + host.depth, outputs: host.outputCount,
      readouts: host.readoutOutputs)
    do {
      try session.stream(
        samples: 0..<samples.count, shape: shape, pace: pace, isCancelled: { failure.error != nil || isCancelled() }
      ) { index, buffer in
        failure.note { try samples.fill(index, buffer) }
      } receive: { index, sample, totals in
        failure.note { try consume(index, sample, totals) }
      }
    } catch {
      // A cancelled run has its reason in the failure that cancelled it.
      throw failure.error ?? error
    }
    if let error = failure.error { throw error }
  }

  /// A sample's counts and membranes as a stream has them.
  private func output(of sample: BoardSample, ticks: Int, readouts: [Int]) -> StreamOutput {
    var output = StreamOutput()
    output.completeBefore = UInt32(clamping: ticks)
    for (place, count) in sample.counts.enumerated() where count > 0 {
      output.spikes.append(
        WireSpike(
          tick: UInt32(place / host.outputCount), index: UInt32(place % host.outputCount), count: count))
    }
    for (place, membrane) in sample.readouts.enumerated() {
      output.readouts.append(
        WireReadout(
          tick: UInt32(place / readouts.count), output: UInt32(readouts[place % readouts.count]), membrane: membrane))
    }
    return output
  }
}
