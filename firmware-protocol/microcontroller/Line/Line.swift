import Glibc

/// A serial line to an emulated board, for tests: a pseudo-terminal at one end, QEMU's socket at the other, and damage
/// between them.
///
///     line SOCKET LINK PERIOD SEED
///
/// Makes LINK a link to the terminal and stays until it is ended. While nothing listens at SOCKET the board is off:
/// what is sent to it is lost. Of about PERIOD bytes in either direction one is damaged: a bit flipped, the byte lost,
/// or sent twice; PERIOD 0 damages none. The same seed gives the same sequence of damages. Each is a line on standard
/// error.
@main
struct Line {
  private let terminal: Int32
  private let socketPath: String
  private var board: Int32 = -1
  private var damage: Damage

  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let period = UInt64(arguments[3]), let seed = UInt64(arguments[4]) else {
      fail("usage: line SOCKET LINK PERIOD SEED")
    }
    signal(SIGPIPE, SIG_IGN)
    // The system calls below posix_openpt, unlockpt and ptsname, which Swift does not see.
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var isLocked: Int32 = 0
    var number: Int32 = 0
    guard terminal >= 0, ioctl(terminal, 0x4004_5431, &isLocked) == 0, ioctl(terminal, 0x8004_5430, &number) == 0 else {
      fail("cannot make a terminal: \(String(cString: strerror(errno)))")
    }
    let name = "/dev/pts/\(number)"
    // Held open, so that the terminal outlives the programs that use it; raw before the first of them.
    let slave = open(name, O_RDWR | O_NOCTTY)
    var settings = termios()
    guard slave >= 0, tcgetattr(slave, &settings) == 0 else { fail("cannot open \(name)") }
    cfmakeraw(&settings)
    tcsetattr(slave, TCSANOW, &settings)
    unlink(arguments[2])
    guard symlink(name, arguments[2]) == 0 else { fail("cannot make \(arguments[2])") }
    var line = Line(
      terminal: terminal, socketPath: arguments[1], damage: Damage(period: period, state: seed))
    while true { line.turn() }
  }

  private mutating func turn() {
    if board < 0 { board = Self.connect(socketPath) }
    var entries = [
      pollfd(fd: terminal, events: Int16(POLLIN), revents: 0), pollfd(fd: board, events: Int16(POLLIN), revents: 0),
    ]
    _ = poll(&entries, 2, board < 0 ? 20 : 1000)
    if entries[0].revents & Int16(POLLIN) != 0 { _ = carry(from: terminal, to: board) }
    if entries[1].revents != 0, !carry(from: board, to: terminal) {
      close(board)
      board = -1
    }
  }

  /// Moves what has arrived; false at the end of a stream.
  private mutating func carry(from source: Int32, to target: Int32) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(source, &bytes, bytes.count)
    guard count > 0 else { return false }
    let changed = damage.applied(to: bytes[..<count])
    var sent = 0
    while target >= 0 && sent < changed.count {
      let done = changed[sent...].withUnsafeBytes { write(target, $0.baseAddress, $0.count) }
      guard done > 0 else { break }
      sent += done
    }
    return true
  }

  private static func connect(_ path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { fail("\(path): too long for a socket") }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let opened = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(opened, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if result == 0 { return opened }
    close(opened)
    return -1
  }

  private static func fail(_ text: String) -> Never {
    let line = "line: \(text)\n"
    _ = write(2, line, line.utf8.count)
    exit(2)
  }
}

/// What goes wrong on the way.
struct Damage {
  let period: UInt64
  var state: UInt64

  mutating func applied(to bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard period > 0 else { return Array(bytes) }
    var result: [UInt8] = []
    for byte in bytes {
      guard next() % period == 0 else {
        result.append(byte)
        continue
      }
      switch next() % 3 {
      case 0:
        result.append(byte ^ 1 << UInt8(next() % 8))
        tell("flipped")
      case 1: tell("lost")
      default:
        result += [byte, byte]
        tell("doubled")
      }
    }
    return result
  }

  private func tell(_ what: String) {
    let line = "damage: \(what)\n"
    _ = write(2, line, line.utf8.count)
  }

  /// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value &>> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value &>> 31)
  }
}
