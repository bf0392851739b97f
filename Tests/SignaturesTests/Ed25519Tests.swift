import Signatures
import Testing
import WireProtocol

@Suite struct Ed25519Tests {
  /// A test of RFC 8032, section 7.1.
  struct Vector: CustomTestStringConvertible {
    let name: String
    let seed: String
    let publicKey: String
    let message: String
    let signature: String
    var testDescription: String { name }
  }

  static let vectors = [
    Vector(
      name: "TEST 1", seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
      signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        + "d25bf5f0595bbe24655141438e7a100b"),
    Vector(
      name: "TEST 2", seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
      signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        + "387b2eaeb4302aeeb00d291612bb0c00"),
    Vector(
      name: "TEST 3", seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
      signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        + "4a7c15e9716ed28dc027beceea1ec40a"),
    Vector(
      name: "TEST SHA(abc)", seed: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
      publicKey: "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
      message: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
        + "454d4423643ce80e2a9ac94fa54ca49f",
      signature: "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        + "3dca179c138ac17ad9bef1177331a704"),
  ]

  @Test("Keys and signatures are those of RFC 8032", arguments: vectors)
  func vector(_ vector: Vector) throws {
    let key = try #require(SigningKey(seed: bytes(vector.seed)))
    #expect(key.publicKey.bytes == bytes(vector.publicKey))
    let message = bytes(vector.message)
    #expect(key.publicKey.isValid(signature(bytes(vector.signature)), of: message))
    // The library mixes random numbers in, so only the check can say that its own signature is right.
    #expect(key.publicKey.isValid(try message.withUnsafeBytes { try key.signature(of: $0) }, of: message))
  }

  @Test("Any flipped bit of the signature, the message or the key is refused", arguments: vectors)
  func flippedBits(_ vector: Vector) throws {
    let key = publicKey(bytes(vector.publicKey))
    let (message, signed) = (bytes(vector.message), bytes(vector.signature))
    for bit in 0..<8 * signed.count {
      #expect(!key.isValid(signature(flipped(signed, bit)), of: message), "bit \(bit)")
    }
    for bit in 0..<8 * message.count {
      #expect(!key.isValid(signature(signed), of: flipped(message, bit)), "bit \(bit)")
    }
    for bit in 0..<8 * PublicKey.byteCount {
      let other = publicKey(flipped(key.bytes, bit))
      #expect(!other.isValid(signature(signed), of: message) && other.identifier != key.identifier, "bit \(bit)")
    }
  }

  @Test("Seeds and keys of other sizes are no keys")
  func sizes() {
    for count in [0, 1, 31, 33, 64] {
      let bytes = [UInt8](repeating: 1, count: count)
      #expect(SigningKey(seed: bytes) == nil && bytes.withUnsafeBytes { PublicKey(bytes: $0) } == nil)
    }
  }

  @Test("A key id is the first eight bytes of the public key's SHA-256")
  func identifier() {
    // printf '%s' d75a…511a | xxd -r -p | sha256sum
    #expect(publicKey(bytes(Self.vectors[0].publicKey)).identifier.hex == "21fe31dfa154a261")
  }

  @Test("Keys of small order, for which anybody can sign, are refused with either sign")
  func smallOrder() throws {
    // With the neutral element as key and as R, and S = 0, the equation of RFC 8032 holds for every message.
    let neutral = [1] + [UInt8](repeating: 0, count: 31)
    let forged = signature(neutral + [UInt8](repeating: 0, count: 32))
    let order8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
    for key in [neutral, [UInt8](repeating: 0, count: 32), bytes(order8)] {
      for signed in [key, flipped(key, 255)] {
        #expect(publicKey(signed).isOfSmallOrder && !publicKey(signed).isValid(forged, of: [1, 2, 3]))
      }
    }
    for vector in Self.vectors { #expect(!publicKey(bytes(vector.publicKey)).isOfSmallOrder) }
    #expect(!SigningKey().publicKey.isOfSmallOrder)
  }

  @Test("New keys differ from each other")
  func newKeys() {
    let keys = (0..<20).map { _ in SigningKey().publicKey }
    #expect(Set(keys).count == keys.count)
  }
}

func publicKey(_ bytes: [UInt8]) -> PublicKey {
  guard let key = bytes.withUnsafeBytes({ PublicKey(bytes: $0) }) else { fatalError("\(bytes.count) bytes") }
  return key
}

func signature(_ bytes: [UInt8]) -> Signature {
  guard let signature = bytes.withUnsafeBytes({ Signature(bytes: $0) }) else { fatalError("\(bytes.count) bytes") }
  return signature
}

/// The bytes that hexadecimal digits spell.
func bytes(_ hex: String) -> [UInt8] {
  let digits = hex.utf8.map { UInt8($0 < 58 ? $0 - 48 : $0 - 87) }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// The bytes with one bit changed.
func flipped(_ bytes: [UInt8], _ bit: Int) -> [UInt8] {
  var result = bytes
  result[bit / 8] ^= 1 << UInt8(bit % 8)
  return result
}
