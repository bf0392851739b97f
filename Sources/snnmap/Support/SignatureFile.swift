import FixedPoint
import Glibc
import ImageFormat
import Images
import Signatures
import WireProtocol

/// `IMAGE.sig`, which goes with an image.
enum SignatureFile {
  /// What a signature says of an image.
  static func signed(_ image: LoadedImage) -> SignedImage {
    SignedImage(
      name: image.name, family: image.family.rawValue, size: UInt64(image.byteCount), digest: image.digest)
  }

  /// The manifest that goes with an image: of the file that is named, or of `IMAGE.sig` where there is one.
  ///
  /// - Parameter key: the public key's file to check the signature with; nil leaves that to the board.
  /// - Throws: `SignatureError` where it is another image's, damaged, or not the key's.
  static func manifest(for image: LoadedImage, path: String?, key: String?) throws -> ImageManifest? {
    let file = path ?? image.name + ".sig"
    guard path != nil || key != nil || access(file, F_OK) == 0 else { return nil }
    let manifest = try ImageManifest(file: file)
    try manifest.check(signed(image), manifest: file)
    if let key { try manifest.check(try KeyFile.readPublic(key).key, manifest: file) }
    return manifest
  }
}
