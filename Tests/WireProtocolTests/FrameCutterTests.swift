import FixedPoint
import Testing
import WireProtocol

@Suite("Frames in transfers")
struct FrameCutterTests {
  /// Frames one behind the other, each sealed for the packet size.
  private func stream(_ payloads: [Int], packetBytes: Int) throws -> (bytes: [UInt8], frames: [Int]) {
    var bytes: [UInt8] = []
    var frames: [Int] = []
    for (number, payload) in payloads.enumerated() {
      var frame = [UInt8](repeating: 0x5A, count: FrameLayout.frameBytes(payload: payload))
      let count = try frame.withUnsafeMutableBytes { buffer in
        try FrameCodec.seal(
          FrameHeader(type: 1, session: 1, sequence: UInt32(number), length: UInt32(payload)), in: buffer,
          packetBytes: packetBytes)
      }
      bytes += frame[..<count]
      frames.append(count)
    }
    return (bytes, frames)
  }

  private func transfers(_ bytes: [UInt8], _ cutter: inout FrameCutter) -> [Int] {
    var sizes: [Int] = []
    bytes.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        let count = cutter.cut(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        sizes.append(count)
        guard count > 0 else { return }
        start += count
      }
    }
    return sizes
  }

  @Test("Whatever the frames, nothing is lost, and a transfer that ends a frame ends in a short packet")
  func endsAreShort() throws {
    for packetBytes in [64, 512, 1024] {
      for seed in 0..<60 {
        var random = RandomStream(seed: UInt64(seed), stream: 0)
        func draw(_ bound: UInt32) -> Int { Int(random.below(bound)) }
        // Around multiples of the packet, where frames have pads, and where frames together fill packets.
        let payloads = (0..<40).map { _ in max(0, draw(5) * packetBytes + draw(3) * packetBytes / 2 - 32 - draw(2) * 4)
        }
        let (bytes, frames) = try stream(payloads, packetBytes: packetBytes)
        var cutter = FrameCutter(packetBytes: packetBytes, transferBytes: 4 * packetBytes)
        let sizes = transfers(bytes, &cutter)
        #expect(sizes.reduce(0, +) == bytes.count)
        var ends: Set<Int> = []
        var end = 0
        for frame in frames {
          end += frame
          ends.insert(end)
        }
        var at = 0
        for size in sizes {
          #expect(size > 0 && size <= 4 * packetBytes)
          at += size
          #expect(ends.contains(at) == (size % packetBytes != 0), "a transfer of \(size) bytes up to \(at)")
        }
      }
    }
  }

  @Test("Two frames that fill their packets together go apart, three that do not go as one")
  func fullPacketsAreParted() throws {
    // 32 + 224 = 256 bytes each, no multiple of 512; two are.
    let (bytes, _) = try stream([224, 224, 224], packetBytes: 512)
    var cutter = FrameCutter(packetBytes: 512, transferBytes: 4096)
    #expect(transfers(Array(bytes.prefix(512)), &cutter) == [256, 256])
    #expect(transfers(bytes, &cutter) == [768])
  }

  @Test("Transfers hold as many frames as have room")
  func transfersAreFull() throws {
    let (bytes, _) = try stream(Array(repeating: 61456, count: 8), packetBytes: 1024)
    var cutter = FrameCutter(packetBytes: 1024, transferBytes: 1 << 17)
    #expect(transfers(bytes, &cutter) == [122976, 122976, 122976, 122976])
  }

  @Test("What did not go ends its transfer as it would have, and the next begins a frame")
  func restIsCutFirst() throws {
    let (bytes, frames) = try stream([1000, 2000, 100], packetBytes: 512)
    var cutter = FrameCutter(packetBytes: 512, transferBytes: 4096)
    let all = bytes.withUnsafeBytes { cutter.cut($0) }
    #expect(all == frames.reduce(0, +))
    cutter.giveBack(all - 1024)
    cutter.transferBytes = 1024
    #expect(transfers(Array(bytes[1024...]), &cutter) == [1024, 1024, all - 3072])
  }
}
