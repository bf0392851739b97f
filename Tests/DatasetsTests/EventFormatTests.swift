import Datasets
import TestSupport
import Testing

/// Bytes from hexadecimal digits; white space does not count.
func bytes(hex: String) -> [UInt8] {
  let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

/// Recordings made by hand from the formats' specifications.
@Suite struct EventFormatTests {
  static let nmnist = bytes(
    hex: """
      05 21 80 00 0a   00 00 7f ff ff   07 f0 00 00 00   21 03 00 00 03
      """)

  @Test("N-MNIST: 40 bits an event, and the clock's overflow at y 240")
  func nmnist() throws {
    let recording = try EventFile.parse(Self.nmnist, path: "a.bin")
    #expect(
      recording.events == [
        Event(time: 10, x: 5, y: 33, isOn: true), Event(time: 0x7F_FFFF, x: 0, y: 0, isOn: false),
        Event(time: 8195, x: 33, y: 3, isOn: false),
      ])
    #expect(throws: DatasetError.damaged(path: "a.bin", offset: 20, problem: "2 bytes are left over; an event has 5")) {
      try EventFile.parse(Self.nmnist + [1, 2], path: "a.bin")
    }
    #expect(try EventFile.parse([], path: "a.bin").events.isEmpty)
  }

  static let dvs128 =
    Array("#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n#End Of ASCII Header\r\n".utf8)
    // y 2, x 3, ON; an external event; y 127, x 127, OFF
    + bytes(hex: "00000207 00000064   00008000 00000065   00007ffe 00000066")

  static let davis =
    Array("#!AER-DAT2.0\r\n# AEChip: eu.seebetter.ini.chips.davis.DAVIS240C\r\n".utf8)
    // y 100, x 200, ON; a sample of the frame; an inertial sample; y 1, x 2, OFF behind the clock's end
    + bytes(hex: "190c8800 fffffffe   990c8800 fffffffe   190c8c00 ffffffff   00402000 00000003")

  @Test("AEDAT 2.0: addresses of DVS128 and DAVIS, big-endian, what is no pixel passed over")
  func aedat2() throws {
    let old = try EventFile.parse(Self.dvs128, path: "a.aedat")
    #expect(
      old.events == [
        Event(time: 100, x: 3, y: 2, isOn: true), Event(time: 102, x: 127, y: 127, isOn: false),
      ])
    #expect(old.sensor == SensorSize(width: 128, height: 128))
    let new = try EventFile.parse(Self.davis, path: "a.aedat")
    #expect(
      new.events == [Event(time: -2, x: 200, y: 100, isOn: true), Event(time: 3, x: 2, y: 1, isOn: false)])
    #expect(new.sensor == SensorSize(width: 240, height: 180))
    let cut = Array(Self.dvs128.dropLast(3))
    #expect(
      throws: DatasetError.damaged(
        path: "a.aedat", offset: Self.dvs128.count - 8, problem: "5 bytes are left over; an event has 8")
    ) { try EventFile.parse(cut, path: "a.aedat") }
  }

  static let aedat3 =
    Array(
      "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 0: DVS128\r\n#Start-Time: 2016-01-01 00:00:00 (TZ+0100)\r\n#!END-HEADER\r\n"
        .utf8)
    // A packet of another type, then three polarity events, one of them not valid, in room for four.
    + bytes(
      hex: """
        0000 0000 08000000 04000000 00000000 01000000 01000000 01000000  ffffffff ffffffff
        0100 0000 08000000 04000000 01000000 04000000 03000000 02000000
        0b000a00 05000000   08000a00 06000000   01008000 07000000   00000000 00000000
        """)

  @Test("AEDAT 3.1: packets with headers of 28 bytes, polarity events of 8")
  func aedat3() throws {
    let recording = try EventFile.parse(Self.aedat3, path: "a.aedat")
    #expect(
      recording.events == [
        Event(time: 0x8000_0005, x: 5, y: 2, isOn: true), Event(time: 0x8000_0007, x: 64, y: 0, isOn: false),
      ])
    #expect(recording.sensor == SensorSize(width: 128, height: 128))
    #expect(throws: DatasetError.self) { try EventFile.parse(Array(Self.aedat3.dropLast(1)), path: "a.aedat") }
    let older = Array("#!AER-DAT3.0\r\n".utf8)
    #expect(throws: DatasetError.damaged(path: "a.aedat", offset: 0, problem: "of AEDAT 3 only version 3.1 is read")) {
      try EventFile.parse(older, path: "a.aedat")
    }
  }

  // Written with the FlatBuffers and LZ4 libraries and read back with another decoder of AEDAT 4.
  static let aedat4 = bytes(
    hex: """
      23214145522d444154342e300d0a8400000014000000494f484500000a0008000000000004000a00000004000000630000003c64
      762076657273696f6e3d22322e30223e3c61747472206b65793d2273697a65582220747970653d22696e74223e34303c2f617474
      723e3c61747472206b65793d2273697a65592220747970653d22696e74223e33303c2f617474723e3c2f64763e00000000008000
      00007c000000100000004556545300000600080004000600000004000000060000000000a40731af050000000000010000000a00
      a40731af050007000300000000001400a40731af05000e000600000000001e00a40731af050015000900010000002800a40731af
      05001c000c00000000003200a40731af050023000f000000000000000000500000004c0000001000000045565453000006000800
      04000600000004000000030000006400a40731af050027001d00010000006e00a40731af050026001d00010000007800a40731af
      050025001d0001000000
      """)
  static let packedAedat4 = bytes(
    hex: """
      23214145522d444154342e300d0a8800000014000000494f484500000a000c000800000004000a00000008000000010000006300
      00003c64762076657273696f6e3d22322e30223e3c61747472206b65793d2273697a65582220747970653d22696e74223e34303c
      2f617474723e3c61747472206b65793d2273697a65592220747970653d22696e74223e33303c2f617474723e3c2f64763e000000
      00008400000004224d187c4080000000000000002165000000f00b7c000000100000004556545300000600080004000600000004
      000e009000000000a40731af0509006300010000000a100031070003140013141000110e36003300001e10003115000930001328
      1000301c000c1f0023003210008023000f000000000068be5ba300000000da62b3ae000000006500000004224d187c4050000000
      000000005446000000f3224c000000100000004556545300000600080004000600000004000000030000006400a40731af050027
      001d00010000006e100013261000137810008025001d0001000000e06d0b210000000064cbc736
      """)

  @Test("AEDAT 4: FlatBuffers, plain and in LZ4 frames", arguments: [aedat4, packedAedat4])
  func aedat4(_ bytes: [UInt8]) throws {
    let recording = try EventFile.parse(bytes, path: "a.aedat4")
    let start: Int64 = 1_600_000_000_000_000
    let first = (0..<6).map { Event(time: start + Int64(10 * $0), x: $0 * 7 % 40, y: $0 * 3 % 30, isOn: $0 % 3 == 0) }
    let second = (0..<3).map { Event(time: start + 100 + Int64(10 * $0), x: 39 - $0, y: 29, isOn: true) }
    #expect(recording.events == first + second)
    #expect(recording.sensor == SensorSize(width: 40, height: 30))
  }

  @Test("AEDAT 4 compressed with zstd is refused with what to do")
  func zstd() throws {
    var bytes = Self.packedAedat4
    // The field `compression` of the header.
    let place = try #require(bytes.firstRange(of: [8, 0, 0, 0, 1, 0, 0, 0])?.lowerBound)
    bytes[place + 4] = 3
    let error = #expect(throws: DatasetError.self) { try EventFile.parse(bytes, path: "a.aedat4") }
    #expect("\(try #require(error))".contains("compressed with zstd, which is not read: convert the file with DV"))
  }

  @Test("what is no recording is refused")
  func unknown() {
    #expect(
      throws: DatasetError.damaged(
        path: "a.aedat", offset: 0, problem: "an AEDAT file starts with #!AER-DAT and its version")
    ) { try EventFile.parse([1, 2, 3], path: "a.aedat") }
    #expect(throws: DatasetError.self) { try EventFile.parse(Array("#!AER-DAT1.0\r\n".utf8), path: "a.aedat") }
    #expect(throws: DatasetError.self) { try EventFile.parse(Array("#!AER-DAT".utf8), path: "a.aedat") }
  }

  @Test("20,000 damaged recordings give events or an error that names a byte of the file")
  func damaged() {
    var mutation = Mutation(seed: 11)
    var refused = 0
    for (name, original) in [
      ("a.bin", Self.nmnist), ("a.aedat", Self.dvs128), ("b.aedat", Self.davis), ("c.aedat", Self.aedat3),
      ("a.aedat4", Self.aedat4), ("b.aedat4", Self.packedAedat4),
    ] {
      for _ in 0..<3400 {
        let bytes = mutation.damaged(original)
        guard let error = failure(of: bytes, name) else { continue }
        refused += 1
        guard case .damaged(let path, let offset, _) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(path.hasPrefix(name) && offset >= 0 && (offset <= bytes.count || path != name))
      }
    }
    #expect(refused > 8000)
  }

  private func failure(of bytes: [UInt8], _ name: String) -> DatasetError? {
    do throws(DatasetError) {
      _ = try EventFile.parse(bytes, path: name)
      return nil
    } catch { return error }
  }
}
