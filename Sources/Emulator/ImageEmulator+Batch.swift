import Dispatch
import ImageFormat
import Images
import Synchronization

extension ImageEmulator {
  /// Runs many samples over threads and hands the results over in their order.
  ///
  /// The results do not depend on the number of threads.
  /// - Parameters:
  ///   - ticks: T of every sample.
  ///   - lines: the input lines of a sample, which must be the image's.
  ///   - fill: writes sample `index` into a zeroed buffer of [ticks][lines]; called on any thread.
  ///   - consume: takes the results in ascending order on the calling thread; what it throws ends the batch.
  public func runBatch(
    samples: Range<Int>, ticks: Int, lines: Int, threads: Int, trace: TraceOptions = [],
    fill: @Sendable (_ index: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>) throws -> Void,
    consume: (_ index: Int, _ run: SampleRun) throws -> Void
  ) throws {
    let expected = try image.withMeshImage { $0.inputCount }
    guard lines == expected else { throw EmulatorError.inputWidth(given: lines, expected: expected) }
    let workers = try (0..<max(1, min(threads, samples.count))).map { _ in
      BatchWorker(machine: try makeMachine(), inputBytes: ticks * lines)
    }
    // Few samples wait at a time, so that memory does not grow with the batch.
    let share = 8
    var next = samples.lowerBound
    while next < samples.upperBound {
      let block = next..<min(samples.upperBound, next + workers.count * share)
      let results = Mutex<[Int: Result<SampleRun, any Error>]>([:])
      DispatchQueue.concurrentPerform(iterations: workers.count) { worker in
        for index in stride(from: block.lowerBound + worker, to: block.upperBound, by: workers.count) {
          let result = Result {
            try workers[worker].run(self, ticks: ticks, trace: trace) { try fill(index, $0) }
          }
          results.withLock { $0[index] = result }
        }
      }
      let finished = results.withLock { $0 }
      for index in block {
        if let result = finished[index] { try consume(index, try result.get()) }
      }
      next = block.upperBound
    }
  }
}

/// One thread's machine and input buffer.
///
/// Unchecked: iteration `w` of a `concurrentPerform` alone touches worker `w`, and the calls of one
/// batch follow each other.
private final class BatchWorker: @unchecked Sendable {
  private let machine: any Machine
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(machine: any Machine, inputBytes: Int) {
    self.machine = machine
    input = .allocate(capacity: inputBytes)
  }

  deinit {
    input.deallocate()
  }

  func run(
    _ emulator: ImageEmulator, ticks: Int, trace: TraceOptions,
    fill: (UnsafeMutableBufferPointer<UInt8>) throws -> Void
  ) throws -> SampleRun {
    input.update(repeating: 0)
    try fill(input)
    return try emulator.run(UnsafeBufferPointer(input), ticks: ticks, on: machine, trace: trace)
  }
}
