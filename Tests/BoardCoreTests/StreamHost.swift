import FixedPoint
import WireProtocol

/// A host of one stream that keeps what comes back.
struct StreamHost {
  var host: RawHost
  let board: SimulatedBoard
  private(set) var spikes: [WireSpike] = []
  private(set) var readouts: [WireReadout] = []
  /// Every STREAM_OUT, and the answers of STREAM.
  private(set) var reports: [StreamOut] = []
  private(set) var answers: [StreamAnswer] = []
  private(set) var refusals: [BoardError] = []
  /// The stream's number, which all of its frames carry.
  private(set) var numbers: Set<UInt32> = []

  init(readouts: UInt8 = 0, withImage: Bool = true) throws {
    board = SimulatedBoard(storage: SimulatedStorage(seed: 5))
    host = RawHost(board)
    try host.open()
    if withImage { try host.flash(EchoExecutor.image(bytes: 3000, fill: 7, readouts: readouts)) }
  }

  mutating func stream(
    _ mode: StreamRequest.Mode, period: UInt32 = 0, credit: UInt64 = 0, clears: Bool = true
  ) throws {
    let request = StreamRequest(mode: mode, clearsFirst: clears, tickMicroseconds: period, outputCredit: credit)
    keep(try host.send(.stream, encoded(request)))
  }

  mutating func send(_ spikes: [WireSpike], completeBefore: UInt32 = 0) throws {
    let message = StreamIn(completeBefore: completeBefore, spikeCount: UInt32(spikes.count))
    keep(try host.send(.streamIn, encoded(message) + bytes(of: spikes)))
  }

  mutating func grant(_ credit: UInt64) throws {
    keep(try host.sendAgain(.credit, encoded(Credit(outputCredit: credit))))
  }

  /// Lets time pass on the board, and looks at what it sends.
  mutating func wait(microseconds: UInt64) throws {
    board.storage.microseconds += microseconds
    keep(try host.nothing())
  }

  private mutating func keep(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { all in
      var rest = all
      while case .frame(let header, let range, let total) = FrameCodec.scan(rest, maximumPayload: 1040) {
        var reader = WireReader(UnsafeRawBufferPointer(rebasing: rest[range]))
        switch header.message {
        case .streamOut:
          guard let message = try? StreamOut(from: &reader) else { return }
          let list = reader.rest()
          reports.append(message)
          spikes += (0..<Int(message.spikeCount)).map { WireSpike(list, at: $0 * WireSpike.byteCount) }
          numbers.insert(header.sequence)
        case .membranesOut:
          guard let message = try? MembranesOut(from: &reader) else { return }
          let list = reader.rest()
          readouts += (0..<Int(message.readoutCount)).map { WireReadout(list, at: $0 * WireReadout.byteCount) }
          numbers.insert(header.sequence)
        case .streamAnswer: if let answer = try? StreamAnswer(from: &reader) { answers.append(answer) }
        case .error: if let error = try? BoardError(from: &reader) { refusals.append(error) }
        default: break
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[total...])
      }
    }
  }
}

/// Spikes as they go over the wire.
func bytes(of spikes: [WireSpike]) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: spikes.count * WireSpike.byteCount)
  bytes.withUnsafeMutableBytes { buffer in
    for (index, spike) in spikes.enumerated() { spike.store(to: buffer, at: index * WireSpike.byteCount) }
  }
  return bytes
}

/// Random input of the echo executor, ascending.
func randomSpikes(ticks: UInt32, _ random: inout RandomStream) -> [WireSpike] {
  (0..<ticks).flatMap { tick in
    (0..<UInt32(EchoExecutor.lines)).compactMap { line in
      random.below(8) == 0 ? WireSpike(tick: tick, index: line, count: UInt8(1 + random.below(255))) : nil
    }
  }
}
