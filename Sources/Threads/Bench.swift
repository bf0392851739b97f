import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where threads sleep until a condition holds.
///
/// A sleeper says that it sleeps before it looks at the condition, and who makes the condition true looks for sleepers
/// after that, both in the one order of sequentially consistent operations: one of the two sees the other.
final class Bench: @unchecked Sendable {
  private let sleepers = Atomic<Int>(0)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let woken = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    mutex.initialize(to: pthread_mutex_t())
    woken.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(woken, nil)
  }

  /// - Parameter condition: made of sequentially consistent reads.
  func sleep(until condition: () -> Bool) {
    pthread_mutex_lock(mutex)
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    while !condition() { pthread_cond_wait(woken, mutex) }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
  }

  /// Makes all sleepers look again; to be called after a change to what their condition reads.
  func wake() {
    if sleepers.load(ordering: .sequentiallyConsistent) == 0 { return }
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(woken)
    pthread_mutex_unlock(mutex)
  }

  deinit {
    pthread_cond_destroy(woken)
    pthread_mutex_destroy(mutex)
    woken.deallocate()
    mutex.deallocate()
  }
}
