import Emulator
import Images
import NetworkFiles

/// A run of many samples written to an npz file while it goes on, so that memory stays small.
public struct EmulationRecording {
  private let emulator: ImageEmulator
  private let samples: any SampleProvider
  private let isRaw: Bool
  private let threads: Int

  /// - Parameter isRaw: whether spikes keep the ticks in which they left the board.
  public init(emulator: ImageEmulator, samples: any SampleProvider, isRaw: Bool, threads: Int) {
    self.emulator = emulator
    self.samples = samples
    self.isRaw = isRaw
    self.threads = threads
  }

  /// The ticks that `spikes` has.
  public var outputTicks: Int { archive.outputTicks }

  private var archive: RunArchive {
    RunArchive(host: emulator.image.host, samples: samples.count, ticks: samples.ticks, isRaw: isRaw)
  }

  /// Writes `spikes`, for an image with readouts `readouts`, and, when tracing, `membrane`; returns the number of
  /// spikes of all neurons.
  public func write(to file: FileWriter, tracingMembranes: Bool, progress: (Int) -> Void) throws -> Int {
    if tracingMembranes { return try writeMembranes(to: file, progress: progress) }
    var total = 0
    try archive.write(to: file) { consume in
      try run(trace: [], progress: progress) { run in
        total += run.totalSpikes
        try consume(run.rawSpikes, run.rawReadouts)
      }
    }
    return total
  }

  private func writeMembranes(to file: FileWriter, progress: (Int) -> Void) throws -> Int {
    let host = emulator.image.host
    let layout = archive
    var archive = NpzWriter(file)
    var total = 0
    // The membranes are much larger than the output spikes, which wait in memory.
    var spikes: [UInt8] = []
    var readouts: [Int32] = []
    let shape = [samples.count, samples.ticks + host.depth, host.neuronCount]
    try archive.add("membrane", shape: shape, type: .int32) { emit in
      try run(trace: .membranes, progress: progress) { run in
        total += run.totalSpikes
        spikes += layout.outputs(run.rawSpikes)
        readouts += layout.readouts(run.rawReadouts)
        try run.membranes.withUnsafeBytes { try emit($0) }
      }
    }
    try archive.add("spikes", NpyArray(shape: [samples.count, outputTicks, host.outputCount], spikes))
    if host.readoutCount > 0 {
      try archive.add("readouts", shape: [samples.count, outputTicks, host.readoutCount], type: .int32) { emit in
        try readouts.withUnsafeBytes { try emit($0) }
      }
    }
    try archive.finish()
    return total
  }

  private func run(trace: TraceOptions, progress: (Int) -> Void, consume: (SampleRun) throws -> Void) throws {
    let samples = samples
    try emulator.runBatch(
      samples: 0..<samples.count, ticks: samples.ticks, lines: samples.lines, threads: threads, trace: trace,
      fill: { try samples.fill($0, $1) },
      consume: { index, run in
        try consume(run)
        progress(index + 1)
      })
  }
}
