import Glibc

/// How a server that waits in `poll` is told to end: by a call, or by SIGINT and SIGTERM.
public final class StopSignal: @unchecked Sendable {
  /// Readable once there is a reason to end.
  package let descriptor: FileDescriptor
  private let end: FileDescriptor

  /// What ended a server.
  public enum Reason: Equatable, Sendable {
    case stopped
    case signal(Int32)
  }

  package init() throws(VirtualBoardError) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .failed("making a pipe for", "a virtual board") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (descriptor, end) = (FileDescriptor(ends[0]), FileDescriptor(ends[1]))
  }

  /// Makes SIGINT and SIGTERM a reason; one server of a process can ask for it.
  package func installHandlers() {
    signalPipe = end.number
    signal(SIGINT, handleSignal)
    signal(SIGTERM, handleSignal)
  }

  package func removeHandlers() {
    guard signalPipe == end.number else { return }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
    signalPipe = -1
  }

  /// From any thread.
  package func stop() {
    var reason: UInt8 = 0
    _ = write(end.number, &reason, 1)
  }

  /// Takes the reason out of a readable `descriptor`.
  package func reason() -> Reason {
    var number: UInt8 = 0
    _ = read(descriptor.number, &number, 1)
    return number == 0 ? .stopped : .signal(Int32(number))
  }
}

/// Where a signal's number goes; written before the handler is installed.
private nonisolated(unsafe) var signalPipe: Int32 = -1

/// Does what a signal handler may: it writes one byte.
private nonisolated func handleSignal(_ number: Int32) {
  let saved = errno
  var byte = UInt8(truncatingIfNeeded: number)
  _ = write(signalPipe, &byte, 1)
  errno = saved
}
