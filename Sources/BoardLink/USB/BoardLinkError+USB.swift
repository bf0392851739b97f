import CLibUSB
import WireProtocol

extension BoardLinkError {
  /// What a libusb error number means to a user.
  static func usb(_ code: Int32, _ operation: String, _ address: DeviceAddress) -> Self {
    switch code {
    case LIBUSB_ERROR_NO_DEVICE.rawValue: .disconnected(address)
    case LIBUSB_ERROR_ACCESS.rawValue: .access(address, reason: AccessRule.advice)
    // Only one program can hold an interface.
    case LIBUSB_ERROR_BUSY.rawValue: .refused(request: .hello, BoardError(.twoHosts, isRetryable: true))
    default: .system(operation: "\(operation) \(address)", reason: String(cString: libusb_strerror(code)))
    }
  }
}

/// The udev rules that let users at the machine talk to boards; tools/udev holds them as a file.
enum AccessRule {
  /// Boards are known by their interface, which only a program can see; udev goes by vendor and product.
  static let line = rule(vendor: "1209", product: "000[123]")
  /// FTDI's serial chips, behind which a chip may be.
  static let serialLine = rule(vendor: "0403", product: "6001|6010|6014")

  private static func rule(vendor: String, product: String) -> String {
    #"SUBSYSTEM=="usb", ATTR{idVendor}=="\#(vendor)", ATTR{idProduct}=="\#(product)", MODE="0660", GROUP="plugdev", "#
      + #"TAG+="uaccess""#
  }

  static let advice = advice(line)

  static func advice(_ line: String) -> String {
    "the system does not let this user open it; put this line into /etc/udev/rules.d/70-snnmap.rules, run "
      + "'udevadm control --reload' as root, and plug the board in again: \(line)"
  }
}
