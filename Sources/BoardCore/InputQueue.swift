import WireProtocol

/// Input spikes that wait for their tick, ascending by tick, then line, in memory of the workspace.
struct InputQueue {
  private let memory: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0

  init(memory: UnsafeMutableRawBufferPointer) {
    self.memory = memory
  }

  var capacity: Int { memory.count / WireSpike.byteCount }
  var count: Int { end - start }

  var first: WireSpike? {
    start < end ? WireSpike(UnsafeRawBufferPointer(memory), at: start * WireSpike.byteCount) : nil
  }

  mutating func removeFirst() {
    start += 1
    if start == end { reset() }
  }

  mutating func reset() {
    start = 0
    end = 0
  }

  /// Checks all spikes of a request and takes either all of them or none.
  ///
  /// - Parameter first: the place in the request of the first spike here, for refusals.
  /// - Throws: `lateTick`, `unorderedSpikes`, `duplicateSpike`, `inputOutOfRange`, `emptySpike`,
  ///   `inputOverflow`.
  mutating func append(
    _ spikes: UnsafeRawBufferPointer, currentTick: UInt32, inputs: Int, place first: Int = 0
  ) throws(BoardError) {
    let size = WireSpike.byteCount
    let added = spikes.count / size
    guard added <= capacity - count else {
      throw BoardError(.inputOverflow, detail: UInt32(clamping: capacity))
    }
    var previous = start < end ? WireSpike(UnsafeRawBufferPointer(memory), at: (end - 1) * size) : nil
    for index in 0..<added {
      let spike = WireSpike(spikes, at: index * size)
      let place = UInt64(first + index)
      guard spike.count > 0 else { throw BoardError(.emptySpike, detail: spike.index, offset: place) }
      guard Int(spike.index) < inputs else {
        throw BoardError(.inputOutOfRange, detail: spike.index, offset: place)
      }
      guard spike.tick >= currentTick else { throw BoardError(.lateTick, detail: spike.tick, offset: place) }
      if let previous {
        if spike.tick == previous.tick && spike.index == previous.index {
          throw BoardError(.duplicateSpike, detail: spike.index, offset: place)
        }
        guard spike.tick > previous.tick || spike.tick == previous.tick && spike.index > previous.index else {
          throw BoardError(.unorderedSpikes, detail: spike.index, offset: place)
        }
      }
      previous = spike
    }
    if end + added > capacity {
      UnsafeMutableRawBufferPointer(rebasing: memory[0..<count * size])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start * size..<end * size]))
      end -= start
      start = 0
    }
    UnsafeMutableRawBufferPointer(rebasing: memory[end * size..<(end + added) * size]).copyMemory(from: spikes)
    end += added
  }
}
