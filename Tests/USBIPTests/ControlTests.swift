import Testing
import USBIPServer
import WireProtocol

@Suite struct ControlTests {
  @Test("Standard requests answer as USB says, and unknown ones stall")
  func standard() throws {
    let running = try RunningService()
    let client = try TestClient(running.service)
    try client.attach("1-1")
    #expect(try client.control(0x80, 8, length: 1).data == [0], "not configured")
    #expect(try client.reply(to: client.write([1])).status == -32)
    #expect(try client.control(0xC1, 1, length: 400).status == -32)
    #expect(try client.control(0x00, 9, value: 2).status == -32, "no such configuration")
    #expect(try client.control(0x00, 9, value: 1).status == 0)
    #expect(try client.control(0x80, 8, length: 1).data == [1])
    #expect(try client.control(0x80, 0, length: 2).data == [1, 0], "self-powered")
    #expect(try client.control(0x81, 0, length: 2).data == [0, 0])
    #expect(try client.control(0x81, 10, length: 1).data == [0])
    #expect(try client.control(0x01, 11).status == 0)
    #expect(try client.control(0x01, 11, value: 1).status == -32, "no alternate setting")
    #expect(try client.control(0x82, 0, index: 0x82, length: 2).status == -32, "no such endpoint")
    #expect(try client.reply(to: client.submit(endpoint: 2, isIn: true, length: 64)).status == -32)
    #expect(try client.control(0x80, 6, value: 0x2100, length: 9).status == -32)
  }

  @Test("A halted endpoint stalls what waits and what comes, until the halt is cleared")
  func halts() throws {
    let running = try RunningService()
    let client = try TestClient(running.service, attaching: "1-1")
    let waiting = client.read(512)
    #expect(try client.control(0x02, 3, index: 0x81).status == 0)
    #expect(try client.reply(to: waiting).status == -32)
    #expect(try client.control(0x82, 0, index: 0x81, length: 2).data == [1, 0])
    #expect(try client.control(0x82, 0, index: 0x01, length: 2).data == [0, 0])
    #expect(try client.reply(to: client.read(512)).status == -32)
    #expect(try client.control(0x02, 1, index: 0x81).status == 0)
    #expect(try client.control(0x82, 0, index: 0x81, length: 2).data == [0, 0])
    let next = client.read(512)
    #expect(!client.hasReply(to: next))
    #expect(try client.control(0x02, 3, index: 0x01).status == 0)
    #expect(try client.reply(to: client.write([1, 2, 3])).status == -32)
    #expect(try client.control(0x01, 11).status == 0, "SET_INTERFACE clears halts")
    #expect(try client.reply(to: client.write([1, 2, 3])).status == 0)
  }

  @Test("GET_INFO and GET_STATUS are the messages' bytes, as much of them as is asked for")
  func information() throws {
    let running = try RunningService("board-micro")
    let client = try TestClient(running.service, attaching: "1-1")
    let bytes = try client.control(0xC1, 1, length: 4096).data
    let info = try bytes.withUnsafeBytes { bytes in
      var reader = WireReader(bytes)
      return try BoardInfo(from: &reader)
    }
    #expect(info.serial.string == "board-micro-1" && info.security?.flags.contains(.canVerifySignatures) == true)
    #expect(try client.control(0xC1, 1, length: 32).data == Array(bytes[..<32]))
    #expect(try client.control(0xC1, 3, length: 64).data.count == 16)
    #expect(try client.control(0xC1, 1, index: 1, length: 400).status == -32, "no such interface")
    #expect(try client.control(0xC1, 4, length: 400).status == -32)
    #expect(try client.control(0x41, 2, payload: [1, 2, 3]).status == -32, "a nonce has 8 bytes")
  }

  @Test("SESSION_RESET drops what was sent and what was about to be answered, while nobody reads")
  func reset() throws {
    let running = try RunningService("board-micro")
    let client = try TestClient(running.service, attaching: "1-1")
    // Nobody reads the answers: the board is full after a while and takes no more.
    let requests = (1...1000).map { client.write(frame(.getInfo, sequence: UInt32($0))) }
    #expect(!client.hasReply(to: requests[999]))
    #expect(try client.control(0xC1, 3, length: 16).data.count == 16, "serviced while bulk is stuck")
    #expect(try client.control(0x41, 2, payload: [1, 2, 3, 4, 5, 6, 7, 8]).status == 0)
    #expect(try client.reply(to: requests[999]).status == 0)
    let answer = client.read(1024)
    #expect(!client.hasReply(to: answer), "nothing of the past is left")
    #expect(try client.reply(to: client.write(frame(.getStatus, sequence: 2000))).status == 0)
    let status = try client.reply(to: answer).data
    #expect(status.count == 48 && status[6] == 0x83 && status[12] == 0xD0 && status[13] == 7)
  }
}

/// A frame without a payload.
func frame(_ type: MessageType, sequence: UInt32) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 32)
  let count = bytes.withUnsafeMutableBytes {
    try? FrameCodec.seal(FrameHeader(type: type.rawValue, session: 0, sequence: sequence), in: $0, packetBytes: 512)
  }
  precondition(count == 32)
  return bytes
}

extension WireText {
  var string: String { String(decoding: (0..<Int(length)).map { self[$0] }, as: UTF8.self) }
}
