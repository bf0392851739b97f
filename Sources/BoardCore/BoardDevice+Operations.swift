import FixedPoint
import WireProtocol

extension BoardDevice where Platform: ~Copyable, Executor: ~Copyable {
  mutating func startOperation(_ next: BoardOperation, _ header: FrameHeader) {
    operation = next
    request = header
    lastProgress = platform.milliseconds()
  }

  /// One step of the request in progress.
  mutating func continueOperation() {
    do throws(BoardError) {
      switch operation {
      case .none: break
      case .erase(let slot, let next, let end): try continueErase(slot, next, end)
      case .commit(let slot, let next, let hash): try continueCommit(slot, next, hash)
      case .hash(let slot, let range, let next, let hash): continueHash(slot, range, next, hash)
      case .run(let ticksLeft): try continueRun(ticksLeft)
      }
    } catch {
      operation = .none
      refuse(error, request)
    }
  }

  /// Sends PROGRESS when the last sign of life is half a second old.
  mutating func tellProgress(_ activity: BoardActivity, done: Int, total: Int) {
    let now = platform.milliseconds()
    guard now &- lastProgress >= 500 else { return }
    lastProgress = now
    answer(Progress(activity: activity, done: UInt64(done), total: UInt64(total)), to: request)
  }

  private mutating func continueErase(_ slot: Int, _ next: Int, _ end: Int) throws(BoardError) {
    let stop = min(next + profile.stepBytes, end)
    if next < stop {
      do throws(StorageError) {
        try platform.erase(slot: slot, range: next..<stop)
      } catch {
        throw BoardError(.storage, detail: error.code)
      }
    }
    if stop < end {
      operation = .erase(slot: slot, next: stop, end: end)
      tellProgress(.erasing, done: stop, total: end)
    } else {
      operation = .none
      answerBegin(slot, request)
    }
  }

  private mutating func continueCommit(_ slot: Int, _ next: Int, _ hash: SHA256) throws(BoardError) {
    var hash = hash
    let size = chunks.size
    let stop = min(next + profile.stepBytes, size)
    hash.update(UnsafeRawBufferPointer(rebasing: platform.contents(ofSlot: slot)[next..<stop]))
    if stop < size {
      operation = .commit(slot: slot, next: stop, hash)
      tellProgress(.committing, done: stop, total: size)
    } else {
      operation = .none
      try finishCommit(slot, hash.finalize())
    }
  }

  private mutating func continueHash(_ slot: Int, _ range: Range<Int>, _ next: Int, _ hash: SHA256) {
    var hash = hash
    let stop = min(next + profile.stepBytes, range.upperBound)
    hash.update(UnsafeRawBufferPointer(rebasing: platform.contents(ofSlot: slot)[next..<stop]))
    if stop < range.upperBound {
      operation = .hash(slot: slot, range: range, next: stop, hash)
      tellProgress(.hashing, done: stop - range.lowerBound, total: range.count)
    } else {
      operation = .none
      let digest = hash.finalize()
      let message = ReadBackAnswer(offset: UInt64(range.lowerBound), length: UInt64(range.count))
      digest.withBytes { answer(message, to: request, body: $0) }
    }
  }
}
