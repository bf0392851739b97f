import BoardCore
import FixedPoint
import Hardware
import WireProtocol

/// The target `board-micro` as firmware knows it: the numbers of targets/board-micro.yaml.
///
/// `build` compares the digest with the YAML file's, so that a change there cannot be forgotten here.
enum BoardMicro {
  /// SHA-256 of the target's canonical description, `sha256` of `snnmap targets board-micro --json`.
  static let hash: StaticString = "47a91e6d7aedd30f7d94e2d4f20c6f415f4d3fb8e9d35480e277b5f0c744a887"

  static let name: StaticString = "board-micro"
  static var slotCount: Int { 2 }
  static var slotBytes: Int { 65536 }

  static var profile: BoardProfile {
    var profile = BoardProfile(
      slotCount: slotCount, slotBytes: slotBytes, chunkBytes: Int(HARDWARE_PAGE_BYTES), maximumPayload: 4064,
      window: 1, eraseMilliseconds: 2000, commitMilliseconds: 2000,
      // Two ticks of all 1024 input lines.
      inputSpikes: 2048, maximumOutputs: 256)
    profile.targetName = WireText(utf8: UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    profile.targetDigest = Digest(hexadecimal: hash)
    profile.serial = WireText(zeroTerminated: hardware_serial())
    // A step is a pause in which the serial port is not read.
    profile.stepBytes = 4096
    profile.stepTicks = 1
    profile.checkpointBytes = 8192
    return profile
  }
}

extension Digest {
  /// The digest that 64 lower-case hexadecimal digits spell.
  fileprivate init(hexadecimal text: StaticString) {
    precondition(text.utf8CodeUnitCount == 2 * Digest.byteCount)
    self.init()
    for index in 0..<Digest.byteCount {
      self[index] = Self.digit(text.utf8Start[2 * index]) << 4 | Self.digit(text.utf8Start[2 * index + 1])
    }
  }

  private static func digit(_ character: UInt8) -> UInt8 {
    character < UInt8(ascii: "a") ? character - UInt8(ascii: "0") : character - UInt8(ascii: "a") + 10
  }
}

extension WireText {
  /// The first 31 bytes of a text that ends with a zero.
  fileprivate init(zeroTerminated text: UnsafePointer<CChar>) {
    var count = 0
    while text[count] != 0 { count += 1 }
    self.init(utf8: UnsafeRawBufferPointer(start: text, count: count))
  }
}
