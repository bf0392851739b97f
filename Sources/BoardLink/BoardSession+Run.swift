import WireProtocol

/// The sizes of the samples of a run.
public struct RunShape: Sendable, Equatable {
  /// Input lines.
  public var inputs: Int
  /// Ticks that have input, T.
  public var inputTicks: Int
  /// Ticks executed, T plus the image's depth.
  public var totalTicks: Int
  public var outputs: Int
  /// The output index of each readout, ascending.
  public var readouts: [Int]

  public init(inputs: Int, inputTicks: Int, totalTicks: Int, outputs: Int, readouts: [Int] = []) {
    self.inputs = inputs
    self.inputTicks = inputTicks
    self.totalTicks = totalTicks
    self.outputs = outputs
    self.readouts = readouts
  }
}

/// What a board answered for one sample.
public struct BoardSample {
  /// Counts, [totalTicks][outputs], each in the tick in which it left (raw, not aligned); valid in the call only.
  public let counts: UnsafeBufferPointer<UInt8>
  /// Membranes of the readouts after each tick, [totalTicks][readouts] (raw, not aligned); valid in the call only.
  public let readouts: UnsafeBufferPointer<Int32>
  /// The CRC32C over all spikes of all neurons and all readouts of the sample.
  public let crc: UInt32
  /// Spikes of all neurons, counts added.
  public let spikes: UInt64
}

extension BoardSession {
  /// Runs samples on the active image, each from a cleared board, with several under way at a time.
  ///
  /// - Parameters:
  ///   - encode: writes the counts [inputTicks][inputs] of a sample into a zeroed buffer. It may be
  ///     asked for a sample again after a damaged transfer.
  ///   - receive: takes the results, in the order of samples.
  /// - Throws: `refused`, `tooManyInputs`, `strayOutput`, `strayReadout`, `timeout`, `disconnected`, `cancelled`, `damagedLink`.
  public func run(
    samples: Range<Int>, shape: RunShape, isCancelled: @escaping () -> Bool = { false },
    encode: (Int, UnsafeMutableBufferPointer<UInt8>) -> Void, receive: (Int, BoardSample) -> Void
  ) throws(BoardLinkError) {
    channel.isCancelled = isCancelled
    defer { channel.isCancelled = { false } }
    var pipeline = SamplePipeline(shape: shape, samples: samples, info: info)
    defer { pipeline.deallocate() }
    var repairs = 0
    while !pipeline.isDone {
      do throws(BoardLinkError) {
        try pipeline.advance(channel, timeout: options.timeout, encode: encode, receive: receive)
        repairs = 0
      } catch {
        var isTimeout = false
        if case .timeout = error { isTimeout = true }
        guard error.needsNewSession || isTimeout, repairs < options.attempts else { throw error }
        repairs += 1
        try resetSession()
        pipeline.restart()
      }
    }
  }
}
