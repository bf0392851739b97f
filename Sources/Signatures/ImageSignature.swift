import FixedPoint
import WireProtocol

/// An image's bytes as a signature names them.
public struct SignedImage: Sendable, Equatable {
  /// What messages call the image.
  public let name: String
  /// Four letters, as the image's header has them.
  public let family: UInt32
  public let size: UInt64
  /// SHA-256 of all bytes.
  public let digest: Digest

  public init(name: String, family: UInt32, size: UInt64, digest: Digest) {
    self.name = name
    self.family = family
    self.size = size
    self.digest = digest
  }
}

extension ImageManifest {
  /// Signs an image.
  ///
  /// - Parameters:
  ///   - revisions: the hardware revisions of boards that may run the image.
  ///   - rollbackCounter: boards refuse it once they have confirmed an image of a greater one.
  /// - Throws: `emptyRevisionRange`, `failed`.
  public static func signed(
    _ image: SignedImage, with key: SigningKey, leastRevision: UInt32 = 0, greatestRevision: UInt32 = .max,
    rollbackCounter: UInt64 = 0
  ) throws(SignatureError) -> ImageManifest {
    guard leastRevision <= greatestRevision else {
      throw .emptyRevisionRange(least: leastRevision, greatest: greatestRevision)
    }
    var manifest = ImageManifest(
      keyIdentifier: key.publicKey.identifier, family: image.family, leastHardwareRevision: leastRevision,
      greatestHardwareRevision: greatestRevision, size: image.size, digest: image.digest,
      rollbackCounter: rollbackCounter)
    let result = manifest.withSignedBytes { bytes -> Result<Signature, SignatureError> in
      do throws(SignatureError) {
        return .success(try key.signature(of: bytes))
      } catch {
        return .failure(error)
      }
    }
    manifest.signature = try result.get()
    return manifest
  }

  /// Makes sure that the manifest is an image's.
  ///
  /// - Throws: `otherImage` with the first field that differs.
  public func check(_ image: SignedImage, manifest name: String) throws(SignatureError) {
    let differs: SignatureError.ManifestField? =
      family != image.family ? .family : size != image.size ? .size : digest != image.digest ? .hash : nil
    if let differs { throw .otherImage(manifest: name, image: image.name, field: differs) }
  }

  /// Makes sure that the signature is a key's.
  ///
  /// - Throws: `otherKey`, `wrongSignature`.
  public func check(_ key: PublicKey, manifest name: String) throws(SignatureError) {
    guard keyIdentifier == key.identifier else {
      throw .otherKey(manifest: name, signedBy: keyIdentifier, expected: key.identifier)
    }
    guard withSignedBytes({ Ed25519.isValid(signature, of: $0, publicKey: key) }) else {
      throw .wrongSignature(manifest: name, key: keyIdentifier)
    }
  }

  /// The 144 bytes of the manifest: what `IMAGE.sig` holds and BEGIN brings.
  public var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.withUnsafeMutableBytes { buffer in
      var writer = WireWriter(buffer)
      guard (try? write(to: &writer)) != nil else { fatalError("unreachable: the buffer holds a manifest") }
    }
    return bytes
  }

  /// The manifest in a file such as `net.snnimg.sig`.
  ///
  /// - Throws: `unreadable`, `notAManifest`, `manifestVersion`.
  public init(file path: String) throws(SignatureError) {
    let (bytes, _) = try SmallFile.read(path, atMost: Self.byteCount)
    let result = bytes.withUnsafeBytes { bytes -> Result<ImageManifest, WireError> in
      do throws(WireError) {
        return .success(try ImageManifest(bytes: bytes))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let manifest): self = manifest
    // The format stands at byte 4, behind a magic that was right.
    case .failure(.invalidValue(offset: 4, let format)): throw .manifestVersion(path: path, format: Int(format))
    case .failure: throw .notAManifest(path: path)
    }
  }
}

extension Provision {
  /// The request that pins a key on a locked board, signed with one that is pinned already.
  ///
  /// - Parameter bootIdentifier: the board's, so that the request is of no use after its next start.
  /// - Throws: `failed`.
  public static func signed(
    _ key: PublicKey, replacesOthers: Bool, with signer: SigningKey, bootIdentifier: UInt64
  ) throws(SignatureError) -> Provision {
    var request = Provision(key: key, replacesOthers: replacesOthers)
    let result = request.withSignedBytes(bootIdentifier: bootIdentifier) {
      bytes -> Result<Signature, SignatureError> in
      do throws(SignatureError) {
        return .success(try signer.signature(of: bytes))
      } catch {
        return .failure(error)
      }
    }
    request.signature = try result.get()
    return request
  }
}
