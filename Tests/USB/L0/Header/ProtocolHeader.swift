import BoardCore
import WireProtocol

/// `firmware-protocol/include/snnmap_protocol.h`: the protocol's numbers and layouts for firmware in C99.
enum ProtocolHeader {
  /// The 32 bytes before a payload; their meaning is `FrameHeader`'s.
  static var frame: StructLayout {
    layout(
      "frame", "A frame's header; payload_crc and header_crc are CRC32C.",
      [
        ("magic", 4), ("layout", 1), ("header_bytes", 1), ("type", 1), ("flags", 1), ("session", 4), ("sequence", 4),
        ("length", 4), ("reserved", 4), ("payload_crc", 4), ("header_crc", 4),
      ])
  }

  /// A metadata record: what a board keeps over a loss of power.
  static var metadata: StructLayout {
    var fields: [(String, Int)] = [
      ("magic", 4), ("version", 4), ("sequence", 8), ("active_slot", 1), ("previous_slot", 1), ("confirmed", 1),
      ("trial_starts", 1), ("key_count", 1), ("-", 3), ("rollback_counter", 8),
    ]
    for slot in 0..<BoardInfo.maximumSlots {
      fields += [
        ("state\(slot)", 1), ("signed\(slot)", 1), ("-", 6), ("size\(slot)", 8), ("held\(slot)", 8),
        ("digest\(slot)", 32),
      ]
    }
    for slot in 0..<BoardInfo.maximumSlots { fields.append(("rollback_counter\(slot)", 8)) }
    for key in 0..<PinnedKeys.capacity { fields.append(("key\(key)", 32)) }
    fields += [("-", 4), ("crc", 4)]
    return layout("metadata", "A metadata record of version 2; crc is the CRC32C of all bytes before it.", fields)
  }

  private static var records: [StructLayout] {
    [
      layout(
        "spike", "A spike; index is an input line or an output, lowest byte first.",
        [("tick", 4), ("index", 3), ("count", 1)]),
      StructLayout(
        name: "readout", summary: "A readout's membrane after a tick.", byteCount: WireReadout.byteCount,
        fields: [
          .init(name: "tick", kind: .number(bytes: 4, isSigned: false), offset: 0),
          .init(name: "output", kind: .number(bytes: 4, isSigned: false), offset: 4),
          .init(name: "membrane", kind: .number(bytes: 4, isSigned: true), offset: 8),
        ]),
      layout("range", "Bytes that are held, in BEGIN's answer.", [("offset", 8), ("length", 8)]),
    ]
  }

  /// Every struct, those that others hold before them.
  static var structs: [StructLayout] {
    [frame] + records + [ProtocolStructs.slot, ProtocolStructs.security, ProtocolStructs.manifest, metadata]
      + ProtocolStructs.messages.map(\.layout)
  }

  /// Fields one behind the other; `-` is reserved.
  private static func layout(_ name: String, _ summary: String, _ parts: [(String, Int)]) -> StructLayout {
    var fields: [StructLayout.Field] = []
    var offset = 0
    for (name, count) in parts {
      let kind: StructLayout.Kind =
        [1, 2, 4, 8].contains(count) ? .number(bytes: count, isSigned: false) : .bytes(count)
      if name != "-" { fields.append(StructLayout.Field(name: name, kind: kind, offset: offset)) }
      offset += count
    }
    return StructLayout(name: name, summary: summary, byteCount: offset, fields: fields)
  }

