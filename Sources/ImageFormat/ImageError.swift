/// Why bytes are not an image.
///
/// `offset` is a byte offset in the file; `value` is what stands there or was computed from it.
public enum ImageError: Error, Equatable, Sendable {
  /// The file ends before the part at `offset`, which needs `needed` bytes.
  case truncated(offset: UInt64, needed: UInt64)
  /// The file does not begin as an image does.
  case notAnImage
  /// Another major version than 1 and 2.
  case unsupportedVersion(major: UInt16, minor: UInt16)
  /// The header's CRC does not match.
  case headerChecksum(stored: UInt32, computed: UInt32)
  /// The SHA-256 of the section table (`kind` 0) or of a section does not match.
  case digest(kind: FourCharacterCode, offset: UInt64)
  /// The size in the header is not the size of the file.
  case fileSize(stored: UInt64, actual: UInt64)
  /// A field holds a value that the format does not allow.
  case invalidField(ImageField, offset: UInt64, value: Int64)
  /// A section that must be there is not.
  case missingSection(FourCharacterCode)
  /// A section that devices would have to know, and don't.
  case unknownSection(FourCharacterCode, offset: UInt64)
  /// The image is for another family of chips.
  case family(FourCharacterCode)
  /// More memory than a machine of this process can address or was given.
  case memory(needed: UInt64, available: UInt64)
}

/// The field that an `ImageError.invalidField` means.
public enum ImageField: UInt8, Equatable, Sendable {
  case headerSize, sectionCount, reserved, sectionOrder, sectionFlags, padding, duplicateSection
  case grid, layout, accumulatorBits, ring, coreCount, inputCount, outputCount, coreNumber, coreOffset, coreLength
  case neuronCount, axonCount, classCount, routeCount, synapseBytes
  case accumulator, sum, compare, reset, spikeCap, currents, membraneFloor, decayRule
  case lowerBound, upperBound
  case neuronClass, routeRange, threshold, output, duplicateOutput, missingOutput
  case rowOffset, firstNeuron, rowCount, delay, rowFormat, weightBits, weightShift, axonCurrent, weight, rowOrder
  case routeCore, routeAxon, inputRoutes
  case readout, readoutCount
}

/// Four letters that name a section or a family: `MESH` is `4D 45 53 48`.
public struct FourCharacterCode: Hashable, Sendable {
  /// The letters as a little-endian number.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// The code of four ASCII letters; traps on anything else, as only literals are meant.
  @inlinable
  public init(_ text: StaticString) {
    precondition(text.utf8CodeUnitCount == 4)
    let p = text.utf8Start
    rawValue = UInt32(p[0]) | UInt32(p[1]) << 8 | UInt32(p[2]) << 16 | UInt32(p[3]) << 24
  }

  public static var mesh: Self { Self("MESH") }
  public static var board: Self { Self("BORD") }
  public static var cores: Self { Self("CORE") }
  public static var inputs: Self { Self("INPT") }
  public static var host: Self { Self("HOST") }
  public static var neuronMap: Self { Self("NMAP") }
  public static var provenance: Self { Self("PROV") }
}
