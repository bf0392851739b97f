import Glibc

extension FileDescriptor {
  /// Takes the file for this process alone; false where another one holds it for all attempts, 10 ms apart.
  ///
  /// A lock goes with every copy of its descriptor, and a child between its fork and its exec has copies of all:
  /// the lock of a board that has just ended can outlive it for a moment.
  func lockForThisProcess(attempts: Int = 50) -> Bool {
    for attempt in 0..<attempts {
      if flock(number, LOCK_EX | LOCK_NB) == 0 { return true }
      guard errno == EWOULDBLOCK || errno == EINTR else { return false }
      if attempt < attempts - 1 { usleep(10_000) }
    }
    return false
  }
}
