import BoardLink
import Glibc
import Images
import NetworkFiles
import WireProtocol

extension StreamRun {
  /// The most values that the output of live input may have in a file.
  private static var maximumValues: Int { 1 << 30 }

  /// Streams one sample that comes as text, and hands its output on as it leaves the board.
  ///
  /// - Parameters:
  ///   - input: the file to read, such as standard input.
  ///   - name: what messages call the input.
  ///   - emit: takes output; T with the last of it, when the input has ended.
  public func run(
    text input: Int32, name: String, emit: (_ output: StreamOutput, _ ticks: Int?) throws -> Void
  ) throws -> Summary {
    let stream = try session.openStream(
      StreamOptions(pace: pace, outputs: host.outputCount), isCancelled: isCancelled)
    var feed = TextFeed(input, name: name, lines: lines)
    while stream.totals == nil {
      if feed.ticks == nil && stream.waitingSpikes < TextFeed.enough {
        // A board that has nothing to say is looked at now and then, to notice when it goes away.
        if let piece = try feed.next(within: stream.isIdle ? 50 : 0) {
          try stream.send(piece.spikes, completeBefore: end(feed) ?? piece.completeBefore)
        }
      }
      if let end = end(feed), pace == .deterministic || stream.status.tick >= end { stream.requestEnd() }
      try stream.exchange(until: .now + .milliseconds(feed.ticks == nil ? 1 : 100))
      try emit(stream.takeOutput(), feed.ticks)
    }
    try emit(stream.takeOutput(), feed.ticks)
    var summary = Summary()
    summary.add(stream.totals ?? StreamTotals(), ticks: feed.ticks ?? 0)
    return summary
  }

  /// Streams one sample that comes as text, and writes the file that `emulate` writes when it has ended.
  public func run(text input: Int32, name: String, isRaw: Bool, to file: FileWriter) throws -> Summary {
    var spikes: [WireSpike] = []
    var readouts: [WireReadout] = []
    let perValue = max(host.outputCount + host.readoutCount, 1)
    let summary = try run(text: input, name: name) { output, _ in
      spikes += output.spikes
      readouts += output.readouts
    }
    let ticks = summary.ticks + host.depth
    guard ticks <= Self.maximumValues / perValue else {
      throw WorkflowError(
        .usage, "\(name): \(ticks) ticks of \(perValue) outputs are too much for one file; write text, --output -")
    }
    var counts = [UInt8](repeating: 0, count: ticks * host.outputCount)
    // A realtime board goes on for some ticks before it hears of the end.
    for spike in spikes where Int(spike.tick) < ticks && Int(spike.index) < host.outputCount {
      counts[Int(spike.tick) * host.outputCount + Int(spike.index)] = spike.count
    }
    var membranes = [Int32](repeating: 0, count: ticks * host.readoutCount)
    let places = host.readoutPlaces
    for readout in readouts where Int(readout.tick) < ticks && Int(readout.output) < places.count {
      guard let place = places[Int(readout.output)] else { continue }
      membranes[Int(readout.tick) * host.readoutCount + place] = readout.membrane
    }
    try RunArchive(host: host, samples: 1, ticks: summary.ticks, isRaw: isRaw)
      .write(to: file) { try $0(counts, membranes) }
    return summary
  }

  /// The tick with which a run ends, once the input has.
  private func end(_ feed: TextFeed) -> UInt32? {
    feed.ticks.map { UInt32(clamping: $0 + host.depth) }
  }
}

/// Spikes as text, from a file that may have no end.
private struct TextFeed {
  /// Spikes that wait, from which on no more are read.
  static let enough = 1 << 14
  private static let pieceBytes = 1 << 14

  /// T, once the input has ended.
  private(set) var ticks: Int?
  private let descriptor: Int32
  private let name: String
  private var parser: SpikeTextParser

  init(_ descriptor: Int32, name: String, lines: Int) {
    self.descriptor = descriptor
    self.name = name
    parser = SpikeTextParser(name: name, lines: lines)
  }

  /// What comes within a time; nil where nothing does.
  mutating func next(within milliseconds: Int32) throws -> SpikeTextParser.Piece? {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, milliseconds) > 0 else { return nil }
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, count in
      let moved = read(descriptor, buffer.baseAddress, buffer.count)
      if moved < 0 { code = errno }
      count = max(moved, 0)
    }
    if code == EINTR || code == EAGAIN { return nil }
    guard code == 0 else { throw WorkflowError(.failure, "\(name) cannot be read: \(String(cString: strerror(code)))") }
    guard bytes.isEmpty else { return try parser.parse(bytes) }
    let last = try parser.finish()
    guard parser.ticks > 0 else {
      throw WorkflowError(.usage, "\(name) has no ticks: write lines `tick index count`, or `tick` alone")
    }
    ticks = Int(parser.ticks)
    return last
  }
}
