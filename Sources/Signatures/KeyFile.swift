import WireProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Keys as files: one line of text each.
///
///     snnmap-secret-key-1 8a3c… 9d61… release 2026
///     snnmap-public-key-1 8a3c… d75a… release 2026
///
/// A word for the kind and version, the key id (16 hexadecimal digits), the seed or the public key (64), and a comment
/// that may hold blanks or be missing; a line feed ends the file.
public enum KeyFile {
  static let secretWord = "snnmap-secret-key-1"
  static let publicWord = "snnmap-public-key-1"
  public static let maximumCommentBytes = 128
  /// More than any key file has.
  private static let maximumBytes = 1024

  /// A key and what was written beside it.
  public struct Named<Key: Sendable>: Sendable {
    public let key: Key
    public let comment: String
  }

  /// Writes a secret key (mode 0600) and its public key beside it, at `path` and `path.pub`; replaces no file.
  ///
  /// - Throws: `exists`, `unwritable`, `badComment`.
  public static func write(_ key: SigningKey, comment: String, to path: String) throws(SignatureError) {
    let isPrintable = comment.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    guard isPrintable, comment.utf8.count <= maximumCommentBytes else { throw .badComment(comment) }
    let publicPath = path + ".pub"
    var status = stat()
    guard stat(publicPath, &status) != 0 else { throw .exists(path: publicPath) }
    try create(path, mode: 0o600, line(secretWord, key.publicKey, key.seed, comment))
    do throws(SignatureError) {
      try create(publicPath, mode: 0o644, line(publicWord, key.publicKey, key.publicKey.bytes, comment))
    } catch {
      // Half a pair helps nobody.
      unlink(path)
      throw error
    }
  }

  /// The secret key of a file.
  ///
  /// - Throws: `exposed` where others than the owner may read or write the file; `unreadable`, `notASecretKey`,
  ///   `damagedKey`.
  public static func readSecret(_ path: String) throws(SignatureError) -> Named<SigningKey> {
    let (text, mode) = try read(path)
    guard let fields = Fields(text, word: secretWord) else { throw .notASecretKey(path: path) }
    // Asked of the open file, so that nobody can put another one in its place in between.
    guard mode & 0o077 == 0 else { throw .exposed(path: path, mode: mode & 0o777) }
    guard let key = SigningKey(seed: fields.bytes), fields.names(key.publicKey) else {
      throw .damagedKey(path: path)
    }
    return Named(key: key, comment: fields.comment)
  }

  /// The public key of a file.
  ///
  /// - Throws: `unreadable`, `notAPublicKey`, `damagedKey`.
  public static func readPublic(_ path: String) throws(SignatureError) -> Named<PublicKey> {
    guard let fields = Fields(try read(path).text, word: publicWord) else { throw .notAPublicKey(path: path) }
    guard let key = fields.bytes.withUnsafeBytes({ PublicKey(bytes: $0) }), fields.names(key) else {
      throw .damagedKey(path: path)
    }
    guard !key.isOfSmallOrder else { throw .notAPublicKey(path: path) }
    return Named(key: key, comment: fields.comment)
  }

  private static func line(_ word: String, _ key: PublicKey, _ bytes: [UInt8], _ comment: String) -> String {
    "\(word) \(key.identifier.hex) \(HexText.text(bytes))\(comment.isEmpty ? "" : " \(comment)")\n"
  }

  /// The words of a key's line.
  private struct Fields {
    let identifier: [UInt8]
    let bytes: [UInt8]
    let comment: String

    init?(_ text: String, word: String) {
      let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      guard let line = lines.first, lines.count == 1 || lines[1].isEmpty else { return nil }
      let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
      guard words.count >= 3, words[0] == word else { return nil }
      guard let identifier = HexText.bytes(words[1], count: KeyIdentifier.byteCount),
        let bytes = HexText.bytes(words[2], count: PublicKey.byteCount)
      else { return nil }
      self.identifier = identifier
      self.bytes = bytes
      comment = words.count > 3 ? String(words[3]) : ""
    }

    /// Whether the identifier on the line is the key's.
    func names(_ key: PublicKey) -> Bool { identifier == (0..<KeyIdentifier.byteCount).map { key.identifier[$0] } }
  }

  private static func read(_ path: String) throws(SignatureError) -> (text: String, mode: UInt32) {
    let (bytes, mode) = try SmallFile.read(path, atMost: maximumBytes)
    return (String(decoding: bytes, as: UTF8.self), mode)
  }

  private static func create(_ path: String, mode: mode_t, _ text: String) throws(SignatureError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      if errno == EEXIST { throw .exists(path: path) }
      throw .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let reason = String(cString: strerror(errno))
        close(descriptor)
        unlink(path)
        throw .unwritable(path: path, reason: reason)
      }
      done += count
    }
    fsync(descriptor)
    close(descriptor)
  }
}
