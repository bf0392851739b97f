/// A readout's membrane on the wire: 12 bytes, (tick u32, output u32, membrane i32).
public struct WireReadout: Equatable, Sendable {
  public static var byteCount: Int { 12 }

  /// The tick after which the membrane was read.
  public var tick: UInt32
  /// The output index.
  public var output: UInt32
  public var membrane: Int32

  @inlinable
  public init(tick: UInt32, output: UInt32, membrane: Int32) {
    self.tick = tick
    self.output = output
    self.membrane = membrane
  }

  /// Reads the readout at `offset`, which the caller has checked.
  @inlinable
  public init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    tick = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    output = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
    membrane = Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: Int32.self))
  }

  /// Writes the readout at `offset`, which the caller has checked.
  @inlinable
  public func store(to bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
    bytes.storeBytes(of: tick.littleEndian, toByteOffset: offset, as: UInt32.self)
    bytes.storeBytes(of: output.littleEndian, toByteOffset: offset + 4, as: UInt32.self)
    bytes.storeBytes(of: membrane.littleEndian, toByteOffset: offset + 8, as: Int32.self)
  }
}

/// MEMBRANES_OUT: readouts of a run whose answer is still to come; `readoutCount` records follow.
public struct MembranesOut: WireMessage, Equatable {
  public static var type: MessageType { .membranesOut }
  public static var headerBytes: Int { 4 }
  public var readoutCount: UInt32

  public init(readoutCount: UInt32) {
    self.readoutCount = readoutCount
  }

  public init(from reader: inout WireReader) throws(WireError) {
    readoutCount = try reader.u32()
    try reader.expectRemaining(UInt64(readoutCount) * UInt64(WireReadout.byteCount))
  }

  public func write(to writer: inout WireWriter) throws(WireError) {
    try writer.u32(readoutCount)
  }
}
