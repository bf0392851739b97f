import BoardLink
import Glibc

/// A listening socket with the lock that says that somebody is behind it.
///
/// The lock outlives no process, so a socket file without a held lock is a dead board's and replaced.
final class BoardSocket {
  let path: String
  let listener: FileDescriptor
  private let lock: FileDescriptor

  init(path: String, lockAttempts: Int = 50) throws(VirtualBoardError) {
    self.path = path
    guard let address = UnixSocketAddress(path: path) else { throw .badSocketPath(path) }
    do throws(VirtualBoardError) {
      lock = try FileDescriptor.open(path + ".lock")
    } catch {
      guard case .system(_, _, let code, let reason) = error else { throw error }
      throw .system(operation: "listening at", path: path, code: code, reason: reason)
    }
    guard lock.lockForThisProcess(attempts: lockAttempts) else { throw .alreadyServed(path: path) }
    // A board that was ending may have taken the file away between opening and locking it.
    var locked = stat()
    var named = stat()
    guard fstat(lock.number, &locked) == 0, stat(path + ".lock", &named) == 0, locked.st_ino == named.st_ino else {
      throw .alreadyServed(path: path)
    }
    var entry = stat()
    if lstat(path, &entry) == 0 {
      guard entry.st_mode & S_IFMT == S_IFSOCK else {
        // The lock is ours, and nothing will be served here.
        unlink(path + ".lock")
        throw .system(operation: "listening at", path: path, code: EEXIST, reason: "a file that is no socket is there")
      }
      unlink(path)
    }
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let number = socket(AF_UNIX, type, 0)
    guard number >= 0 else { throw .failed("opening a socket for", path) }
    listener = FileDescriptor(number)
    guard address.withPointer({ bind(number, $0, $1) }) == 0 else { throw .failed("listening at", path) }
    chmod(path, 0o600)
    guard listen(number, 16) == 0 else { throw .failed("listening at", path) }
  }

  /// Takes the files away. The lock goes last, so that nobody finds a free lock beside a live socket.
  func remove() {
    unlink(path)
    unlink(path + ".lock")
  }
}
