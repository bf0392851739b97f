import ChipCatalog
import Emulator
import Foundation
import Images
import NetworkFiles
import Networks
import ShippedTargets
import Targets
import Testing
import Workflows

@Suite("A network of ours, on the emulator")
struct SpikeTests {
  /// The image as a file, as `snnmap compile` would write it.
  private func withImageFile<R>(_ body: (String) throws -> R) throws -> R {
    let compilation = try Compilation(CoincidenceDetector.document, for: try Target.load("board"))
    let path = NSTemporaryDirectory() + "/coincidence-\(UUID().uuidString).snnimg"
    try AtomicFile.write(compilation.imageBytes, to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  /// The ticks in which each output spikes.
  private func spikeTicks(of image: LoadedImage, input: [UInt8]) throws -> [[Int]] {
    let emulator = try ChipCatalog.emulator(for: image)
    let machine = try emulator.makeMachine()
    let ticks = image.host.ticks
    let run = try input.withUnsafeBufferPointer { try emulator.run($0, ticks: ticks, on: machine) }
    let spikes = image.host.aligned(run.rawSpikes, ticks: ticks)
    let outputs = image.host.outputCount
    return (0..<outputs).map { output in (0..<ticks).filter { spikes[$0 * outputs + output] > 0 } }
  }

  @Test("the detector spikes when both lines are active, and the echo three ticks later")
  func coincidence() throws {
    // Tick 0: 6. Tick 1: 6 − 3 + 6 = 9, just below 10. Then it leaks to 2. Tick 5: 2 − 1 + 12 = 13, a spike.
    let ticks = try withImageFile { try spikeTicks(of: LoadedImage(path: $0), input: CoincidenceDetector.input) }
    #expect(ticks == [[5], [8]])
  }

  @Test("without coincidence nothing spikes")
  func noCoincidence() throws {
    var input = CoincidenceDetector.input
    input[5 * 2] = 0
    let ticks = try withImageFile { try spikeTicks(of: LoadedImage(path: $0), input: input) }
    #expect(ticks == [[], []])
  }
}
