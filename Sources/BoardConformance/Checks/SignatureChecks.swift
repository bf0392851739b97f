import FixedPoint
import WireProtocol

/// What protocol.md says about manifests and keys. No check pins a key, as that cannot be undone.
enum SignatureChecks {
  static let all = [
    check("a board is locked exactly when a key is pinned", lockedMeansKeys),
    check("a locked board refuses BEGIN without a manifest as bad signature", noManifest, needs: .freeSlot),
    check("a locked board refuses a manifest of another key as bad signature", unknownKey, needs: .freeSlot),
    check("a locked board lets no data out: READBACK is refused as locked", lockedReadBack),
    check("a locked board pins no key without a signature of one that is pinned", lockedProvision),
    check("a board that cannot verify refuses PROVISION as not supported", cannotVerify),
    check(
      "a manifest of another family, size or hash than BEGIN's is a bad signature", otherManifest, needs: .freeSlot),
    check("bytes that are no manifest are a bad signature", notAManifest, needs: .freeSlot),
    check("a manifest for other hardware revisions is refused as wrong target", otherRevision, needs: .freeSlot),
    check("a manifest that fits is taken by an unlocked board, whoever signed it", unlocked, needs: .freeSlot),
  ]

  private static func check(
    _ rule: String, _ body: @escaping @Sendable (ConformanceBench) throws(ConformanceFailure) -> Void,
    needs: ConformanceCheck.Needs = .nothing
  ) -> ConformanceCheck {
    ConformanceCheck(.signatures, rule, needs: needs) { (bench) throws(ConformanceFailure) in
      guard bench.info.security != nil else { throw .skipped("the board speaks a protocol before 1.2") }
      try body(bench)
    }
  }

  private static func requireLocked(_ bench: ConformanceBench) throws(ConformanceFailure) {
    guard bench.info.flags.contains(.locked) else { throw .skipped("the board is not locked") }
  }

  private static func requireUnlocked(_ bench: ConformanceBench) throws(ConformanceFailure) {
    guard !bench.info.flags.contains(.locked) else { throw .skipped("the board is locked") }
  }

  private static func lockedMeansKeys(_ bench: ConformanceBench) throws(ConformanceFailure) {
    let keys = Int(bench.info.security?.keyCount ?? 0)
    guard keys <= BoardSecurity.maximumKeys else { throw .broken("it says that it has \(keys) keys") }
    try bench.expectEqual(bench.info.flags.contains(.locked), keys > 0, "being locked, with \(keys) keys,")
  }

  /// A manifest for a content that nobody has signed.
  private static func manifest(_ content: SlotContent, _ bench: ConformanceBench) -> ImageManifest {
    ImageManifest(
      keyIdentifier: KeyIdentifier(rawValue: 0x1122_3344_5566_7788), family: bench.info.family,
      size: UInt64(content.bytes.count), digest: content.digest, rollbackCounter: 0)
  }

  private static func bytes(_ manifest: ImageManifest) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: ImageManifest.byteCount)
    bytes.withUnsafeMutableBytes { buffer in
      var writer = WireWriter(buffer)
      guard (try? manifest.write(to: &writer)) != nil else { fatalError("unreachable: the buffer holds a manifest") }
    }
    return bytes
  }

  private static func expect(
    _ fault: SignatureFault, _ manifest: [UInt8], _ content: SlotContent, _ bench: ConformanceBench
  ) throws(ConformanceFailure) {
    let begin = bench.beginning(content, slot: try bench.slot(), manifestBytes: manifest.count)
    let error = try bench.expect(.badSignature, for: begin, body: manifest)
    try bench.expectEqual(error.detail, fault.rawValue, "the reason that it tells")
  }

  private static func noManifest(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try requireLocked(bench)
    try expect(.noManifest, [], bench.content(), bench)
  }

  private static func unknownKey(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try requireLocked(bench)
    let content = bench.content()
    try expect(.unknownKey, bytes(manifest(content, bench)), content, bench)
  }

  private static func lockedReadBack(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try requireLocked(bench)
    try bench.expect(.locked, for: ReadBack(slot: 0, content: .data, offset: 0, length: 1))
    // A hash of so little is as good as the data.
    try bench.expect(.locked, for: ReadBack(slot: 0, content: .hash, offset: 5, length: 1))
  }

  private static func lockedProvision(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try requireLocked(bench)
    let bytes = (1...32).map { UInt8($0) }
    guard let key = bytes.withUnsafeBytes({ PublicKey(bytes: $0) }) else { return }
    try bench.expect(.locked, for: Provision(key: key))
    try bench.expect(.locked, for: Provision(key: key, replacesOthers: true, signature: Signature()))
  }

  private static func cannotVerify(_ bench: ConformanceBench) throws(ConformanceFailure) {
    guard bench.info.security?.flags.contains(.canVerifySignatures) == false else {
      throw .skipped("the board verifies signatures")
    }
    // The key is none: even a board that breaks the rule pins nothing.
    try bench.expect(.notSupported, for: Provision(key: PublicKey()))
  }

  private static func otherManifest(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try requireUnlocked(bench)
    let content = bench.content()
    var other = manifest(content, bench)
    other.family ^= 1
    try expect(.otherFamily, bytes(other), content, bench)
    other = manifest(content, bench)
    other.size += 1
    try expect(.otherSize, bytes(other), content, bench)
    other = manifest(content, bench)
    other.digest[0] ^= 1
    try expect(.otherDigest, bytes(other), content, bench)
  }

  private static func notAManifest(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try requireUnlocked(bench)
    let content = bench.content()
    let good = bytes(manifest(content, bench))
    try expect(.notAManifest, [UInt8](repeating: 0, count: good.count), content, bench)
    try expect(.notAManifest, Array(good.dropLast()), content, bench)
  }

  private static func otherRevision(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try requireUnlocked(bench)
    let (content, revision) = (bench.content(), bench.info.hardwareRevision)
    guard revision < .max else { throw .skipped("its hardware revision is the greatest there is") }
    var other = manifest(content, bench)
    other.leastHardwareRevision = revision + 1
    let begin = bench.beginning(content, slot: try bench.slot(), manifestBytes: ImageManifest.byteCount)
    let error = try bench.expect(.wrongTarget, for: begin, body: bytes(other))
    try bench.expectEqual(error.detail, 1, "the detail of its error")
    try bench.expectEqual(error.offset, UInt64(revision), "the revision that it tells")
  }

  private static func unlocked(_ bench: ConformanceBench) throws(ConformanceFailure) {
    try requireUnlocked(bench)
    let content = bench.content()
    try bench.begin(content, slot: try bench.slot(), manifest: bytes(manifest(content, bench)))
  }
}
