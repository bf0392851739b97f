import WireProtocol

/// Input of a stream that waits here for the board's credit.
struct StreamInput {
  private var spikes: [WireSpike] = []
  private var start = 0
  private var last: WireSpike?
  /// How many spikes the tick of `last` has.
  private var width = 0
  /// No more input comes for ticks below it.
  private(set) var completeBefore: UInt32 = 0

  var count: Int { spikes.count - start }
  var first: WireSpike? { start < spikes.count ? spikes[start] : nil }

  /// Takes all spikes, or none where one is out of place.
  ///
  /// - Parameter capacity: the most spikes that one tick may have.
  /// - Throws: `lateInput`, `unorderedInput`, `tooManyInputs`.
  mutating func append(
    _ added: some Sequence<WireSpike>, completeBefore complete: UInt32, capacity: Int
  ) throws(BoardLinkError) {
    let (count, last, width) = (spikes.count, last, width)
    do throws(BoardLinkError) {
      for spike in added { try append(spike, capacity: capacity) }
    } catch {
      spikes.removeLast(spikes.count - count)
      (self.last, self.width) = (last, width)
      throw error
    }
    completeBefore = max(completeBefore, complete)
  }

  private mutating func append(_ spike: WireSpike, capacity: Int) throws(BoardLinkError) {
    guard spike.tick >= completeBefore else { throw .lateInput(tick: spike.tick, completeBefore: completeBefore) }
    if let last {
      guard (spike.tick, spike.index) > (last.tick, last.index) else {
        throw .unorderedInput(tick: spike.tick, index: spike.index)
      }
      width = last.tick == spike.tick ? width + 1 : 1
    } else {
      width = 1
    }
    guard width <= capacity else { throw .tooManyInputs(lines: width, capacity: capacity) }
    last = spike
    spikes.append(spike)
  }

  /// The most that can be sent at once: so many spikes, with which the input is complete below a tick.
  func piece(atMost most: Int) -> (count: Int, completeBefore: UInt32) {
    let taken = min(count, max(most, 0))
    guard taken < count else { return (taken, completeBefore) }
    // What stays behind is not complete.
    return (taken, min(completeBefore, spikes[start + taken].tick))
  }

  /// The spikes of a piece.
  subscript(index: Int) -> WireSpike { spikes[start + index] }

  mutating func removeFirst(_ count: Int) {
    start += count
    // Moving what is left costs as much as what has gone.
    if 2 * start >= spikes.count {
      spikes.removeFirst(start)
      start = 0
    }
  }
}
