import CLibUSB
import WireProtocol

/// An open device.
final class USBHandle {
  let raw: OpaquePointer
  let device: USBDevice
  let interface: USBInterface
  let address: DeviceAddress

  /// Opens a board; its interface may be another program's.
  ///
  /// - Throws: `notABoard`, `access`, `noDevice` where it has just gone.
  convenience init(_ device: USBDevice, address: DeviceAddress) throws(BoardLinkError) {
    guard let interface = device.interface else { throw .notABoard(address, identity: device.identity.description) }
    try self.init(device, interface: interface, address: address)
  }

  /// Opens a device of any kind.
  ///
  /// - Throws: `access`, `noDevice` where it has just gone.
  init(_ device: USBDevice, interface: USBInterface, address: DeviceAddress) throws(BoardLinkError) {
    var handle: OpaquePointer?
    let code = libusb_open(device.raw, &handle)
    guard code == 0, let handle else {
      let error = BoardLinkError.usb(code, "opening", address)
      if case .disconnected = error { throw .noDevice(address) }
      throw error
    }
    raw = handle
    self.device = device
    self.interface = interface
    self.address = address
  }

  deinit {
    libusb_close(raw)
  }

  /// The serial number; empty where the device has none.
  ///
  /// - Throws: `timeout` where the device does not answer.
  func serial() throws(BoardLinkError) -> String {
    guard device.serialIndex != 0 else { return "" }
    var text = [UInt8](repeating: 0, count: 128)
    let code = libusb_get_string_descriptor_ascii(raw, device.serialIndex, &text, Int32(text.count))
    // libusb waits a second for each of its two requests.
    if code == LIBUSB_ERROR_TIMEOUT.rawValue { throw .timeout(request: .getInfo, milliseconds: 1000) }
    guard code >= 0 else { throw .usb(code, "asking", address) }
    return String(decoding: text.prefix(Int(code)), as: UTF8.self)
  }

  /// Takes the interface for this program alone.
  ///
  /// - Throws: `refused` with *two hosts* where another program has it.
  func claim() throws(BoardLinkError) {
    let code = libusb_claim_interface(raw, Int32(interface.number))
    guard code == 0 else { throw .usb(code, "taking", address) }
  }

  func release() {
    libusb_release_interface(raw, Int32(interface.number))
  }

  /// Asks the board who it is, beside whatever session there is.
  func info(timeout: Duration) throws(BoardLinkError) -> BoardInfo {
    let bytes = try controlIn(.getInfo, count: 1024, timeout: timeout)
    return try bytes.withUnsafeBytes { bytes -> Result<BoardInfo, BoardLinkError> in
      var reader = WireReader(bytes)
      do throws(BoardLinkError) {
        return .success(try decode(&reader, request: .getInfo))
      } catch {
        return .failure(error)
      }
    }.get()
  }

  /// Ends the board's session and drops what it has received and not handled, and what it has to send.
  func resetSession(nonce: UInt64, timeout: Duration) throws(BoardLinkError) {
    var data = (0..<8).map { UInt8(truncatingIfNeeded: nonce >> UInt64(8 * $0)) }
    let code = libusb_control_transfer(
      raw, USBBinding.requestTypeOut, USBBinding.ControlRequest.sessionReset.rawValue, 0, UInt16(interface.number),
      &data, UInt16(data.count),
      milliseconds(timeout))
    try check(code, .sessionReset, timeout)
    guard code == data.count else {
      throw .badAnswer(request: .sessionReset, .payloadSize(actual: UInt32(code), expected: 8))
    }
  }

  /// Takes both endpoints out of a halt.
  func clearHalts() throws(BoardLinkError) {
    for endpoint in [interface.outEndpoint, interface.inEndpoint] { try clearHalt(endpoint) }
  }

  func clearHalt(_ endpoint: UInt8) throws(BoardLinkError) {
    let code = libusb_clear_halt(raw, endpoint)
    guard code == 0 else { throw .usb(code, "clearing a halt of", address) }
  }

  private func controlIn(
    _ request: USBBinding.ControlRequest, count: UInt16, timeout: Duration
  ) throws(BoardLinkError) -> [UInt8] {
    var data = [UInt8](repeating: 0, count: Int(count))
    let code = libusb_control_transfer(
      raw, USBBinding.requestTypeIn, request.rawValue, 0, UInt16(interface.number), &data, count, milliseconds(timeout))
    try check(code, request, timeout)
    return Array(data.prefix(Int(code)))
  }

  private func check(_ code: Int32, _ request: USBBinding.ControlRequest, _ timeout: Duration) throws(BoardLinkError) {
    if code == LIBUSB_ERROR_TIMEOUT.rawValue {
      throw .timeout(request: request.message, milliseconds: Int(milliseconds(timeout)))
    }
    guard code >= 0 else { throw .usb(code, "asking", address) }
  }

  private func milliseconds(_ duration: Duration) -> UInt32 {
    UInt32(min(max(duration / .milliseconds(1), 1), 3_600_000))
  }
}

extension USBBinding.ControlRequest {
  /// The message that asks the same.
  fileprivate var message: MessageType {
    switch self {
    case .getInfo: .getInfo
    case .sessionReset: .sessionReset
    case .getStatus: .getStatus
    }
  }
}
