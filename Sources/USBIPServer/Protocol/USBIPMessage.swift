/// What a client asks of a USB/IP server (version 1.1.1, Documentation/usb/usbip_protocol.rst of the Linux kernel).
public enum USBIPMessage: Equatable, Sendable {
  /// OP_REQ_DEVLIST: which devices are there?
  case listDevices
  /// OP_REQ_IMPORT: from here on the connection is the cable of this device.
  case importDevice(busID: String)
  /// CMD_SUBMIT: a transfer.
  case submit(USBIPTransfer)
  /// CMD_UNLINK: cancels the transfer of number `target`.
  case unlink(sequence: UInt32, target: UInt32)
}

/// A transfer that a client asks for: what Linux calls a URB.
public struct USBIPTransfer: Equatable, Sendable {
  public var sequence: UInt32
  public var endpoint: UInt8
  public var isIn: Bool
  /// Linux's transfer flags; of these a device's side looks at `shortNotOK`.
  public var flags: UInt32
  /// Bytes to move; to the device these are `payload.count`.
  public var length: Int
  /// The 8 bytes of a control request.
  public var setup: SetupPacket
  public var payload: [UInt8]

  /// A transfer to the host that ends early is an error.
  static let shortNotOK: UInt32 = 1
}

/// The request of a control transfer (USB 2.0, table 9-2).
public struct SetupPacket: Equatable, Sendable {
  public var requestType: UInt8
  public var request: UInt8
  public var value: UInt16
  public var index: UInt16
  public var length: UInt16

  public init(requestType: UInt8, request: UInt8, value: UInt16, index: UInt16, length: UInt16) {
    self.requestType = requestType
    self.request = request
    self.value = value
    self.index = index
    self.length = length
  }

  /// Reads 8 bytes, which are little-endian here as on the bus.
  init(_ bytes: UnsafeRawBufferPointer) {
    requestType = bytes[0]
    request = bytes[1]
    func number(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
    (value, index, length) = (number(2), number(4), number(6))
  }

  /// Whether the data stage goes to the host.
  public var isIn: Bool { requestType & 0x80 != 0 }
}
