import FixedPoint
import WireProtocol

/// What happens to a slot after it was verified.
public enum FlashActivation: Sendable {
  /// It stays inactive.
  case none
  /// It becomes active on trial.
  case test
  /// It becomes active for good.
  case permanent

  var mode: Activate.Mode? {
    switch self {
    case .none: nil
    case .test: .test
    case .permanent: .permanent
    }
  }
}

extension Begin {
  /// BEGIN of an image; nil where the bytes have no image's header.
  package init?(_ image: UnsafeRawBufferPointer, slot: Int?, manifest: ImageManifest?) {
    self.init(image, digest: SHA256.digest(of: image), slot: slot, manifest: manifest)
  }

  /// The same where the digest is known.
  init?(_ image: UnsafeRawBufferPointer, digest: Digest, slot: Int?, manifest: ImageManifest?) {
    guard let summary = ImageSummary(image) else { return nil }
    self.init(
      slot: slot.map { UInt8(clamping: $0) } ?? Begin.anySlot, family: summary.family, size: UInt64(image.count),
      digest: digest, targetDigest: summary.targetDigest,
      manifestBytes: manifest == nil ? 0 : UInt32(ImageManifest.byteCount))
  }
}

extension ImageManifest {
  /// The manifest as it follows BEGIN.
  var wireBytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.withUnsafeMutableBytes { buffer in
      var writer = WireWriter(buffer)
      guard (try? write(to: &writer)) != nil else { fatalError("unreachable: the buffer holds a manifest") }
    }
    return bytes
  }
}
