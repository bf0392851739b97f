import Emulator
import Images
import NetworkFiles

/// The npz file of a run's output, whatever ran: the same spikes give the same bytes.
struct RunArchive {
  let host: HostSection
  let samples: Int
  /// T of every sample.
  let ticks: Int
  /// Whether spikes keep the ticks in which they left the board.
  let isRaw: Bool

  /// The ticks that `spikes` has.
  var outputTicks: Int { ticks + (isRaw ? host.depth : 0) }

  func outputs(_ raw: [UInt8]) -> [UInt8] { isRaw ? raw : host.aligned(raw, ticks: ticks) }

  func readouts(_ raw: [Int32]) -> [Int32] { isRaw ? raw : host.alignedReadouts(raw, ticks: ticks) }

  /// Writes `spikes` and, for an image with readouts, `readouts`, while samples are run.
  ///
  /// - Parameter run: hands over the counts [T + depth][outputs] and membranes [T + depth][readouts] of each sample,
  ///   in their order.
  func write(
    to file: FileWriter, run: (_ consume: (_ spikes: [UInt8], _ readouts: [Int32]) throws -> Void) throws -> Void
  ) throws {
    var archive = NpzWriter(file)
    // Few values a sample, which wait in memory for their place in the archive.
    var membranes: [Int32] = []
    try archive.add("spikes", shape: [samples, outputTicks, host.outputCount], type: .uint8) { emit in
      // `run` may call what it is given only while it runs, but the compiler does not take its word for it.
      try withoutActuallyEscaping(emit) { emit in
        try run { spikes, readouts in
          membranes += self.readouts(readouts)
          try outputs(spikes).withUnsafeBytes { try emit($0) }
        }
      }
    }
    if host.readoutCount > 0 {
      try archive.add("readouts", shape: [samples, outputTicks, host.readoutCount], type: .int32) { emit in
        try membranes.withUnsafeBytes { try emit($0) }
      }
    }
    try archive.finish()
  }
}
