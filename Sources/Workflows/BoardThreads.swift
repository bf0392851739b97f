#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Work with several boards at once.
public enum BoardThreads {
  /// Calls `body` with each number below `count`, each on a thread of its own, and returns when all are done.
  ///
  /// Boards spend most of a flash waiting for each other's ends of the link, so there are as many threads as boards,
  /// whatever the number of processors. Where the system gives no thread, the caller's does the work.
  public static func forEach(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    var threads: [pthread_t] = []
    var left: [Int] = []
    for index in 0..<count {
      var thread = pthread_t()
      let work = Unmanaged.passRetained(BoardWork { body(index) })
      if pthread_create(&thread, nil, runBoardWork, work.toOpaque()) == 0 {
        threads.append(thread)
      } else {
        work.release()
        left.append(index)
      }
    }
    for index in left { body(index) }
    for thread in threads { pthread_join(thread, nil) }
  }
}

private final class BoardWork: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}

private nonisolated func runBoardWork(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let pointer { Unmanaged<BoardWork>.fromOpaque(pointer).takeRetainedValue().body() }
  return nil
}