  static var text: String {
    """
    /* The snnmap board protocol \(ProtocolVersion.major).\(ProtocolVersion.minor) for firmware in C99; protocol.md is the text.
     *
     * Written by tools/protocol-header from the Swift definitions; a test compares the two. Do not edit.
     * Numbers are little-endian: machines that are not have to swap them. Structs are packed, so take their fields by
     * value or with memcpy. Reserved bytes are sent as 0 and ignored on receipt.
     */
    #ifndef SNNMAP_PROTOCOL_H
    #define SNNMAP_PROTOCOL_H

    #include <stddef.h>
    #include <stdint.h>

    #define SNNMAP_ASSERT(name, condition) typedef char snnmap_assert_##name[(condition) ? 1 : -1]

    \(constants.map { "#define SNNMAP_\($0.0) \($0.1)" }.joined(separator: "\n"))

    /* What a frame is; an answer is its request's number with bit 7 set. */
    \(enumeration("", MessageType.allCases))
    /* ERROR's codes. */
    \(enumeration("ERROR_", BoardErrorCode.allCases))
    /* ERROR's detail where a signature is bad. */
    \(enumeration("SIGNATURE_", SignatureFault.allCases))
    /* How far a slot is. */
    \(enumeration("SLOT_", SlotState.allCases))
    /* What a board is doing. */
    \(enumeration("ACTIVITY_", BoardActivity.allCases))
    /* ACTIVATE's mode. */
    \(enumeration("ACTIVATE_", Activate.Mode.allCases))
    /* READBACK's content. */
    \(enumeration("READBACK_", ReadBack.Content.allCases))
    /* STREAM's mode. */
    \(enumeration("STREAM_", StreamRequest.Mode.allCases))
    /* bRequest of the control requests over USB. */
    \(enumeration("CONTROL_", USBBinding.ControlRequest.allCases))
    #pragma pack(push, 1)

    \(structs.map(\.text).joined(separator: "\n"))
    #pragma pack(pop)

    #endif

    """
  }

  private static var constants: [(String, String)] {
    [
      ("PROTOCOL_MAJOR", "\(ProtocolVersion.major)"), ("PROTOCOL_MINOR", "\(ProtocolVersion.minor)"),
      ("FRAME_MAGIC", hexadecimal(FrameLayout.magic)), ("FRAME_LAYOUT", "\(FrameLayout.major)"),
      ("FRAME_HEADER_BYTES", "\(FrameLayout.headerBytes)"), ("FRAME_PAD_BYTES", "\(FrameLayout.padBytes)"),
      ("FRAME_PADDED", "\(FrameFlags.padded.rawValue)"),
      ("GREATEST_PAYLOAD", hexadecimal(FrameLayout.greatestPayload)),
      ("MAXIMUM_SLOTS", "\(BoardInfo.maximumSlots)"), ("ANY_SLOT", "\(Begin.anySlot)"), ("NO_SLOT", "255"),
      ("MAXIMUM_KEYS", "\(BoardSecurity.maximumKeys)"),
      ("INFO_LOCKED", "\(BoardInfo.Flags.locked.rawValue)"),
      ("INFO_IN_SESSION", "\(BoardInfo.Flags.inSession.rawValue)"),
      ("INFO_UNCONFIRMED", "\(BoardInfo.Flags.unconfirmed.rawValue)"),
      ("SECURITY_CAN_VERIFY", "\(BoardSecurity.Flags.canVerifySignatures.rawValue)"),
      ("SECURITY_CAN_STREAM", "\(BoardSecurity.Flags.canStream.rawValue)"),
      ("MANIFEST_MAGIC", hexadecimal(ImageManifest.magic)), ("MANIFEST_FORMAT", "\(ImageManifest.format)"),
      ("MANIFEST_SIGNED_BYTES", "80"), ("METADATA_MAGIC", "0x444D4E53u"), ("METADATA_VERSION", "2"),
      ("USB_INTERFACE_CLASS", hexadecimal(USBBinding.interfaceClass)),
      ("USB_INTERFACE_SUBCLASS", hexadecimal(USBBinding.interfaceSubclass)),
      ("USB_INTERFACE_PROTOCOL", hexadecimal(USBBinding.interfaceProtocol)),
      ("USB_REQUEST_TYPE_IN", hexadecimal(USBBinding.requestTypeIn)),
      ("USB_REQUEST_TYPE_OUT", hexadecimal(USBBinding.requestTypeOut)),
    ]
  }

  private static func enumeration<E: RawRepresentable>(_ prefix: String, _ cases: [E]) -> String
  where E.RawValue: FixedWidthInteger {
    let lines = cases.map { "  SNNMAP_\(prefix)\(Leaf.snakeCase("\($0)").uppercased()) = \($0.rawValue)" }
    return "enum {\n\(lines.joined(separator: ",\n"))\n};\n"
  }

  private static func hexadecimal(_ value: some FixedWidthInteger & UnsignedInteger) -> String {
    "0x" + String(value, radix: 16, uppercase: true) + "u"
  }
}
