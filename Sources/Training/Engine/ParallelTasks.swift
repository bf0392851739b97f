import Dispatch
import Synchronization

/// Runs independent tasks on a fixed number of workers.
///
/// Which worker does which task is not determined; tasks write to places of their own, so that the result
/// is.
struct ParallelTasks: Sendable {
  let workers: Int

  /// Calls `body(worker, task)` once for every task; no two calls with one worker overlap.
  func run(_ tasks: Int, _ body: @Sendable (_ worker: Int, _ task: Int) -> Void) {
    if workers == 1 || tasks <= 1 {
      for task in 0..<tasks { body(0, task) }
      return
    }
    let counter = TaskCounter()
    DispatchQueue.concurrentPerform(iterations: min(workers, tasks)) { worker in
      while let task = counter.next(below: tasks) { body(worker, task) }
    }
  }
}

/// Hands out the numbers from 0.
private final class TaskCounter: Sendable {
  private let taken = Atomic<Int>(0)

  func next(below end: Int) -> Int? {
    let task = taken.wrappingAdd(1, ordering: .relaxed).oldValue
    return task < end ? task : nil
  }
}
