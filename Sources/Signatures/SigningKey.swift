import Crypto
import FoundationEssentials
import WireProtocol

/// An Ed25519 secret key.
public struct SigningKey: Sendable {
  public static var seedBytes: Int { 32 }
  private let key: Curve25519.Signing.PrivateKey

  /// A new key from the system's random numbers.
  public init() {
    key = Curve25519.Signing.PrivateKey()
  }

  /// The key of a seed of 32 bytes (RFC 8032, section 5.1.5); nil for another number of bytes.
  public init?(seed: [UInt8]) {
    guard seed.count == Self.seedBytes, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
      return nil
    }
    self.key = key
  }

  /// The 32 bytes that the key is made from; whoever knows them signs as its owner.
  var seed: [UInt8] { Array(key.rawRepresentation) }

  public var publicKey: PublicKey {
    guard let result = Array(key.publicKey.rawRepresentation).withUnsafeBytes({ PublicKey(bytes: $0) }) else {
      fatalError("unreachable: an Ed25519 public key has 32 bytes")
    }
    return result
  }

  /// The signature of a message.
  ///
  /// - Throws: `SignatureError.failed` where the library cannot sign.
  public func signature(of message: UnsafeRawBufferPointer) throws(SignatureError) -> Signature {
    guard let bytes = try? key.signature(for: message),
      let signature = Array(bytes).withUnsafeBytes({ Signature(bytes: $0) })
    else { throw .failed }
    return signature
  }
}
