import Emulator
import ImageFormat
import Images

extension ChipCatalog {
  /// An emulator that executes the bytes of an image.
  ///
  /// - Throws: `ImagesError` for an image of a family that is not known.
  public static func emulator(for image: LoadedImage) throws(ImagesError) -> ImageEmulator {
    guard let family = families.first(where: { $0.family == image.family }) else {
      throw .format(path: image.name, .family(image.family))
    }
    return ImageEmulator(image: image, maker: family)
  }

  /// What tells of the payload of an image; nil for the mesh, whose sections every reader knows.
  ///
  /// - Throws: `ImagesError` for an image of a family that is not known.
  public static func inspector(for image: LoadedImage) throws(ImagesError) -> (any PayloadInspector)? {
    guard let family = families.first(where: { $0.family == image.family }) else {
      throw .format(path: image.name, .family(image.family))
    }
    return family as? any PayloadInspector
  }
}
