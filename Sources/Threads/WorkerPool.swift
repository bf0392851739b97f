/// Runs independent tasks on a fixed number of workers, the first of which is the caller's thread.
///
/// Which worker does which task is not determined; tasks write to places of their own, so that the result is. The
/// other workers are threads that live as long as the pool. After its last task one looks out for more for a moment
/// before it sleeps, because to wake a thread takes longer than the phases of a training step lie apart.
///
/// One thread at a time may call `run`, and no task may call it.
public final class WorkerPool: Sendable {
  public let workers: Int
  private let board: TaskBoard
  private let threads: [WorkerThread]

  /// - Parameter workers: at least 1; with more than the machine has processors, nobody looks out.
  public init(workers: Int) {
    precondition(workers >= 1)
    self.workers = workers
    let board = TaskBoard(looksOut: workers <= Processors.count)
    self.board = board
    threads = (1..<max(workers, 1)).map { worker in WorkerThread { board.work(as: worker) } }
  }

  /// - Parameter threads: 0 for as many as there are processors.
  public convenience init(threads: Int) {
    self.init(workers: threads == 0 ? Processors.count : max(threads, 1))
  }

  /// Calls `body(worker, task)` once for every task from 0; no two calls with one worker overlap.
  public func run(_ tasks: Int, _ body: @escaping @Sendable (_ worker: Int, _ task: Int) -> Void) {
    if workers == 1 || tasks <= 1 {
      for task in 0..<max(tasks, 0) { body(0, task) }
      return
    }
    board.run(tasks, body)
  }

  deinit {
    board.close()
    for thread in threads { thread.join() }
  }
}
