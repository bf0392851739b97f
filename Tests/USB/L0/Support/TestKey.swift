import FixedPoint
import WireProtocol

/// Keys and manifests for `PagePlatform`'s boards.
enum TestKey {
  static func key(_ number: UInt8) -> PublicKey {
    guard let key = [UInt8](repeating: number, count: 32).withUnsafeBytes({ PublicKey(bytes: $0) }) else {
      fatalError("32 bytes are a key")
    }
    return key
  }

  /// The 144 bytes of a manifest that key `number` has signed.
  static func manifest(
    family: UInt32, size: Int, digest: Digest, counter: UInt64, key number: UInt8
  ) -> [UInt8] {
    let key = key(number)
    var manifest = ImageManifest(
      keyIdentifier: key.identifier, family: family, size: UInt64(size), digest: digest, rollbackCounter: counter)
    manifest.signature = manifest.withSignedBytes { PagePlatform.sign($0, key) }
    var bytes = [UInt8](repeating: 0, count: ImageManifest.byteCount)
    bytes.withUnsafeMutableBytes { buffer in
      var writer = WireWriter(buffer)
      do throws(WireError) { try manifest.write(to: &writer) } catch { fatalError("the buffer holds a manifest") }
    }
    return bytes
  }
}
