/// GET_INFO: answered at any time, without a session.
public struct GetInfo: EmptyWireMessage, Equatable {
  public static var type: MessageType { .getInfo }
  public init() {}
}

/// HELLO: opens a session, ending an earlier one of the same link.
public struct Hello: WireMessage, Equatable {
  public static var type: MessageType { .hello }
  /// Any number the host has not used before; the answer repeats it.
  public var nonce: UInt64
  /// The protocol's major versions that the host speaks.
  public var minimumMajor: UInt8
  public var maximumMajor: UInt8

  public init(nonce: UInt64, minimumMajor: UInt8, maximumMajor: UInt8) {
    self.nonce = nonce
    self.minimumMajor = minimumMajor
    self.maximumMajor = maximumMajor
  }

  public init(from reader: inout WireReader) throws(WireError) {
    nonce = try reader.u64()
    minimumMajor = try reader.u8()
    maximumMajor = try reader.u8()
    try reader.skip(6)
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u64(nonce)
    try writer.u8(minimumMajor)
    try writer.u8(maximumMajor)
    try writer.zeros(6)
  }
}

/// The answer to HELLO.
public struct HelloAnswer: WireMessage, Equatable {
  public static var type: MessageType { .helloAnswer }
  public var nonce: UInt64
  /// Never 0; every further frame carries it.
  public var session: UInt32
  /// The version that both sides use from here.
  public var major: UInt8
  public var minor: UInt8
  public var info: BoardInfo

  public init(nonce: UInt64, session: UInt32, major: UInt8, minor: UInt8, info: BoardInfo) {
    self.nonce = nonce
    self.session = session
    self.major = major
    self.minor = minor
    self.info = info
  }

  public init(from reader: inout WireReader) throws(WireError) {
    nonce = try reader.u64()
    session = try reader.u32()
    major = try reader.u8()
    minor = try reader.u8()
    try reader.skip(2)
    info = try BoardInfo(from: &reader)
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u64(nonce)
    try writer.u32(session)
    try writer.u8(major)
    try writer.u8(minor)
    try writer.zeros(2)
    try info.write(to: &writer)
  }
}

/// SESSION_RESET: ends the session and whatever it was doing. What a slot has received is kept.
public struct SessionReset: WireMessage, Equatable {
  public static var type: MessageType { .sessionReset }
  public var nonce: UInt64

  public init(nonce: UInt64) {
    self.nonce = nonce
  }

  public init(from reader: inout WireReader) throws(WireError) {
    nonce = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u64(nonce)
  }
}

/// The answer to SESSION_RESET: everything before it is of an earlier session.
public struct SessionResetAnswer: WireMessage, Equatable {
  public static var type: MessageType { .sessionResetAnswer }
  public var nonce: UInt64

  public init(nonce: UInt64) {
    self.nonce = nonce
  }

  public init(from reader: inout WireReader) throws(WireError) {
    nonce = try reader.u64()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u64(nonce)
  }
}

/// GET_STATUS: answered at any time, without a session.
public struct GetStatus: EmptyWireMessage, Equatable {
  public static var type: MessageType { .getStatus }
  public init() {}
}

/// The answer to GET_STATUS.
public struct StatusAnswer: WireMessage, Equatable {
  public static var type: MessageType { .statusAnswer }
  public var activity: BoardActivity
  /// The last error that the board has answered, 0 for none.
  public var lastError: UInt16
  /// When asking again makes sense.
  public var nextPollMilliseconds: UInt32
  /// The session in progress, 0 for none.
  public var session: UInt32
  /// The tick that is executed next.
  public var currentTick: UInt32

  public init(
    activity: BoardActivity, lastError: UInt16, nextPollMilliseconds: UInt32, session: UInt32, currentTick: UInt32
  ) {
    self.activity = activity
    self.lastError = lastError
    self.nextPollMilliseconds = nextPollMilliseconds
    self.session = session
    self.currentTick = currentTick
  }

  public init(from reader: inout WireReader) throws(WireError) {
    let number = try reader.u8()
    guard let activity = BoardActivity(rawValue: number) else {
      throw .invalidValue(offset: 0, value: UInt64(number))
    }
    self.activity = activity
    try reader.skip(1)
    lastError = try reader.u16()
    nextPollMilliseconds = try reader.u32()
    session = try reader.u32()
    currentTick = try reader.u32()
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u8(activity.rawValue)
    try writer.zeros(1)
    try writer.u16(lastError)
    try writer.u32(nextPollMilliseconds)
    try writer.u32(session)
    try writer.u32(currentTick)
  }
}

/// What a board is doing.
public enum BoardActivity: UInt8, Sendable, CaseIterable {
  case idle = 0
  case erasing = 1
  case receiving = 2
  case committing = 3
  case hashing = 4
  case running = 5
}
