import Synchronization
import Testing
import Threads

@Suite struct WorkerPoolTests {
  @Test(
    "Every task is done once, and no two at once by one worker, with fewer and with more workers than processors",
    arguments: [1, 2, 3, 16])
  func eachTaskOnce(workers: Int) {
    let pool = WorkerPool(workers: workers)
    let tallies = Tallies(count: 257)
    let busy = Tallies(count: workers)
    for job in 0..<2000 {
      let tasks = [0, 1, 2, 3, 17, 257][job % 6]
      pool.run(tasks) { worker, task in
        #expect(busy.change(worker, by: 1) == 1)
        tallies.change(task, by: 1)
        busy.change(worker, by: -1)
      }
      for task in 0..<257 {
        #expect(tallies.take(task) == (task < tasks ? 1 : 0), "job \(job), task \(task)")
      }
    }
  }

  @Test("What tasks have written is there when a job ends")
  func resultsAreVisible() {
    let pool = WorkerPool(workers: 2)
    let cells = UnsafeMutableBufferPointer<Int>.allocate(capacity: 64)
    defer { cells.deallocate() }
    nonisolated(unsafe) let shared = cells
    for job in 0..<20_000 {
      pool.run(64) { _, task in shared[task] = job &* 64 &+ task }
      var sum = 0
      for cell in cells { sum &+= cell }
      #expect(sum == job * 64 * 64 + 2016)
    }
  }

  @Test("Pools on several threads at once do not keep each other from ending")
  func manyPools() async {
    await withTaskGroup(of: Int.self) { group in
      for seed in 0..<8 {
        group.addTask {
          let total = Tallies(count: 1)
          for _ in 0..<20 {
            let pool = WorkerPool(workers: 2 + seed % 3)
            for _ in 0..<50 { pool.run(20) { _, task in total.change(0, by: task) } }
          }
          return total.take(0)
        }
      }
      for await total in group { #expect(total == 20 * 50 * 190) }
    }
  }

  @Test("A worker that has fallen asleep wakes for the next job")
  func wakesAfterSleep() {
    let pool = WorkerPool(workers: 3)
    let clock = ContinuousClock()
    for _ in 0..<30 {
      let end = clock.now.advanced(by: .milliseconds(2))
      while clock.now < end {}
      // Two tasks that wait for each other: both run at once, or never.
      let arrived = Tallies(count: 1)
      pool.run(2) { _, _ in
        arrived.change(0, by: 1)
        while arrived.value(0) < 2 {}
      }
    }
  }

  @Test("0 threads stand for as many as there are processors")
  func threads() {
    #expect(WorkerPool(threads: 0).workers == Processors.count)
    #expect(WorkerPool(threads: -3).workers == 1)
    #expect(WorkerPool(threads: 5).workers == 5)
  }
}

/// Numbers that threads change.
private final class Tallies: Sendable {
  private let numbers: Mutex<[Int]>

  init(count: Int) { numbers = Mutex(Array(repeating: 0, count: count)) }

  @discardableResult
  func change(_ index: Int, by amount: Int) -> Int {
    numbers.withLock {
      $0[index] += amount
      return $0[index]
    }
  }

  func value(_ index: Int) -> Int { numbers.withLock { $0[index] } }

  func take(_ index: Int) -> Int {
    numbers.withLock { numbers in
      let number = numbers[index]
      numbers[index] = 0
      return number
    }
  }
}
