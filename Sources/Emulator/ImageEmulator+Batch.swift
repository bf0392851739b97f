import Images
import Threads

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
    let expected = image.inputCount
    guard lines == expected else { throw EmulatorError.inputWidth(given: lines, expected: expected) }
    let count = max(1, min(threads, samples.count))
    let workers = try (0..<count).map { _ in
      BatchWorker(machine: try makeMachine(), inputBytes: ticks * lines)
    }
    let pool = WorkerPool(workers: count)
    // Few samples wait at a time, so that memory does not grow with the batch; traces are large.
    let results = BatchResults(capacity: count * (trace.isEmpty ? 64 : 8))
    try withoutActuallyEscaping(fill) { fill in
      var next = samples.lowerBound
      while next < samples.upperBound {
        let block = next..<min(samples.upperBound, next + results.capacity)
        pool.run(block.count) { worker, task in
          results.places[task] = Result {
            try workers[worker].run(self, ticks: ticks, trace: trace) { try fill(block.lowerBound + task, $0) }
          }
        }
        for index in block {
          if let result = results.take(index - block.lowerBound) { try consume(index, try result.get()) }
        }
        next = block.upperBound
      }
    }
  }
}

/// A place for the result of each sample of a block.
///
/// Unchecked: each task of a block writes to a place of its own, and they are read when all are done.
private final class BatchResults: @unchecked Sendable {
  let capacity: Int
  let places: UnsafeMutablePointer<Result<SampleRun, any Error>?>

  init(capacity: Int) {
    self.capacity = capacity
    places = .allocate(capacity: capacity)
    places.initialize(repeating: nil, count: capacity)
  }

  deinit {
    places.deinitialize(count: capacity)
    places.deallocate()
  }

  /// The result at a place, which is empty then.
  func take(_ place: Int) -> Result<SampleRun, any Error>? {
    defer { places[place] = nil }
    return places[place]
  }
}

/// One thread's machine and input buffer.
///
/// Unchecked: no two tasks of one worker of the pool overlap.
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
