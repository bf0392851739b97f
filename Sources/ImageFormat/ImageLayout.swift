/// The sizes of the records, in bytes; firmware-protocol/image-format.md is their source.
public enum ImageLayout {
  public static var headerBytes: Int { 128 }
  public static var sectionEntryBytes: Int { 64 }
  public static var sectionAlignment: Int { 16 }
  public static var maximumSections: Int { 64 }
  public static var boardHeaderBytes: Int { 32 }
  public static var boardCoreBytes: Int { 24 }
  public static var coreHeaderBytes: Int { 64 }
  public static var classBytes: Int { 40 }
  public static var neuronBytes: Int { 24 }
  public static var axonBytes: Int { 24 }
  /// The offset that each input line has in the input table.
  public static var inputOffsetBytes: Int { 4 }
  public static var magic: UInt64 { 0x0A1A_5041_4D4E_4E53 }
  /// The version of images whose outputs all are spikes.
  public static var majorVersion: UInt16 { 1 }
  /// The version of images that have readouts, which readers of version 1 do not know.
  public static var readoutMajorVersion: UInt16 { 2 }
  public static var minorVersion: UInt16 { 0 }
  /// The ticks that a delivery can wait, which is one more than the greatest delay.
  public static var ringTicks: Int { 16 }
  public static var maximumStoredDelay: UInt8 { 14 }
  public static var maximumWeightShift: UInt8 { 7 }
  /// The most neurons, axons, routes or input lines, so that sizes in bytes fit in 32-bit machines' integers.
  public static var maximumCount: Int { (1 << 28) - 1 }
  /// The output index that means none.
  public static var noOutput: UInt32 { .max }
  /// The bit of a neuron record's output that makes the output a readout.
  public static var readoutFlag: UInt32 { 1 << 31 }

  /// The bytes of a dense row of `count` weights: 5 weights of 4 bits take 3 bytes.
  @inlinable
  public static func denseRowBytes(count: Int, bits: Int) -> Int { (count * bits + 7) / 8 }
}

/// How wide routes and sparse synapses are.
public enum RecordLayout: UInt8, Sendable, Hashable {
  /// At most 256 neurons a core: routes of 4 bytes, sparse synapses of 2.
  case compact = 0
  /// Any number of neurons: routes of 8 bytes, sparse synapses of 3.
  case wide = 1

  @inlinable
  public var routeBytes: Int { self == .compact ? 4 : 8 }
  @inlinable
  public var sparseSynapseBytes: Int { self == .compact ? 2 : 3 }
}
