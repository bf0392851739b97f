import CFunctionFS
import Glibc
import WireProtocol

/// Answers the requests on the control endpoint, and passes on what happens on the bus; has a thread of its own.
final class ControlEndpoint: Sendable {
  /// Not of the protocol: with `--measure`, wValue 1 makes the board throw away what it receives, 0 ends that.
  private static let measureRequest: UInt8 = 0x70

  private let file: SystemFile
  private let desk: ControlDesk
  private let isMeasured: Bool

  init(_ file: SystemFile, desk: ControlDesk, isMeasured: Bool) {
    self.file = file
    self.desk = desk
    self.isMeasured = isMeasured
  }

  /// Starts the thread, which lives as long as the program.
  func start() throws(FirmwareError) {
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, runControlEndpoint, Unmanaged.passRetained(self).toOpaque())
    guard code == 0 else { throw .system(operation: "starting", place: "a thread", code: code) }
    pthread_detach(thread)
  }

  fileprivate func run() {
    var events = [usb_functionfs_event](repeating: usb_functionfs_event(), count: 4)
    while true {
      // The kernel holds a lock of the whole function during `read`: it is not to wait there.
      var entry = pollfd(fd: file.number, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, -1) >= 0 else { continue }
      let count = events.withUnsafeMutableBytes { read(file.number, $0.baseAddress, $0.count) }
      // A request that the host has given up shows as an error, and is of no interest.
      guard count > 0 else {
        if errno == ENODEV || errno == EBADFD { usleep(10_000) }
        continue
      }
      for event in events[..<(count / MemoryLayout<usb_functionfs_event>.stride)] { handle(event) }
    }
  }

  private func handle(_ event: usb_functionfs_event) {
    switch usb_functionfs_event_type(UInt32(event.type)) {
    case FUNCTIONFS_ENABLE: desk.ask(.enabled)
    case FUNCTIONFS_DISABLE, FUNCTIONFS_UNBIND: desk.ask(.disabled)
    case FUNCTIONFS_SETUP: answer(event.u.setup)
    // A suspended bus brings nothing and takes nothing; what is under way waits.
    case FUNCTIONFS_SUSPEND, FUNCTIONFS_RESUME, FUNCTIONFS_BIND: break
    default: break
    }
  }

  private func answer(_ setup: usb_ctrlrequest) {
    let length = Int(UInt16(littleEndian: setup.wLength))
    let value = UInt16(littleEndian: setup.wValue)
    // The kernel has made the interface's number relative to this function, which has one interface.
    let isOurs = UInt16(littleEndian: setup.wIndex) & 0xFF == 0
    let request = USBBinding.ControlRequest(rawValue: setup.bRequest)
    switch (setup.bRequestType, request) {
    case (USBBinding.requestTypeIn, .getInfo) where isOurs: send(desk.info, most: length)
    case (USBBinding.requestTypeIn, .getStatus) where isOurs: send(desk.status, most: length)
    case (USBBinding.requestTypeOut, .sessionReset) where isOurs && length == 8: reset()
    case (USBBinding.requestTypeOut, nil)
    where isOurs && isMeasured && setup.bRequest == Self.measureRequest && length == 0:
      desk.ask(.measure(value == 1))
      _ = read(file.number, nil, 0)
    default: stall(isIn: setup.bRequestType & 0x80 != 0)
    }
  }

  private func send(_ bytes: [UInt8], most: Int) {
    _ = bytes.withUnsafeBytes { write(file.number, $0.baseAddress, min($0.count, most)) }
  }

  /// Clears everything before the nonce is taken, because the host sees the status stage right after it.
  private func reset() {
    desk.ask(.resetBegins)
    var nonce: UInt64 = 0
    let count = read(file.number, &nonce, 8)
    desk.ask(.resetEnds(nonce: count == 8 ? UInt64(littleEndian: nonce) : nil))
  }

  /// Moving data in the wrong direction is how FunctionFS is told to refuse.
  private func stall(isIn: Bool) {
    _ = isIn ? read(file.number, nil, 0) : write(file.number, nil, 0)
  }
}

private nonisolated func runControlEndpoint(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  Unmanaged<ControlEndpoint>.fromOpaque(argument).takeRetainedValue().run()
  return nil
}
