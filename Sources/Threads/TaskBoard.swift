import Synchronization

/// The tasks at hand: who takes one, who waits for one, and who waits until all are done.
///
/// Of a job, only those who hold a ticket look at its body and its number of tasks, and the job ends when as many tasks
/// are done as there were tickets. So a worker that wakes late finds no ticket, or one of a later job, which is as good.
final class TaskBoard: @unchecked Sendable {
  typealias Body = @Sendable (_ worker: Int, _ task: Int) -> Void

  /// Written while no ticket is out; read by holders of a ticket.
  private var body: Body?
  private var total = 0
  /// Tickets that nobody has taken.
  private let tickets = Atomic<Int>(0)
  private let done = Atomic<Int>(0)
  private let isClosed = Atomic<Bool>(false)
  private let workers = Bench()
  private let caller = Bench()
  private let looksOut: Bool

  init(looksOut: Bool) { self.looksOut = looksOut }

  /// Runs a job as worker 0, and returns when all its tasks are done.
  func run(_ tasks: Int, _ body: @escaping Body) {
    (self.body, total) = (body, tasks)
    done.store(0, ordering: .relaxed)
    tickets.store(tasks, ordering: .sequentiallyConsistent)
    workers.wake()
    while takeTask(worker: 0) {}
    wait(on: caller) { done.load(ordering: .sequentiallyConsistent) == tasks }
    self.body = nil
  }

  /// What a worker does until the board is closed.
  func work(as worker: Int) {
    while !isClosed.load(ordering: .sequentiallyConsistent) {
      while takeTask(worker: worker) {}
      wait(on: workers) {
        tickets.load(ordering: .sequentiallyConsistent) > 0 || isClosed.load(ordering: .sequentiallyConsistent)
      }
    }
  }

  func close() {
    isClosed.store(true, ordering: .sequentiallyConsistent)
    workers.wake()
  }

  /// Does one task, if there is one left.
  private func takeTask(worker: Int) -> Bool {
    var left = tickets.load(ordering: .relaxed)
    while left > 0 {
      let exchange = tickets.weakCompareExchange(
        expected: left, desired: left - 1, successOrdering: .acquiring, failureOrdering: .relaxed)
      guard exchange.exchanged else {
        left = exchange.original
        continue
      }
      let total = total
      body?(worker, total - left)
      // After this the job may be over: nothing of it is read any more.
      let before = done.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue
      if before + 1 == total { caller.wake() }
      return true
    }
    return false
  }

  /// Returns when a condition holds, after looking out for it, then asleep.
  private func wait(on bench: Bench, until condition: () -> Bool) {
    if condition() || looksOut && LookOut.sees(condition) { return }
    bench.sleep(until: condition)
  }
}
