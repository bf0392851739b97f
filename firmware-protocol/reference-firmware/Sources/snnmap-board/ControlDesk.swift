import Synchronization

/// Where the thread of the control endpoint and the thread of the board meet.
///
/// What hosts ask most is laid out here, so that it is answered even while the board waits for its storage.
final class ControlDesk: Sendable {
  /// What the control endpoint wants of the board; each is asked and awaited by itself.
  enum Command: Sendable {
    /// A host has chosen the configuration: bulk endpoints are open.
    case enabled
    /// The bulk endpoints are gone.
    case disabled
    /// A host is about to reset the session: nothing more may come or go.
    case resetBegins
    /// The host's number has come; nil where it did not come.
    case resetEnds(nonce: UInt64?)
    /// Everything received is thrown away from here on, or no longer.
    case measure(Bool)
  }

  /// The room for INFO and for STATUS, which grow in later versions of the protocol.
  private static let room = 1024

  private struct State {
    var info = [UInt8](repeating: 0, count: ControlDesk.room)
    var infoCount = 0
    var status = [UInt8](repeating: 0, count: ControlDesk.room)
    var statusCount = 0
    var command: Command?
  }

  private let state = Mutex(State())
  private let board: EventCounter
  private let control: EventCounter

  /// - Parameter board: wakes up the board's thread.
  init(board: EventCounter) throws(FirmwareError) {
    self.board = board
    control = try EventCounter()
  }

  // MARK: The control endpoint's side

  var info: [UInt8] { state.withLock { Array($0.info[..<$0.infoCount]) } }
  var status: [UInt8] { state.withLock { Array($0.status[..<$0.statusCount]) } }

  /// Returns when the board has done it.
  func ask(_ command: Command) {
    state.withLock { $0.command = command }
    board.signal()
    control.wait()
  }

  // MARK: The board's side

  /// Lays out INFO and STATUS anew; each function fills the memory it is given and tells how many bytes it has written.
  func publish(info: (UnsafeMutableRawBufferPointer) -> Int, status: (UnsafeMutableRawBufferPointer) -> Int) {
    state.withLock { desk in
      desk.infoCount = desk.info.withUnsafeMutableBytes(info)
      desk.statusCount = desk.status.withUnsafeMutableBytes(status)
    }
  }

  func nextCommand() -> Command? {
    state.withLock { desk in
      defer { desk.command = nil }
      return desk.command
    }
  }

  /// Lets the control endpoint go on.
  func commandIsDone() {
    control.signal()
  }
}
