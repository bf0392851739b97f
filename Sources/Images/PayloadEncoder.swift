import ImageFormat
import Mapper

/// Turns a mapping into the bytes that a family's devices execute.
public protocol PayloadEncoder: Sendable {
  /// The four letters in the header.
  var family: FourCharacterCode { get }

  /// The device's sections in the order in which they stand in the image.
  func sections(for mapping: Mapping) throws -> [ImageSection]
}
