import FixedPoint
import Signatures
import TestSupport
import Testing
import WireProtocol

@Suite struct ImageSignatureTests {
  let key: SigningKey
  let image: SignedImage
  let manifest: ImageManifest

  init() throws {
    key = try #require(SigningKey(seed: (0..<32).map { UInt8($0) }))
    let content = Array("an image".utf8)
    image = SignedImage(
      name: "net.snnimg", family: 0x4853_454D, size: UInt64(content.count),
      digest: content.withUnsafeBytes { SHA256.digest(of: $0) })
    manifest = try ImageManifest.signed(
      image, with: key, leastRevision: 1, greatestRevision: 3, rollbackCounter: 7)
  }

  @Test("A signed manifest is 144 bytes that say what was signed, and the signature is the key's")
  func signed() throws {
    #expect(manifest.bytes.count == 144 && Array(manifest.bytes[..<6]) == Array("SNMS".utf8) + [1, 0])
    #expect(Array(manifest.bytes[8..<16]) == (0..<8).map { key.publicKey.identifier[$0] })
    try manifest.check(image, manifest: "net.snnimg.sig")
    try manifest.check(key.publicKey, manifest: "net.snnimg.sig")
    // What is signed, by the protocol's words: a tag of 16 bytes, then the manifest's first 80.
    let message = Array("snnmap-image-v1\0".utf8) + manifest.bytes[..<80]
    #expect(key.publicKey.isValid(manifest.signature, of: message))
  }

  @Test("Any flipped bit of a manifest is refused")
  func flippedBits() throws {
    let folder = try TemporaryFolder()
    let good = manifest.bytes
    for bit in 0..<8 * good.count {
      let path = try folder.write("bad.sig", flipped(good, bit))
      #expect(throws: SignatureError.self, "bit \(bit)") {
        try ImageManifest(file: path).check(key.publicKey, manifest: path)
      }
    }
  }

  @Test("A manifest is refused for an image of another family, size or hash, and for another key")
  func others() throws {
    func refusal(_ image: SignedImage) -> SignatureError? {
      #expect(throws: SignatureError.self) { try manifest.check(image, manifest: "m") }
    }
    let other = [UInt8](repeating: 1, count: 8).withUnsafeBytes { SHA256.digest(of: $0) }
    let (name, family, size, digest) = (image.name, image.family, image.size, image.digest)
    #expect(
      refusal(SignedImage(name: name, family: 1, size: size, digest: digest))
        == .otherImage(manifest: "m", image: name, field: .family))
    #expect(
      refusal(SignedImage(name: name, family: family, size: 9, digest: digest))
        == .otherImage(manifest: "m", image: name, field: .size))
    #expect(
      refusal(SignedImage(name: name, family: family, size: size, digest: other))
        == .otherImage(manifest: "m", image: name, field: .hash))
    let stranger = SigningKey().publicKey
    #expect(
      throws: SignatureError.otherKey(
        manifest: "m", signedBy: key.publicKey.identifier, expected: stranger.identifier)
    ) { try manifest.check(stranger, manifest: "m") }
    #expect(throws: SignatureError.emptyRevisionRange(least: 2, greatest: 1)) {
      try ImageManifest.signed(image, with: key, leastRevision: 2, greatestRevision: 1)
    }
  }

  @Test("Files of other sizes, beginnings and formats are not signature files")
  func files() throws {
    let folder = try TemporaryFolder()
    let good = manifest.bytes
    for bad in [[], Array(good[..<143]), good + [0], [UInt8](repeating: 0, count: 144)] {
      let path = try folder.write("bad.sig", bad)
      #expect(throws: SignatureError.notAManifest(path: path)) { try ImageManifest(file: path) }
    }
    var later = good
    later[4] = 2
    let path = try folder.write("later.sig", later)
    #expect(throws: SignatureError.manifestVersion(path: path, format: 2)) { try ImageManifest(file: path) }
  }

  @Test("A signed request to pin a key is the signer's, and of no use after the board's next start")
  func provision() throws {
    let newKey = SigningKey().publicKey
    let request = try Provision.signed(newKey, replacesOthers: true, with: key, bootIdentifier: 5)
    let signature = try #require(request.signature)
    func isValid(_ request: Provision, boot: UInt64) -> Bool {
      request.withSignedBytes(bootIdentifier: boot) {
        Ed25519.isValid(signature, of: $0, publicKey: key.publicKey)
      }
    }
    #expect(isValid(request, boot: 5) && !isValid(request, boot: 6))
    var other = request
    other.replacesOthers = false
    #expect(!isValid(other, boot: 5))
    other = request
    other.key = SigningKey().publicKey
    #expect(!isValid(other, boot: 5))
  }

  @Test("Every error is one line that says what to do")
  func errors() {
    let identifier = key.publicKey.identifier
    let errors: [SignatureError] = [
      .unreadable(path: "k", reason: "r"), .unwritable(path: "k", reason: "r"), .exists(path: "k"),
      .exposed(path: "k", mode: 0o644), .notASecretKey(path: "k"), .notAPublicKey(path: "k"), .damagedKey(path: "k"),
      .badComment("c"), .notAManifest(path: "k"), .manifestVersion(path: "k", format: 2),
      .otherImage(manifest: "m", image: "i", field: .hash),
      .otherKey(manifest: "m", signedBy: identifier, expected: identifier),
      .wrongSignature(manifest: "m", key: identifier), .emptyRevisionRange(least: 2, greatest: 1), .failed,
    ]
    for error in errors { #expect(!"\(error)".contains("\n") && "\(error)".count > 15, "\(error)") }
    #expect("\(errors[3])".contains("mode 644") && "\(errors[3])".contains("chmod 600"))
  }
}
