import BoardLink
import FixedPoint
import Images
import Networks
import NeuronCore
import Testing
import WireProtocol
import Workflows

@Suite struct SpikeTextTests {
  /// Spikes by seed, ascending, and their lines with what means nothing between them.
  private func sample(_ seed: UInt64) -> (spikes: [WireSpike], text: String, ticks: UInt32) {
    var random = RandomStream(seed: seed, stream: 3)
    var spikes: [WireSpike] = []
    var text = ""
    for tick in 0..<UInt32(20) {
      if random.below(4) == 0 { text += random.below(2) == 0 ? "\n" : "\t# \(tick) 1 1\r\n" }
      if random.below(4) == 0 { text += " \(tick)\n" }
      for index in 0..<UInt32(8) where random.below(4) == 0 {
        let spike = WireSpike(tick: tick, index: index, count: UInt8(1 + random.below(255)))
        spikes.append(spike)
        text += "\(tick) \(index)\t\(spike.count)\n"
      }
    }
    return (spikes, text + "25", 25)
  }

  @Test("Lines are read the same in whatever pieces they come", arguments: 0..<10)
  func pieces(seed: Int) throws {
    let (spikes, text, ticks) = sample(UInt64(seed))
    var random = RandomStream(seed: UInt64(seed), stream: 4)
    var parser = SpikeTextParser(name: "test", lines: 8)
    var rest = Array(text.utf8)[...]
    var read: [WireSpike] = []
    var complete: UInt32 = 0
    while !rest.isEmpty {
      let count = min(rest.count, 1 + Int(random.below(30)))
      let piece = try parser.parse(rest.prefix(count))
      rest = rest.dropFirst(count)
      // What is complete stays so.
      #expect(piece.completeBefore >= complete && piece.spikes.allSatisfy { $0.tick >= complete })
      complete = piece.completeBefore
      read += piece.spikes
    }
    let last = try parser.finish()
    #expect(read + last.spikes == spikes && last.completeBefore == ticks && parser.ticks == ticks)
  }

  @Test("Whatever bytes come, they are spikes in order or a sentence with a line's number")
  func anything() {
    for seed in 0..<3000 {
      var random = RandomStream(seed: UInt64(seed), stream: 5)
      var bytes = Array(sample(UInt64(seed % 20)).text.utf8)
      for _ in 0...random.below(3) {
        let place = Int(random.below(UInt32(bytes.count)))
        bytes[place] = random.below(2) == 0 ? UInt8(random.below(256)) : Array(" \n-#0129".utf8)[Int(random.below(8))]
      }
      var parser = SpikeTextParser(name: "test", lines: 8)
      do {
        let spikes = try parser.parse(bytes).spikes + parser.finish().spikes
        #expect(zip(spikes, spikes.dropFirst()).allSatisfy { ($0.tick, $0.index) < ($1.tick, $1.index) })
        #expect(spikes.allSatisfy { $0.index < 8 && $0.count > 0 && $0.tick < parser.ticks })
      } catch {
        #expect(error.description.hasPrefix("test, line ") && !error.description.contains("\n"))
      }
    }
  }

  @Test("Output comes in whole ticks, in the same lines in whatever pieces it comes")
  func output() throws {
    var whole = ""
    var cut = ""
    let spikes = sample(7).spikes
    var wholeWriter = SpikeTextWriter(host: try host(), isRaw: true) { whole += $0 }
    var cutWriter = SpikeTextWriter(host: try host(), isRaw: true) { cut += $0 }
    var all = StreamOutput()
    all.spikes = spikes.shuffled(seed: 1)
    all.readouts = [WireReadout(tick: 3, output: 9, membrane: -5)]
    all.completeBefore = 20
    try wholeWriter.append(all)
    for tick in 0..<UInt32(20) {
      var piece = StreamOutput()
      piece.spikes = spikes.filter { $0.tick == tick }
      piece.completeBefore = tick
      if tick == 3 { piece.readouts = all.readouts }
      try cutWriter.append(piece)
    }
    var end = StreamOutput()
    end.completeBefore = 20
    try cutWriter.append(end)
    #expect(whole == cut && whole.contains("\n3 9 =-5\n"))
    #expect(whole.split(separator: "\n").count == spikes.count + 1)
  }

  private func host() throws -> HostSection {
    let network = Network(
      inputCount: 1,
      populations: [Population(name: "out", size: 10, model: NeuronModel(reset: .zero), threshold: .uniform(1))],
      projections: [], outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<10, shift: 0)])
    return HostSection(NetworkDocument(network: network, ticks: 4))
  }
}

extension [WireSpike] {
  /// The same spikes in another order within their ticks.
  fileprivate func shuffled(seed: UInt64) -> [WireSpike] {
    var random = RandomStream(seed: seed, stream: 6)
    return map { ($0, random.next()) }.sorted { ($0.0.tick, $0.1) < ($1.0.tick, $1.1) }.map(\.0)
  }
}
