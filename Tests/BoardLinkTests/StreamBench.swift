import BoardCore
import BoardLink
import ChipCatalog
import Emulator
import FixedPoint
import Images
import ShippedTargets
import Targets
import WireProtocol

/// An image on a board in memory, and the emulator beside it.
struct StreamBench {
  let image: TestImage
  let board: MemoryBoard
  let session: BoardSession
  let emulator: ImageEmulator
  let machine: any Machine

  init(seed: UInt64, _ prepare: (MemoryBoard) -> Void = { _ in }) throws {
    var random = RandomStream(seed: seed, stream: 77)
    let target = try Target.load(seed % 3 == 0 ? "board-micro" : "board")
    image = try TestImage(seed: seed, target: target)
    let lines = image.lines
    board = try MemoryBoard(target) { profile in
      profile.window = 1 + Int(random.below(3))
      profile.stepTicks = 1 + Int(random.below(5))
      profile.inputSpikes = lines + Int(random.below(40))
      profile.bufferedFrames = 1 + Int(random.below(2))
      if seed % 2 == 0 {
        profile.maximumPayload = 512
        profile.chunkBytes = 256
      }
    }
    session = try BoardSession(over: board, options: LinkOptions(timeout: .milliseconds(500)))
    let (bytes, session) = (image.bytes, session)
    _ = try bytes.withUnsafeBytes { try session.flash($0) }
    emulator = try ChipCatalog.emulator(for: image.loaded)
    machine = try emulator.makeMachine()
    board.linkBytes = seed % 4 == 1 ? 20 + Int(random.below(200)) : .max
    board.steps = 1 + Int(random.below(8))
    prepare(board)
  }

  var outputs: Int { image.loaded.host.outputCount }

  func shape(ticks: Int) -> RunShape {
    RunShape(
      inputs: image.lines, inputTicks: ticks, totalTicks: ticks + image.loaded.host.depth, outputs: outputs,
      readouts: image.loaded.host.readoutOutputs)
  }

  /// Counts [ticks][lines] that go on as long as one likes.
  func input(ticks: Int, seed: UInt64, oneIn chance: UInt32 = 3) -> [UInt8] {
    var random = RandomStream(seed: seed, stream: 98)
    return (0..<ticks * image.lines).map { _ in random.below(chance) == 0 ? UInt8(1 + random.below(255)) : 0 }
  }

  func spikes(of counts: [UInt8]) -> [WireSpike] {
    counts.enumerated().filter { $0.element > 0 }.map {
      WireSpike(tick: UInt32($0.offset / image.lines), index: UInt32($0.offset % image.lines), count: $0.element)
    }
  }

  func emulate(_ counts: [UInt8]) throws -> SampleRun {
    try counts.withUnsafeBufferPointer {
      try emulator.run($0, ticks: counts.count / image.lines, on: machine)
    }
  }

  /// The output events that an emulated run has: spikes, and a membrane for each readout and tick.
  func outputs(of run: SampleRun) -> [WireSpike] {
    run.rawSpikes.enumerated().filter { $0.element > 0 }.map {
      WireSpike(tick: UInt32($0.offset / outputs), index: UInt32($0.offset % outputs), count: $0.element)
    }
  }
}
