import Foundation
import Signatures
import TestSupport
import Testing
import WireProtocol

@Suite struct KeyFileTests {
  let folder: TemporaryFolder
  /// The key of RFC 8032's first test.
  let key: SigningKey

  init() throws {
    folder = try TemporaryFolder()
    key = try #require(SigningKey(seed: bytes(Ed25519Tests.vectors[0].seed)))
  }

  func text(_ name: String) throws -> String { String(decoding: try folder.bytes(name), as: UTF8.self) }

  func setMode(_ mode: Int, _ name: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file(name))
  }

  @Test("A pair of key files is two lines of text; the secret one is its owner's alone")
  func pair() throws {
    try KeyFile.write(key, comment: "release 2026", to: folder.file("k"))
    let vector = Ed25519Tests.vectors[0]
    #expect(try text("k") == "snnmap-secret-key-1 21fe31dfa154a261 \(vector.seed) release 2026\n")
    #expect(try text("k.pub") == "snnmap-public-key-1 21fe31dfa154a261 \(vector.publicKey) release 2026\n")
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("k"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let (secret, known) = (try KeyFile.readSecret(folder.file("k")), try KeyFile.readPublic(folder.file("k.pub")))
    #expect(secret.key.publicKey == key.publicKey && secret.comment == "release 2026")
    #expect(known.key == key.publicKey && known.comment == "release 2026")
  }

  @Test("No key file is replaced, and no half of a pair is left behind")
  func existing() throws {
    try KeyFile.write(key, comment: "", to: folder.file("k"))
    #expect(throws: SignatureError.exists(path: folder.file("k.pub"))) {
      try KeyFile.write(SigningKey(), comment: "", to: folder.file("k"))
    }
    try folder.write("only.pub", [1])
    #expect(throws: SignatureError.exists(path: folder.file("only.pub"))) {
      try KeyFile.write(SigningKey(), comment: "", to: folder.file("only"))
    }
    #expect(folder.names == ["k", "k.pub", "only.pub"])
    #expect(try KeyFile.readSecret(folder.file("k")).key.publicKey == key.publicKey)
    for comment in ["two\nlines", String(repeating: "x", count: 129), "\u{1b}[0m"] {
      #expect(throws: SignatureError.badComment(comment)) {
        try KeyFile.write(key, comment: comment, to: folder.file("other"))
      }
    }
  }

  @Test("A secret key that others may read or write is refused", arguments: [0o640, 0o604, 0o620, 0o602, 0o666, 0o610])
  func exposed(mode: Int) throws {
    try KeyFile.write(key, comment: "", to: folder.file("k"))
    try setMode(mode, "k")
    #expect(throws: SignatureError.exposed(path: folder.file("k"), mode: UInt32(mode))) {
      try KeyFile.readSecret(folder.file("k"))
    }
    try setMode(0o400, "k")
    #expect(try KeyFile.readSecret(folder.file("k")).key.publicKey == key.publicKey)
  }

  @Test("A changed character of a key file is never taken for another key")
  func changed() throws {
    try KeyFile.write(key, comment: "", to: folder.file("k"))
    for (name, isSecret) in [("k", true), ("k.pub", false)] {
      let good = try folder.bytes(name)
      for index in good.indices {
        var bad = good
        // Another digit of the same set, or another letter.
        bad[index] = bad[index] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
        try folder.write("bad", bad)
        try setMode(0o600, "bad")
        #expect(throws: SignatureError.self, "byte \(index)") {
          if isSecret {
            _ = try KeyFile.readSecret(folder.file("bad"))
          } else {
            _ = try KeyFile.readPublic(folder.file("bad"))
          }
        }
      }
    }
  }

  @Test("Other files are not keys: one kind for the other, cut, longer, empty, missing, a folder")
  func otherFiles() throws {
    try KeyFile.write(key, comment: "", to: folder.file("k"))
    #expect(throws: SignatureError.notAPublicKey(path: folder.file("k"))) { try KeyFile.readPublic(folder.file("k")) }
    #expect(throws: SignatureError.notASecretKey(path: folder.file("k.pub"))) {
      try KeyFile.readSecret(folder.file("k.pub"))
    }
    let good = try folder.bytes("k.pub")
    for bad in [[], Array(good[..<50]), good + Array("more\n".utf8), [UInt8](repeating: 0, count: 5000)] {
      try folder.write("bad", bad)
      #expect(throws: SignatureError.notAPublicKey(path: folder.file("bad"))) {
        try KeyFile.readPublic(folder.file("bad"))
      }
    }
    // A point of order 1, for which anybody can sign.
    let point: [UInt8] = [1] + [UInt8](repeating: 0, count: 31)
    let weak = try #require(point.withUnsafeBytes { PublicKey(bytes: $0) })
    try folder.write(
      "weak", Array("snnmap-public-key-1 \(weak.identifier.hex) 01\(String(repeating: "0", count: 62))\n".utf8))
    #expect(throws: SignatureError.notAPublicKey(path: folder.file("weak"))) {
      try KeyFile.readPublic(folder.file("weak"))
    }
    for path in [folder.file("nothing"), folder.path, "/dev/null"] {
      let error = #expect(throws: SignatureError.self) { try KeyFile.readPublic(path) }
      #expect(error.map { "\($0)".contains("cannot be read") } == true)
    }
  }
}
