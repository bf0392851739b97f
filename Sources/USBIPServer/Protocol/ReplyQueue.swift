/// The bytes that wait to be sent to a client.
struct ReplyQueue {
  /// Beyond it nothing more is taken from the client, nor from its device.
  static let softLimit = 1 << 22

  private var bytes: [UInt8] = []
  private var start = 0

  var count: Int { bytes.count - start }
  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count >= Self.softLimit }

  func withWaiting<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
  }

  mutating func sent(_ count: Int) {
    start += count
    if start == bytes.count {
      bytes.removeAll(keepingCapacity: bytes.capacity <= 2 * Self.softLimit)
      start = 0
    } else if start > Self.softLimit {
      bytes.removeSubrange(..<start)
      start = 0
    }
  }

  // MARK: Operations

  /// Status of an operation.
  enum Status: UInt32 {
    case done = 0
    case busy = 2
    case noDevice = 4
  }

  /// OP_REP_DEVLIST.
  mutating func appendList(_ devices: [ExportedDevice]) {
    appendOperation(code: 5, status: .done)
    bytes.appendBigEndian(UInt32(devices.count))
    for device in devices {
      append(device)
      bytes += [device.interface.0, device.interface.1, device.interface.2, 0]
    }
  }

  /// OP_REP_IMPORT.
  mutating func appendImport(_ device: ExportedDevice) {
    appendOperation(code: 3, status: .done)
    append(device)
  }

  mutating func appendImportRefusal(_ status: Status) {
    appendOperation(code: 3, status: status)
  }

  private mutating func appendOperation(code: UInt16, status: Status) {
    bytes.appendBigEndian(USBIPDecoder.version)
    bytes.appendBigEndian(code)
    bytes.appendBigEndian(status.rawValue)
  }

  private mutating func append(_ device: ExportedDevice) {
    bytes.append(device.path, paddedTo: 256)
    bytes.append(device.busID, paddedTo: USBIPDecoder.busIDBytes)
    bytes.appendBigEndian(device.bus)
    bytes.appendBigEndian(device.number)
    bytes.appendBigEndian(device.speed.number)
    bytes.appendBigEndian(device.vendor)
    bytes.appendBigEndian(device.product)
    bytes.appendBigEndian(device.release)
    // Class, subclass and protocol are the interface's; one configuration with one interface.
    bytes += [0, 0, 0, 1, 1, 1]
  }

  // MARK: Commands

  /// How a transfer ended, in Linux's negative error numbers.
  enum TransferStatus: Int32 {
    case done = 0
    /// The endpoint is halted, or the request is unknown.
    case stalled = -32
    /// Cancelled before it was done.
    case cancelled = -104
    /// The device sent more than there was room for.
    case overflow = -75
    /// Fewer bytes than were insisted on.
    case short = -121
  }

  /// RET_SUBMIT of a transfer to the device.
  mutating func appendOut(_ sequence: UInt32, _ status: TransferStatus, actual: Int) {
    appendResult(sequence, status, actual: actual)
  }

  /// RET_SUBMIT of a transfer to the host, with its data.
  mutating func appendIn(_ sequence: UInt32, _ status: TransferStatus, _ data: some Collection<UInt8>) {
    appendResult(sequence, status, actual: data.count)
    bytes.append(contentsOf: data)
  }

  /// RET_UNLINK: `cancelled` where the transfer was still waiting.
  mutating func appendUnlink(_ sequence: UInt32, _ status: TransferStatus) {
    appendCommand(4, sequence)
    bytes.appendBigEndian(UInt32(bitPattern: status.rawValue))
    bytes.append(contentsOf: repeatElement(0, count: 24))
  }

  private mutating func appendResult(_ sequence: UInt32, _ status: TransferStatus, actual: Int) {
    appendCommand(3, sequence)
    bytes.appendBigEndian(UInt32(bitPattern: status.rawValue))
    // A transfer's length came as 31 bits, and no more than that is moved.
    bytes.appendBigEndian(UInt32(truncatingIfNeeded: actual))
    bytes.append(contentsOf: repeatElement(0, count: 20))
  }

  /// Answers leave device, direction and endpoint zero.
  private mutating func appendCommand(_ command: UInt32, _ sequence: UInt32) {
    bytes.appendBigEndian(command)
    bytes.appendBigEndian(sequence)
    bytes.append(contentsOf: repeatElement(0, count: 12))
  }
}

/// What a list of devices says about one.
struct ExportedDevice {
  let path: String
  let busID: String
  let bus: UInt32
  let number: UInt32
  let speed: USBSpeed
  let vendor: UInt16
  let product: UInt16
  /// The device's version in binary-coded decimals.
  let release: UInt16
  /// Class, subclass, protocol.
  let interface: (UInt8, UInt8, UInt8)

  /// The number that commands name it by.
  var identifier: UInt32 { bus << 16 | number }
}
