import Glibc

/// Waits until one of the descriptors is ready, a time has passed, or a signal arrives.
///
/// - Parameter microseconds: nil to wait without end.
/// - Returns: how many are ready; negative, with `errno`, as `poll` has it.
package func wait(for entries: inout [pollfd], microseconds: UInt64?) -> Int32 {
  guard let microseconds else { return poll(&entries, nfds_t(entries.count), -1) }
  if microseconds > 0 && microseconds < 1000 {
    // `poll` knows milliseconds only.
    let ready = poll(&entries, nfds_t(entries.count), 0)
    guard ready == 0 else { return ready }
    usleep(UInt32(microseconds))
    return poll(&entries, nfds_t(entries.count), 0)
  }
  return poll(&entries, nfds_t(entries.count), Int32(clamping: microseconds / 1000))
}
