import Crypto
import FoundationEssentials
import WireProtocol

/// The check of Ed25519 signatures (RFC 8032), as hosts and Linux boards do it.
public enum Ed25519 {
  /// Whether `signature` is that of `message` by the owner of `publicKey`.
  ///
  /// This is the `verifySignature` of a `BoardCore` platform that has swift-crypto. Keys that are no points of the
  /// curve give false, and so do those of small order, for which anybody can make signatures.
  public static func isValid(
    _ signature: Signature, of message: UnsafeRawBufferPointer, publicKey: PublicKey
  ) -> Bool {
    guard !publicKey.isOfSmallOrder else { return false }
    return publicKey.withBytes { keyBytes in
      guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: keyBytes) else { return false }
      return signature.withBytes { key.isValidSignature($0, for: message) }
    }
  }
}

extension PublicKey {
  /// Whether a signature over a message is this key's.
  public func isValid(_ signature: Signature, of message: [UInt8]) -> Bool {
    message.withUnsafeBytes { Ed25519.isValid(signature, of: $0, publicKey: self) }
  }

  /// The key's 32 bytes.
  public var bytes: [UInt8] { (0..<Self.byteCount).map { self[$0] } }
}

extension KeyIdentifier {
  /// Sixteen hexadecimal digits, as key files and lists of keys show an identifier.
  public var hex: String { HexText.text((0..<Self.byteCount).map { self[$0] }) }
}
