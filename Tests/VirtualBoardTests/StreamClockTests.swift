import BoardLink
import ChipCatalog
import Images
import Networks
import ShippedTargets
import Targets
import TestSupport
import Testing
import VirtualBoard
import WireProtocol

@Suite struct StreamClockTests {
  let folder = TemporaryFolder()

  @Test("A realtime stream's ticks go by without a byte from the host, no faster than their period")
  func clock() throws {
    let target = try Target.load("board")
    let random = try RandomNetwork.layered(seed: 2, options: LayeredOptions())
    let image = try ImageBuilder.image(
      of: NetworkDocument(network: random.network, ticks: random.ticks),
      networkDigest: String(repeating: "0", count: 64), mapping: try ChipCatalog.map(random.network, to: target),
      targetDigest: target.digest, encoder: try ChipCatalog.family(of: target))
    let board = try RunningBoard(target, options: VirtualBoardOptions(serial: "a", socketFolder: folder.path))
    let session = try BoardSession(board.server.address)
    _ = try image.withUnsafeBytes { try session.flash($0) }
    let started = ContinuousClock.now
    let stream = try session.openStream(
      StreamOptions(pace: .realtime(tickMicroseconds: 2000), outputs: random.network.outputCount))
    while stream.status.tick < 50 && ContinuousClock.now - started < .seconds(20) {
      _ = try stream.exchange(until: .now + .milliseconds(50))
      _ = stream.takeOutput()
    }
    let ticks = Int(stream.status.tick)
    #expect(ticks >= 50)
    #expect(.milliseconds(2 * (ticks - 1)) <= ContinuousClock.now - started)
    try stream.abandon()
    #expect(try session.statistics().ticks >= UInt64(ticks))
  }
}
