import Glibc

/// A thread for something that blocks for as long as the program runs.
enum BackgroundThread {
  /// Runs `body` on a thread of its own; false where the system gives none.
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    let work = Unmanaged.passRetained(Work(body: body))
    var thread = pthread_t()
    let status = pthread_create(&thread, nil, runWork, work.toOpaque())
    if status != 0 { work.release() }
    return status == 0
  }
}

private final class Work: Sendable {
  let body: @Sendable () -> Void

  init(body: @escaping @Sendable () -> Void) {
    self.body = body
  }
}

private func runWork(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body() }
  return nil
}
