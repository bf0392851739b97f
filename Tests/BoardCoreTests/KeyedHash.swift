import BoardCore
import FixedPoint
import WireProtocol

/// A stand-in for Ed25519 that tells keys and messages apart: two hashes of key and message.
enum KeyedHash {
  static func signature(of message: UnsafeRawBufferPointer, key: PublicKey) -> Signature {
    var bytes: [UInt8] = []
    for half: UInt8 in 0..<2 {
      var hash = SHA256()
      hash.update(half)
      key.withBytes { hash.update($0) }
      hash.update(message)
      hash.finalize().withBytes { bytes += $0 }
    }
    return bytes.withUnsafeBytes { Signature(bytes: $0) } ?? Signature()
  }

  static func key(_ number: UInt8) -> PublicKey {
    [UInt8](repeating: number, count: 32).withUnsafeBytes { PublicKey(bytes: $0) } ?? PublicKey()
  }

  /// A signed manifest of an image of the echo family.
  static func manifest(
    _ image: [UInt8], counter: UInt64, key number: UInt8 = 1, change: (inout ImageManifest) -> Void = { _ in }
  ) -> ImageManifest {
    let key = Self.key(number)
    var manifest = ImageManifest(
      keyIdentifier: key.identifier, family: EchoExecutor.family, size: UInt64(image.count), digest: digest(image),
      rollbackCounter: counter)
    change(&manifest)
    manifest.signature = manifest.withSignedBytes { signature(of: $0, key: key) }
    return manifest
  }

  static func provision(
    _ number: UInt8, replacing: Bool = false, signer: UInt8? = nil, boot: UInt64 = 1
  ) -> Provision {
    var request = Provision(key: key(number), replacesOthers: replacing)
    guard let signer else { return request }
    request.signature = request.withSignedBytes(bootIdentifier: boot) { signature(of: $0, key: key(signer)) }
    return request
  }
}

extension RawHost {
  /// BEGIN of an image with a manifest, or without one.
  mutating func begin(_ image: [UInt8], _ manifest: ImageManifest? = nil, slot: UInt8 = Begin.anySlot) throws
    -> BeginAnswer
  {
    var bytes: [UInt8] = []
    if let manifest {
      bytes = [UInt8](repeating: 0, count: ImageManifest.byteCount)
      try bytes.withUnsafeMutableBytes { buffer in
        var writer = WireWriter(buffer)
        try manifest.write(to: &writer)
      }
    }
    return try begin(image, manifestBytes: bytes, slot: slot)
  }

  mutating func begin(_ image: [UInt8], manifestBytes: [UInt8], slot: UInt8 = Begin.anySlot) throws -> BeginAnswer {
    try ask(
      Begin(
        slot: slot, family: EchoExecutor.family, size: UInt64(image.count), digest: digest(image),
        targetDigest: Digest(), manifestBytes: UInt32(manifestBytes.count)),
      body: manifestBytes)
  }

  /// Flashes an image and makes it active for good; the slot.
  @discardableResult
  mutating func flash(
    _ image: [UInt8], _ manifest: ImageManifest? = nil, activation: Activate.Mode? = .permanent
  ) throws -> UInt8 {
    let answer = try begin(image, manifest)
    if answer.state != .verified {
      for offset in stride(from: 0, to: image.count, by: 1024) {
        let _: WriteAnswer = try ask(
          Write(offset: UInt64(offset)), body: Array(image[offset..<min(offset + 1024, image.count)]))
      }
      let _: CommitAnswer = try ask(Commit(digest: digest(image)))
    }
    if let activation {
      let _: ActivateAnswer = try ask(Activate(slot: answer.slot, mode: activation))
    }
    return answer.slot
  }

  mutating func info() throws -> BoardInfo { try ask(GetInfo()) }
}
