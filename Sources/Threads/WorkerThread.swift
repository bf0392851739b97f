#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A thread of the operating system that runs one function.
///
/// Unchecked: on some platforms the handle is a pointer; it is only handed back to the system.
struct WorkerThread: @unchecked Sendable {
  private let handle: pthread_t?

  /// Starts the thread; where the system refuses one, nothing runs, and others do its share.
  init(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let result = pthread_create(&thread, nil, runBox, box.toOpaque())
    if result != 0 { box.release() }
    handle = result == 0 ? thread : nil
  }

  func join() {
    if let handle { pthread_join(handle, nil) }
  }
}

private final class Box: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runBox(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let box { Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body() }
  return nil
}
