import WireProtocol

/// What can go wrong between a host and a board.
public enum BoardLinkError: Error, Equatable, Sendable {
  /// Text that is no device address.
  case badAddress(String)
  /// A device on USB with the numbers of a board, but without a board's interface.
  case notABoard(DeviceAddress, identity: String)
  /// Nothing answers at an address.
  case noDevice(DeviceAddress)
  /// No board in the default folder.
  case noDevices(folder: String)
  /// The folder of virtual boards cannot be read, or may hold somebody else's.
  case closedFolder(String, reason: String)
  /// More than one board, and none was named.
  case ambiguous([DeviceAddress])
  /// The system does not let this user talk to the board.
  case access(DeviceAddress, reason: String)
  /// No answer in time.
  case timeout(request: MessageType, milliseconds: Int)
  /// The board went away.
  case disconnected(DeviceAddress)
  /// Another board answers at the address after a reconnection.
  case otherBoard(DeviceAddress, expected: String, found: String)
  /// The slot holds other bytes than the image; the offset where they first differ, where it is known.
  case differs(slot: Int, offset: UInt64?)
  /// A slot's size is not the image's.
  case sizeDiffers(slot: Int, board: UInt64, image: UInt64)
  /// No slot of the board is active.
  case noActiveSlot
  /// The board says no.
  case refused(request: MessageType, BoardError)
  /// No common protocol version.
  case version(boardMinimum: UInt8, boardMaximum: UInt8, hostMinimum: UInt8, hostMaximum: UInt8)
  /// The board's answer breaks the protocol.
  case badAnswer(request: MessageType, WireError)
  /// Frames arrived damaged again and again.
  case damagedLink(WireError)
  /// The bytes to flash have no image header.
  case notAnImage
  /// More input lines in one tick than the board can keep.
  case tooManyInputs(lines: Int, capacity: Int)
  /// An output spike of a tick or an index that was not asked for.
  case strayOutput(tick: UInt32, index: UInt32)
  /// A readout's membrane of a tick or an output that was not asked for.
  case strayReadout(tick: UInt32, output: UInt32)
  /// The board's firmware does not know streams.
  case cannotStream(DeviceAddress)
  /// Input of a stream for a tick whose input was complete.
  case lateInput(tick: UInt32, completeBefore: UInt32)
  /// Input of a stream that does not ascend by tick, then by input line.
  case unorderedInput(tick: UInt32, index: UInt32)
  /// No device of a family that has a link of its own.
  case noChip(family: String)
  /// Only devices that may be of this family or anybody's: none is spoken to before it is named.
  case uncertain([DeviceAddress], family: String)
  /// A device on a link of its own says nothing.
  case silent(DeviceAddress, operation: String, milliseconds: Int)
  /// A device on a link of its own does not stop talking.
  case noSilence(DeviceAddress)
  /// A device on a link of its own acknowledges with another byte.
  case wrongAnswer(DeviceAddress, operation: String, expected: UInt8, found: UInt8)
  /// A device on a link of its own tells what cannot be.
  case strayAnswer(DeviceAddress, operation: String, what: String)
  /// Bytes of a serial line were lost or damaged, as the chip at its end tells.
  case lineError(DeviceAddress, status: UInt8)
  /// An input that a chip cannot be given.
  case tooGreatInput(line: Int, tick: Int, count: Int, limit: Int)
  /// The caller asked to stop.
  case cancelled
  /// The operating system refused something else.
  case system(operation: String, reason: String)
}

extension BoardLinkError {
  /// The exit code that a command ends with.
  public var exitCode: Int32 {
    switch self {
    case .badAddress, .lateInput, .unorderedInput, .tooGreatInput: 2
    case .noDevice, .noDevices, .notABoard, .noActiveSlot, .noChip: 3
    case .ambiguous, .uncertain: 4
    case .access, .closedFolder: 5
    case .timeout, .silent: 6
    case .disconnected, .otherBoard: 7
    case .differs, .sizeDiffers: 8
    case .refused(_, let error):
      switch error.knownCode {
      case .hashMismatch: 8
      case .version: 10
      default: 9
      }
    case .version, .cannotStream: 10
    case .cancelled: 130
    case .wrongAnswer, .strayAnswer, .noSilence, .lineError, .badAnswer, .damagedLink, .notAnImage, .tooManyInputs,
      .strayOutput, .strayReadout, .system:
      1
    }
  }
}
