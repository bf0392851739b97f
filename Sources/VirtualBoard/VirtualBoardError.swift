/// Why a virtual board does not start or go on.
public enum VirtualBoardError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The target exists in the emulator only.
  case emulationOnly(target: String)
  /// A size of the target that the protocol cannot express.
  case unsupportedTarget(target: String, what: String)
  /// Another virtual board listens there.
  case alreadyServed(path: String)
  /// Another virtual board uses the store.
  case storeInUse(path: String)
  /// The store's slots are larger than those of this board, which would cut off what they hold.
  case largerSlots(path: String, stored: Int, slotBytes: Int)
  /// The folder of the sockets in `/tmp` was made by another user, or others may write to it.
  case foreignFolder(path: String)
  /// A socket path that the system cannot take.
  case badSocketPath(String)
  /// A serial that is empty, longer than 31 bytes, or holds something else than letters, digits, `.`, `_`, `-`.
  case badSerial(String)
  /// The store was used before, and the board in it has not pinned the keys that were given.
  case otherKeys
  /// The system refused.
  case system(operation: String, path: String, code: Int32, reason: String)

  public var description: String {
    switch self {
    case .emulationOnly(let target):
      "target '\(target)' is for emulation only: serve a board, such as --target board"
    case .unsupportedTarget(let target, let what):
      "target '\(target)' cannot be served: \(what)"
    case .alreadyServed(let path):
      "another virtual board listens at \(path): stop it, or choose another --socket or --serial"
    case .storeInUse(let path):
      "another virtual board uses the store \(path): choose another --store"
    case .largerSlots(let path, let stored, let slotBytes):
      "the store \(path) is that of a board with larger slots (\(stored) bytes, not \(slotBytes)): choose another "
        + "--store, or the --target it was made with"
    case .foreignFolder(let path):
      "\(path) is not yours alone, so that others could be taken for your boards: remove it, or set XDG_RUNTIME_DIR to "
        + "a folder of your own"
    case .badSocketPath(let path):
      "'\(path)' cannot be a socket's path (too long or empty): choose a shorter --socket"
    case .badSerial(let serial):
      "'\(serial)' is no serial: 1 to 31 letters, digits, '.', '_' or '-'"
    case .otherKeys:
      "the board in this store was started before, without this key: add it with 'snnmap keys provision', or choose "
        + "another --store"
    case .system(let operation, let path, _, let reason):
      "\(operation) \(path): \(reason)"
    }
  }

  /// The exit code that a command ends with.
  public var exitCode: Int32 {
    switch self {
    case .emulationOnly, .unsupportedTarget, .badSocketPath, .badSerial: 2
    case .alreadyServed, .storeInUse, .largerSlots, .otherKeys: 9
    case .foreignFolder: 5
    // EPERM and EACCES.
    case .system(_, _, let code, _): code == 1 || code == 13 ? 5 : 1
    }
  }
}
