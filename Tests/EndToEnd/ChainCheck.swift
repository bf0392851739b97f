import BoardLink
import ChipCatalog
import Emulator
import FixedPoint
import ImageFormat
import Images
import Mapper
import NetworkFiles
import Networks
import Targets

/// One network with one sample, from its mapping to the board's answer.
struct ChainCheck {
  let name: String
  let document: NetworkDocument
  let target: Target
  let mapping: Mapping

  /// Compares everything that can be compared and adds it to `tally`.
  func run(input: [UInt8], into tally: inout Tally) throws {
    try mapping.checkInvariants(of: document.network)
    let family = try ChipCatalog.family(of: target)
    let bytes = try ImageBuilder.image(
      of: document, networkDigest: NetworkFile.hash(document).hex, mapping: mapping, targetDigest: target.digest,
      encoder: family)
    let image = try LoadedImage(name: name, bytes: bytes)
    let emulated = try compareEmulator(image, input, &tally)
    if !target.emulationOnly { try compareBoard(image, bytes, input, emulated, &tally) }
    tally.networks += 1
    tally.samples += 1
    tally.cores += mapping.cores.count
    tally.severalCores += mapping.cores.count > 1 ? 1 : 0
    tally.wide += target.costs.layout == .wide ? 1 : 0
  }

  private func compareEmulator(_ image: LoadedImage, _ input: [UInt8], _ tally: inout Tally) throws -> SampleRun {
    let trace = try NetworkInterpreter(document.network)
      .run(input: input, ticks: document.ticks, recording: .membranes)
    let emulator = try ChipCatalog.emulator(for: image)
    let machine = try emulator.makeMachine()
    let run = try input.withUnsafeBufferPointer {
      try emulator.run($0, ticks: document.ticks, on: machine, trace: [.neurons, .membranes])
    }
    if trace.spikes != run.neuronSpikes {
      var comparison = SpikeComparison()
      comparison.compare(sample: 0, expected: trace.spikes, actual: run.neuronSpikes, width: trace.neuronCount)
      tally.failures.append("\(name): interpreter and emulator: \(comparison.first.map { "\($0)" } ?? "?")")
    }
    if trace.membranes != run.membranes { tally.failures.append("\(name): membranes differ") }
    let aligned = trace.alignedOutputs(of: document.network, ticks: document.ticks)
    if image.host.aligned(run.rawSpikes, ticks: document.ticks) != aligned {
      tally.failures.append("\(name): aligned outputs differ")
    }
    if trace.readouts != run.rawReadouts { tally.failures.append("\(name): readouts differ") }
    if image.host.alignedReadouts(run.rawReadouts, ticks: document.ticks)
      != trace.alignedReadouts(of: document.network, ticks: document.ticks)
    {
      tally.failures.append("\(name): aligned readouts differ")
    }
    tally.readouts += trace.readouts.count
    tally.places += trace.spikes.count
    tally.spikes += run.totalSpikes
    tally.membranes += trace.membranes.count
    return run
  }

  private func compareBoard(
    _ image: LoadedImage, _ bytes: [UInt8], _ input: [UInt8], _ emulated: SampleRun, _ tally: inout Tally
  ) throws {
    let network = document.network
    let board = MemoryBoard(
      target: target.digest, slotBytes: (bytes.count + 4095) / 4096 * 4096, inputs: network.inputCount,
      outputs: network.outputCount)
    let session = try BoardSession(over: board)
    defer { session.close() }
    let flashed = try bytes.withUnsafeBytes { try session.flash($0) }
    if flashed.digest != image.digest { tally.failures.append("\(name): the board took another image") }
    let shape = RunShape(
      inputs: network.inputCount, inputTicks: document.ticks, totalTicks: emulated.runTicks,
      outputs: network.outputCount, readouts: image.host.readoutOutputs)
    var answers = 0
    // Twice, so that what the first sample left behind would show.
    try session.run(
      samples: 0..<2, shape: shape,
      encode: { _, buffer in _ = buffer.update(fromContentsOf: input) },
      receive: { _, sample in
        answers += 1
        if !sample.counts.elementsEqual(emulated.rawSpikes) { tally.failures.append("\(name): board: outputs differ") }
        if !sample.readouts.elementsEqual(emulated.rawReadouts) {
          tally.failures.append("\(name): board: readouts differ")
        }
        tally.boardReadouts += sample.readouts.count
        if sample.crc != emulated.checksum { tally.failures.append("\(name): board: checksums differ") }
        if sample.spikes != UInt64(emulated.totalSpikes) {
          tally.failures.append("\(name): board: spike totals differ")
        }
        tally.boardPlaces += sample.counts.count
        tally.boardChecksums += 1
      })
    if answers != 2 { tally.failures.append("\(name): board: \(answers) answers to 2 samples") }
  }
}
