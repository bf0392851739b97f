import ImageFormat
import Mapper

/// Turns a mapping into the bytes that a family's devices execute.
public protocol PayloadEncoder: Sendable {
  /// The four letters in the header.
  var family: FourCharacterCode { get }

  /// The device's sections in the order in which they stand in the image.
  func sections(for mapping: Mapping) throws -> [ImageSection]
}

/// Says what an image of a family with a format of its own holds, as lines for people.
public protocol PayloadInspector: Sendable {
  /// Names and values, in the order of reports; `image` is of this family.
  func facts(of image: LoadedImage) throws -> [PayloadFact]
}

/// One line about an image's payload.
public struct PayloadFact: Sendable, Equatable, Codable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
