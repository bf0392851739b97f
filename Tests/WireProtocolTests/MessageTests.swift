import FixedPoint
import Testing
import WireProtocol

@Suite struct MessageTests {
  @Test("10,000 random payloads decode to a message or a typed error, and what decodes is written back the same")
  func randomPayloads() {
    var random = RandomStream(seed: 3, stream: 0)
    var decoded = 0
    for _ in 0..<10_000 {
      var payload = (0..<Int(random.below(600))).map { _ in random.below(3) == 0 ? UInt8(random.below(256)) : 0 }
      // Small counts, so that sizes sometimes agree.
      if payload.count > 8 && random.below(2) == 0 { payload[4] = UInt8(payload.count / 8) }
      for type in MessageType.allCases {
        guard let once = payload.withUnsafeBytes({ rewritten(type, $0) }) else { continue }
        let twice = once.withUnsafeBytes { rewritten(type, $0) }
        #expect(once == twice)
        decoded += 1
      }
    }
    // Fixed messages take any bytes that suffice, so many do decode.
    #expect(decoded > 10_000)
  }

  @Test("A spike keeps tick, index and count in 8 bytes, at their greatest values too")
  func spikes() {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 9, alignment: 1)
    defer { buffer.deallocate() }
    for spike in [
      WireSpike(tick: 0, index: 0, count: 1), WireSpike(tick: .max, index: WireSpike.maximumIndex, count: 255),
      WireSpike(tick: 16, index: 783, count: 7),
    ] {
      spike.store(to: buffer, at: 1)
      #expect(WireSpike(UnsafeRawBufferPointer(buffer), at: 1) == spike)
    }
  }

  @Test("A text longer than 31 bytes is cut, and a length above 31 on the wire is refused")
  func texts() throws {
    let long = Array("a serial number that nobody can remember".utf8)
    let text = long.withUnsafeBytes { WireText(utf8: $0) }
    #expect(Int(text.length) == WireText.maximumLength)
    var info = BoardInfo()
    info.serial = text
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = try bytes.withUnsafeMutableBytes { buffer in
      var writer = WireWriter(buffer)
      try info.write(to: &writer)
      return writer.count
    }
    #expect(try bytes[..<count].withUnsafeBytes { try BoardInfo(payload: $0) } == info)
    let at = try #require(bytes.firstIndex(of: 31))
    bytes[at] = 32
    #expect(throws: WireError.invalidValue(offset: UInt32(at), value: 32)) {
      try bytes[..<count].withUnsafeBytes { _ = try BoardInfo(payload: $0) }
    }
  }

  @Test("INFO is read from 352 bytes of older boards, 400 of today's and more of later ones")
  func infoSizes() throws {
    var info = BoardInfo()
    info.security = BoardSecurity()
    info.security?.rollbackCounter = 7
    var bytes = [UInt8](repeating: 1, count: 500)
    let count = try bytes.withUnsafeMutableBytes { buffer in
      var writer = WireWriter(buffer)
      try info.write(to: &writer)
      return writer.count
    }
    #expect(count == 400)
    for size in [352, 399, 400, 401, 500] {
      let read = try bytes[..<size].withUnsafeBytes { try BoardInfo(payload: $0) }
      #expect(read.security == (size < 400 ? nil : info.security))
    }
    #expect(throws: WireError.self) { try bytes[..<351].withUnsafeBytes { _ = try BoardInfo(payload: $0) } }
  }

  @Test("Codes and types have one number each")
  func numbers() {
    #expect(Set(MessageType.allCases.map(\.rawValue)).count == MessageType.allCases.count)
    #expect(Set(BoardErrorCode.allCases.map(\.rawValue)).count == BoardErrorCode.allCases.count)
    for type in MessageType.allCases where !type.isFromBoard {
      #expect((MessageType(rawValue: type.rawValue | 0x80) != nil) == type.isAnswered)
    }
  }
}
