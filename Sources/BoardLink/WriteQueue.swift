import WireProtocol

/// Which blocks of an image a board holds, which are under way, and which are next.
struct WriteQueue {
  let image: UnsafeRawBufferPointer
  /// The bytes of one WRITE, a multiple of the board's chunk.
  let blockBytes: Int
  private var blocks: [BlockState]
  private var inFlight: [(sequence: UInt32, block: Int)] = []
  /// No block before it waits.
  private var firstWaiting = 0
  /// All blocks before it are held.
  private var firstMissing = 0
  private var heldBlocks = 0
  private(set) var heldBytes: UInt64 = 0

  private enum BlockState: UInt8 {
    case waiting, underWay, held
  }

  init(image: UnsafeRawBufferPointer, blockBytes: Int, held: [Range<Int>]) {
    self.image = image
    self.blockBytes = blockBytes
    blocks = Array(repeating: .waiting, count: (image.count + blockBytes - 1) / blockBytes)
    for range in held { hold(range) }
  }

  /// The bytes of a WRITE to a board: as many whole chunks as a payload takes.
  static func blockBytes(of info: BoardInfo) -> Int {
    let chunk = max(Int(info.chunkBytes), 1)
    return max((Int(info.maximumPayload) - Write.headerBytes) / chunk, 1) * chunk
  }

  var isDone: Bool { heldBlocks == blocks.count }
  var inFlightCount: Int { inFlight.count }

  func range(of block: Int) -> Range<Int> {
    block * blockBytes..<min((block + 1) * blockBytes, image.count)
  }

  /// The first block that waits.
  mutating func nextBlock() -> Int? {
    while firstWaiting < blocks.count {
      if blocks[firstWaiting] == .waiting { return firstWaiting }
      firstWaiting += 1
    }
    return nil
  }

  mutating func sent(_ block: Int, sequence: UInt32) {
    blocks[block] = .underWay
    inFlight.append((sequence, block))
  }

  /// Takes an answer; requests sent before an answered one that are unanswered are lost.
  mutating func acknowledge(sequence: UInt32, _ answer: WriteAnswer) {
    if let place = inFlight.firstIndex(where: { $0.sequence == sequence }) {
      for earlier in inFlight[..<place] where blocks[earlier.block] == .underWay { makeWaiting(earlier.block) }
      hold(block: inFlight[place].block)
      inFlight.removeSubrange(...place)
    }
    // An answer that got lost is made good by the next one.
    hold(0..<Int(min(answer.cumulative, UInt64(image.count))))
  }

  /// Sends the block of a refused request again.
  mutating func lose(sequence: UInt32) {
    guard let place = inFlight.firstIndex(where: { $0.sequence == sequence }) else { return }
    let block = inFlight.remove(at: place).block
    if blocks[block] == .underWay { makeWaiting(block) }
  }

  mutating func loseAll() {
    for entry in inFlight where blocks[entry.block] == .underWay { makeWaiting(entry.block) }
    inFlight.removeAll()
  }

  private mutating func makeWaiting(_ block: Int) {
    blocks[block] = .waiting
    firstWaiting = min(firstWaiting, block)
  }

  /// Marks the blocks that lie wholly in a range.
  private mutating func hold(_ range: Range<Int>) {
    while firstMissing < blocks.count && blocks[firstMissing] == .held { firstMissing += 1 }
    // The usual range begins at 0, and most of it is known.
    var block = max((range.lowerBound + blockBytes - 1) / blockBytes, firstMissing)
    while block < blocks.count && self.range(of: block).upperBound <= range.upperBound {
      hold(block: block)
      block += 1
    }
  }

  private mutating func hold(block: Int) {
    guard blocks[block] != .held else { return }
    blocks[block] = .held
    heldBlocks += 1
    heldBytes += UInt64(range(of: block).count)
  }
}
