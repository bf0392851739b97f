import VirtualBoard

/// Why a USB/IP server does not start, or ends a connection.
public enum USBIPError: Error, Equatable, Sendable {
  /// Text that is no `ADDRESS:PORT`.
  case badAddress(String)
  /// Fewer than 1 or more than 127 boards, which a bus does not have.
  case badCount(Int)
  /// Another program listens there.
  case addressInUse(ServerAddress)
  /// A board does not start.
  case board(VirtualBoardError)
  /// The system refused.
  case system(operation: String, code: Int32, reason: String)

  // What clients do wrong. The connection ends, as nothing behind it can be believed.

  /// Another version of the protocol than 1.1.1.
  case version(UInt16)
  /// A request before a device is imported that is neither for the list nor for a device.
  case unknownOperation(UInt16)
  /// A command to an imported device that is neither a transfer nor its cancellation.
  case unknownCommand(UInt32)
  /// A command to another device than the one imported.
  case otherDevice(UInt32)
  /// A direction that is neither out (0) nor in (1).
  case badDirection(UInt32)
  /// An endpoint number above 15.
  case badEndpoint(UInt32)
  /// A transfer of a negative length, or one to the device of more than `most` bytes.
  case badLength(Int32, most: Int)
  /// A transfer of isochronous packets, which no endpoint takes.
  case isochronous(packets: UInt32)
  /// More bytes to the device are waiting than `most`.
  case tooManyBytes(most: Int)
  /// More transfers are waiting than `most`.
  case tooManyTransfers(most: Int)
}

extension USBIPError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badAddress(let text):
      "'\(text)' is no place to listen: write ADDRESS:PORT, such as 127.0.0.1:3240 or [::1]:3240"
    case .badCount(let count):
      "\(count) boards cannot be on one bus: 1 to 127"
    case .addressInUse(let address):
      "another program listens at \(address): stop it, or choose another port"
    case .board(let error): error.description
    case .system(let operation, _, let reason): "\(operation): \(reason)"
    case .version(let version):
      "the client speaks USB/IP version 0x\(String(version, radix: 16)), not 0x111: update its usbip"
    case .unknownOperation(let code): "the client asked for operation 0x\(String(code, radix: 16)), which USB/IP lacks"
    case .unknownCommand(let command): "the client sent command \(command), which USB/IP lacks"
    case .otherDevice(let device):
      "the client named device 0x\(String(device, radix: 16)), which it has not imported"
    case .badDirection(let direction): "the client sent direction \(direction), which is neither out nor in"
    case .badEndpoint(let endpoint): "the client named endpoint \(endpoint), which no device has"
    case .badLength(let length, let most): "the client sent a transfer of \(length) bytes; 0 to \(most) are taken"
    case .isochronous(let packets): "the client sent \(packets) isochronous packets, which no board takes"
    case .tooManyBytes(let most): "more than \(most) bytes from the client wait for the board"
    case .tooManyTransfers(let most): "more than \(most) transfers of the client wait"
    }
  }

  /// The exit code that a command ends with.
  public var exitCode: Int32 {
    switch self {
    case .badAddress, .badCount: 2
    case .addressInUse: 9
    case .board(let error): error.exitCode
    // EPERM and EACCES.
    case .system(_, let code, _): code == 1 || code == 13 ? 5 : 1
    default: 1
    }
  }
}
