import Glibc

/// Why the firmware does not start or go on.
enum FirmwareError: Error, CustomStringConvertible {
  /// Words on the command line that mean nothing here.
  case usage(String)
  /// A target or a store that cannot be used, in the words of who found out.
  case target(String)
  /// The system refused an operation at a place.
  case system(operation: String, place: String, code: Int32)
  /// A gadget without a serial number, which every board needs.
  case noSerial(gadget: String)
  /// No device port of this machine is known to the kernel.
  case noController
  /// The kernel keeps a request on an endpoint that was asked to end.
  case stuckEndpoint

  var description: String {
    switch self {
    case .usage(let what): "\(what); see --help"
    case .target(let what): what
    case .system(let operation, let place, let code):
      "\(operation) \(place): \(String(cString: strerror(code)))\(Self.advice(code))"
    case .noSerial(let gadget):
      "\(gadget)/strings/0x409/serialnumber is empty: write the board's serial number into it"
    case .noController:
      "/sys/class/udc is empty: this machine has no device port, or its driver is not loaded (on a Raspberry Pi: dtoverlay=dwc2)"
    case .stuckEndpoint: "the kernel does not give up a transfer that was cancelled: start the board anew"
    }
  }

  var exitCode: Int32 {
    switch self {
    case .usage, .target: 2
    case .system(_, _, let code) where code == EACCES || code == EPERM: 5
    default: 1
    }
  }

  private static func advice(_ code: Int32) -> String {
    switch code {
    case EACCES, EPERM: " (the firmware runs as root)"
    case EBUSY: " (is another snnmap-board running?)"
    default: ""
    }
  }
}
