import WireProtocol

/// What can be wrong with keys and signatures.
public enum SignatureError: Error, Equatable, Sendable {
  /// A file cannot be read.
  case unreadable(path: String, reason: String)
  /// A file cannot be written.
  case unwritable(path: String, reason: String)
  /// A key file of this name is there already and is not replaced.
  case exists(path: String)
  /// Others than its owner may read a secret key's file; the mode's nine bits.
  case exposed(path: String, mode: UInt32)
  /// A file holds no secret key.
  case notASecretKey(path: String)
  /// A file holds no public key.
  case notAPublicKey(path: String)
  /// The key in a file is not the one that its key id names: a digit was changed.
  case damagedKey(path: String)
  /// A comment that does not fit on a key's line.
  case badComment(String)
  /// A file is no manifest.
  case notAManifest(path: String)
  /// A manifest of a later format.
  case manifestVersion(path: String, format: Int)
  /// A manifest was made for other bytes.
  case otherImage(manifest: String, image: String, field: ManifestField)
  /// A manifest was signed with another key.
  case otherKey(manifest: String, signedBy: KeyIdentifier, expected: KeyIdentifier)
  /// A signature is not the key's over these bytes.
  case wrongSignature(manifest: String, key: KeyIdentifier)
  /// The least hardware revision is above the greatest.
  case emptyRevisionRange(least: UInt32, greatest: UInt32)
  /// The library could not sign.
  case failed

  /// A field that a manifest repeats of its image.
  public enum ManifestField: String, Sendable {
    case family
    case size
    case hash = "SHA-256"
  }
}

extension SignatureError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
    case .exists(let path):
      "\(path) is there already, and keys are not replaced: name another file, or move this one away"
    case .exposed(let path, let mode):
      "\(path): others may read this secret key (mode \(String(mode, radix: 8))); take their rights away "
        + "(chmod 600), and make a new key if anybody may have read it"
    case .notASecretKey(let path):
      "\(path) is not a secret key: name the file without '.pub' that 'snnmap keys generate' wrote"
    case .notAPublicKey(let path):
      "\(path) is not a public key: name the '.pub' file that 'snnmap keys generate' wrote"
    case .damagedKey(let path): "\(path): the key is not the one that its key id names; take a good copy of the file"
    case .badComment(let text):
      "a comment of \(text.utf8.count) bytes: write one line of at most \(KeyFile.maximumCommentBytes), without control "
        + "characters"
    case .notAManifest(let path): "\(path) is not a signature file: write one with 'snnmap sign'"
    case .manifestVersion(let path, let format):
      "\(path) is a signature file of format \(format), which this version does not know: sign the image again"
    case .otherImage(let manifest, let image, let field):
      "\(manifest) is not the signature of \(image): another \(field.rawValue); sign the image again"
    case .otherKey(let manifest, let signedBy, let expected):
      "\(manifest) was signed with key \(signedBy.hex), not with \(expected.hex): sign the image with that key"
    case .wrongSignature(let manifest, let key):
      "\(manifest): the signature is not key \(key.hex)'s; sign the image again"
    case .emptyRevisionRange(let least, let greatest):
      "no hardware revision lies between \(least) and \(greatest): write the smaller number first"
    case .failed: "the image could not be signed: try again, and take another key if that does not help"
    }
  }
}
