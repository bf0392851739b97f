/// What a frame is. An answer has its request's number with bit 7 set.
public enum MessageType: UInt8, Sendable, CaseIterable {
  case getInfo = 0x01
  case sessionReset = 0x02
  case getStatus = 0x03
  case hello = 0x04
  case begin = 0x10
  case write = 0x11
  case commit = 0x12
  case abort = 0x13
  case readBack = 0x14
  case activate = 0x15
  case confirm = 0x16
  case rollback = 0x17
  case reset = 0x18
  /// Pins a public key; since protocol 1.2, as streams are.
  case provision = 0x19
  case clear = 0x20
  case spikesIn = 0x21
  case run = 0x22
  case state = 0x23
  case stats = 0x24
  case stream = 0x25
  /// Input of a stream; has no answer.
  case streamIn = 0x26
  /// Has no answer either.
  case credit = 0x27

  case infoAnswer = 0x81
  case sessionResetAnswer = 0x82
  case statusAnswer = 0x83
  case helloAnswer = 0x84
  case beginAnswer = 0x90
  case writeAnswer = 0x91
  case commitAnswer = 0x92
  case abortAnswer = 0x93
  case readBackAnswer = 0x94
  case activateAnswer = 0x95
  case confirmAnswer = 0x96
  case rollbackAnswer = 0x97
  case resetAnswer = 0x98
  case provisionAnswer = 0x99
  case clearAnswer = 0xA0
  case spikesInAnswer = 0xA1
  case runAnswer = 0xA2
  case stateAnswer = 0xA3
  case statsAnswer = 0xA4
  case streamAnswer = 0xA5
  /// Output spikes of a run, before its answer.
  case spikesOut = 0xB0
  /// Membranes of readouts of a run, before its answer; since protocol 1.1.
  case membranesOut = 0xB1
  /// Output spikes of a stream, and how far it is.
  case streamOut = 0xB2
  /// The request is being worked on; the host's deadline starts anew.
  case progress = 0xF0
  case error = 0xFF

  /// Whether it comes from a board.
  public var isFromBoard: Bool { rawValue & 0x80 != 0 }

  /// Whether it is a request that is answered; STREAM_IN and CREDIT are told of only when they are refused.
  public var isAnswered: Bool { !isFromBoard && self != .streamIn && self != .credit }
}

/// A payload of known meaning.
public protocol WireMessage: Sendable {
  static var type: MessageType { get }
  /// Reads the payload. Bytes after a message of fixed size are ignored: later minors may add fields.
  init(from reader: inout WireReader) throws(WireError)
  func write(to writer: inout WireWriter) throws(WireError)
}

extension WireMessage {
  /// The message in a whole payload.
  public init(payload: UnsafeRawBufferPointer) throws(WireError) {
    var reader = WireReader(payload)
    try self.init(from: &reader)
  }
}

/// A message that says everything by its type.
public protocol EmptyWireMessage: WireMessage {
  init()
}

extension EmptyWireMessage {
  public init(from reader: inout WireReader) throws(WireError) {
    self.init()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {}
}
