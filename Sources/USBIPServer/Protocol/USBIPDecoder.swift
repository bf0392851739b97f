/// Finds the messages in what a client sends, in pieces of any size.
///
/// Nothing is allocated before the bytes for it are there, so a client cannot ask for memory by naming a size.
public struct USBIPDecoder: Sendable {
  /// The largest transfer to a device; Linux lets programs have 16 MiB under way in all.
  public static let maximumTransfer = 1 << 24
  static let version: UInt16 = 0x0111
  static let operationBytes = 8
  static let busIDBytes = 32
  static let commandBytes = 48

  /// Whether a device is imported: then commands follow, before it operations.
  public var isAttached = false
  /// The number of the imported device, which every command names.
  public var device: UInt32 = 0
  /// The head of a message that is not complete.
  private var head: [UInt8] = []
  /// A transfer whose payload is not complete.
  private var transfer: USBIPTransfer?

  public init() {
    head.reserveCapacity(Self.commandBytes)
  }

  /// The next message, or nil when `input` is used up.
  ///
  /// - Parameter input: what has arrived; the bytes that were taken are removed from its front.
  /// - Throws: what clients do wrong; nothing can be read behind it.
  public mutating func next(_ input: inout UnsafeRawBufferPointer) throws(USBIPError) -> USBIPMessage? {
    while true {
      if transfer != nil {
        guard let message = takePayload(&input) else { return nil }
        return message
      }
      let needed = headBytes
      let count = min(needed - head.count, input.count)
      head.append(contentsOf: input[..<(input.startIndex + count)])
      input = UnsafeRawBufferPointer(rebasing: input[count...])
      guard head.count == needed else { return nil }
      // An operation's first bytes say how long it is.
      guard headBytes == needed else { continue }
      if let message = try takeHead() { return message }
    }
  }

  /// How many bytes the head has, as far as it is known.
  private var headBytes: Int {
    if isAttached { return Self.commandBytes }
    guard head.count >= Self.operationBytes else { return Self.operationBytes }
    let isImport = head[2] == 0x80 && head[3] == 3
    return isImport ? Self.operationBytes + Self.busIDBytes : Self.operationBytes
  }

  private mutating func takePayload(_ input: inout UnsafeRawBufferPointer) -> USBIPMessage? {
    guard var whole = transfer else { return nil }
    // Not a copy: the payload is taken out of `transfer` before it grows.
    transfer = nil
    let count = min(whole.length - whole.payload.count, input.count)
    whole.payload.append(contentsOf: input[..<(input.startIndex + count)])
    input = UnsafeRawBufferPointer(rebasing: input[count...])
    guard whole.payload.count == whole.length else {
      transfer = whole
      return nil
    }
    return .submit(whole)
  }

  /// The message that a complete head is; nil where a payload follows.
  private mutating func takeHead() throws(USBIPError) -> USBIPMessage? {
    let bytes = head
    head.removeAll(keepingCapacity: true)
    let result: Result<USBIPMessage?, USBIPError> = bytes.withUnsafeBytes { bytes in
      do throws(USBIPError) {
        return .success(isAttached ? try Self.command(bytes, device: device) : try Self.operation(bytes))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .failure(let error): throw error
    case .success(.submit(let found)) where !found.isIn && found.length > 0:
      transfer = found
      return nil
    case .success(let message): return message
    }
  }

  private static func operation(_ bytes: UnsafeRawBufferPointer) throws(USBIPError) -> USBIPMessage {
    guard bytes.bigEndian16(0) == version else { throw .version(bytes.bigEndian16(0)) }
    switch bytes.bigEndian16(2) {
    case 0x8005: return .listDevices
    case 0x8003:
      let name = bytes[operationBytes...].prefix { $0 != 0 }
      return .importDevice(busID: String(decoding: name, as: UTF8.self))
    default: throw .unknownOperation(bytes.bigEndian16(2))
    }
  }

  private static func command(_ bytes: UnsafeRawBufferPointer, device: UInt32) throws(USBIPError) -> USBIPMessage {
    let command = bytes.bigEndian32(0)
    let sequence = bytes.bigEndian32(4)
    guard command == 1 || command == 2 else { throw .unknownCommand(command) }
    guard bytes.bigEndian32(8) == device else { throw .otherDevice(bytes.bigEndian32(8)) }
    if command == 2 { return .unlink(sequence: sequence, target: bytes.bigEndian32(20)) }
    let direction = bytes.bigEndian32(12)
    guard direction <= 1 else { throw .badDirection(direction) }
    guard let endpoint = UInt8(exactly: bytes.bigEndian32(16)), endpoint < 16 else {
      throw .badEndpoint(bytes.bigEndian32(16))
    }
    let length = Int32(bitPattern: bytes.bigEndian32(24))
    let most = direction == 1 ? Int(Int32.max) : maximumTransfer
    guard (0...most).contains(Int(length)) else { throw .badLength(length, most: most) }
    // Linux says 0 for transfers that are not isochronous, other systems −1.
    let packets = bytes.bigEndian32(32)
    guard packets == 0 || packets == .max else { throw .isochronous(packets: packets) }
    return .submit(
      USBIPTransfer(
        sequence: sequence, endpoint: endpoint, isIn: direction == 1, flags: bytes.bigEndian32(20),
        length: Int(length), setup: SetupPacket(UnsafeRawBufferPointer(rebasing: bytes[40..<48])), payload: []))
  }
}
