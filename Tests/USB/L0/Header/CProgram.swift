import BoardCore
import BoardLink
import FixedPoint
import Testing
import WireProtocol

/// Bytes that are a struct, and what the Swift code reads from its fields.
struct Reading {
  let layout: StructLayout
  let bytes: [UInt8]
  /// Field and value, as the value's bytes in hexadecimal.
  let values: [(name: String, value: String)]

  /// What the C program is to print.
  var lines: [String] { values.map { "\(layout.name).\($0.name) \($0.value)" } }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private init(_ layout: StructLayout, _ bytes: [UInt8], _ leaves: [Leaf]) {
    self.layout = layout
    self.bytes = bytes
    values = leaves.filter { leaf in layout.fields.contains { $0.name == leaf.name } }
      .map { ($0.name, Self.hexadecimal($0.bytes)) }
  }

  /// A frame's header, and its message where that is more than its type; none where the frame is a damaged one.
  static func readings(ofFrame frame: [UInt8]) -> [Reading] {
    frame.withUnsafeBytes { bytes in
      guard case .frame(let header, let range, _) = FrameCodec.scan(bytes, maximumPayload: 1 << 20) else { return [] }
      let payload = UnsafeRawBufferPointer(rebasing: bytes[range])
      let head = [
        Leaf("magic", FrameLayout.magic), Leaf("layout", FrameLayout.major),
        Leaf("header_bytes", UInt8(FrameLayout.headerBytes)), Leaf("type", header.type),
        Leaf("flags", header.flags.rawValue), Leaf("session", header.session), Leaf("sequence", header.sequence),
        Leaf("length", header.length), Leaf("payload_crc", CRC32C.checksum(of: payload)),
        Leaf("header_crc", CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[..<28]))),
      ]
      var readings = [Reading(ProtocolHeader.frame, Array(frame.prefix(32)), head)]
      if let message = ProtocolStructs.messages.first(where: { $0.type == header.message }),
        let value = try? message.parse(payload)
      {
        // Fields that an older sender does not have are not read.
        var leaves = Leaf.leaves(of: value, nested: ProtocolStructs.nested)
        leaves.removeAll { leaf in
          message.layout.fields.contains { $0.name == leaf.name && $0.offset + $0.byteCount > payload.count }
        }
        readings.append(Reading(message.layout, Array(payload), leaves))
      }
      return readings
    }
  }

  /// A manifest of many values.
  static func ofManifest() throws -> Reading {
    let bytes = TestKey.manifest(
      family: 0x4853_454D, size: 123_456, digest: ProbeImage(bytes: 1000, seed: 1).digest, counter: 77, key: 3)
    let manifest = try bytes.withUnsafeBytes { try ImageManifest(bytes: $0) }
    let constants = [Leaf("magic", ImageManifest.magic), Leaf("format", ImageManifest.format)]
    return Reading(ProtocolStructs.manifest, bytes, constants + Leaf.leaves(of: manifest, nested: [:]))
  }

  /// Both records of a locked board that has an active image and is receiving another one.
  static func ofMetadata() throws -> [Reading] {
    let board = MemoryBoard(profile: MemoryBoard.profile(slotBytes: 1 << 14))
    let image = ProbeImage(bytes: 5000, seed: 6)
    let other = ProbeImage(bytes: 7000, seed: 7)
    var host = try RawHost(board)
    let _: ProvisionAnswer = try host.ask(Provision(key: TestKey.key(1)))
    try host.flash(image, counter: 9, key: 1, .permanent)
    let manifest = TestKey.manifest(
      family: ProbeExecutor.family, size: other.bytes.count, digest: other.digest, counter: 10, key: 1)
    let _: BeginAnswer = try host.ask(
      Begin(
        slot: Begin.anySlot, family: ProbeExecutor.family, size: UInt64(other.bytes.count), digest: other.digest,
        targetDigest: Digest(), manifestBytes: 144), body: manifest)
    let records = (0..<2).map { board.storage.metadataRecord($0) }
    let newest = records[0][8] > records[1][8] ? records[0] : records[1]
    let covered = newest.dropLast(4)
    let crc = Array(covered).withUnsafeBytes { CRC32C.checksum(of: $0) }
    let hash = { (digest: Digest) in (0..<32).map { digest[$0] } }
    let leaves = [
      Leaf("magic", UInt32(0x444D_4E53)), Leaf("version", UInt32(2)), Leaf("active_slot", UInt8(0)),
      Leaf("previous_slot", UInt8(255)), Leaf("confirmed", UInt8(1)), Leaf("trial_starts", UInt8(0)),
      Leaf("key_count", UInt8(1)), Leaf("rollback_counter", UInt64(9)),
      Leaf("state0", SlotState.verified.rawValue), Leaf("signed0", UInt8(1)), Leaf("size0", UInt64(5000)),
      Leaf("held0", UInt64(5000)), Leaf("digest0", .bytes(32), hash(image.digest)),
      Leaf("state1", SlotState.receiving.rawValue), Leaf("signed1", UInt8(1)), Leaf("size1", UInt64(7000)),
      Leaf("held1", UInt64(0)), Leaf("digest1", .bytes(32), hash(other.digest)), Leaf("state3", UInt8(0)),
      Leaf("rollback_counter0", UInt64(9)), Leaf("rollback_counter1", UInt64(10)),
      Leaf("key0", .bytes(32), [UInt8](repeating: 1, count: 32)), Leaf("crc", crc),
    ]
    return [Reading(ProtocolHeader.metadata, newest, leaves)]
  }
}

/// A program that prints the fields of structs in given bytes.
enum CProgram {
  static func text(_ readings: [Reading]) -> String {
    var lines = [
      "#include \"snnmap_protocol.h\"", "#include <stdio.h>", "#include <string.h>",
      "static void print(const char *name, const void *value, size_t count) {",
      "  const unsigned char *bytes = (const unsigned char *)value;", "  printf(\"%s \", name);",
      "  for (size_t i = 0; i < count; i++) printf(\"%02x\", bytes[i]);", "  printf(\"\\n\");", "}",
    ]
    for (number, reading) in readings.enumerated() {
      let type = "snnmap_\(reading.layout.name)"
      let bytes = Array(reading.bytes.prefix(reading.layout.byteCount))
      let list = bytes.isEmpty ? "0" : bytes.map { String($0) }.joined(separator: ",")
      lines.append("static const unsigned char bytes\(number)[] = {\(list)};")
      lines.append("static void read\(number)(void) {")
      lines.append("  \(type) value; memset(&value, 0, sizeof value);")
      lines.append("  memcpy(&value, bytes\(number), \(bytes.count));")
      for field in reading.values {
        lines.append(
          "  print(\"\(reading.layout.name).\(field.name)\", (const char *)&value + offsetof(\(type), \(field.name)), "
            + "sizeof value.\(field.name));")
      }
      lines.append("}")
    }
    lines.append("int main(void) {")
    for number in readings.indices { lines.append("  read\(number)();") }
    lines.append("  return 0;\n}\n")
    return lines.joined(separator: "\n")
  }
}
