import WireProtocol

extension Fault {
  /// Boards that break the rules of running and streams.
  static var running: [Fault] {
    [
      .grants(.noActiveImage, "without an active image", on: .empty),
      .requests("CLEAR takes the tick back") { header, payload, record in
        guard header.message == .clear else { return [(header, payload)] }
        record.reply(.clearAnswer, header, [])
        return []
      },
      .changes(.runAnswer, "RUN executes as many ticks") { payload, _ in payload[0] &+= 1 },
      .changesEachTime(.runAnswer, at: 4, "the same input from cleared"),
      .changesEachTime(.runAnswer, at: 4, "a run in two pieces"),
      .changes(.spikesInAnswer, "SPIKES_IN before RUN") { payload, _ in payload[0] = 0 },
      .grants(.outOfSequence, "RUN that is not numbered one above"),
      .grants(.outOfSequence, "RUN that comes twice"),
      .requests("RUN that clears first may have any higher number") { header, payload in
        guard header.message == .run, !payload.isEmpty else { return [(header, payload)] }
        return [(header, [0] + payload.dropFirst())]
      },
      .grants(.tooManyTicks, "more ticks than INFO allows"),
      .grants(.noSuchCore, "STATE of a core that is not there"),
      .changes(.statsAnswer, "STATS counts") { payload, _ in payload[40] = 0 },
      .grants(.lateTick, "input for a tick that is over"),
      .grants(.unorderedSpikes, "input that does not ascend"),
      .grants(.duplicateSpike, "two spikes of a line"),
      .grants(.inputOutOfRange, "a line that the image does not have"),
      .grants(.emptySpike, "a spike of count 0"),
      .grants(.inputOverflow, "more spikes than can wait"),
      .changes(.spikesInAnswer, "of input that is refused") { payload, _ in payload[0] &+= 1 },
      .grants(.notStreaming, "STREAM_IN without a stream"),
      .grants(.malformed, "a realtime stream without"),
      .grants(.busy, "while a stream is under way"),
      .changesEachTime(.streamAnswer, at: 4, "a deterministic stream"),
    ]
  }

  /// A board whose answers differ in one byte from one to the next.
  private static func changesEachTime(_ type: MessageType, at byte: Int, _ rule: String) -> Fault {
    changes(type, rule) { payload, record in
      record.counter &+= 1
      payload[byte] ^= record.counter
    }
  }
}
