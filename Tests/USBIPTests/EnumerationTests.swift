import Testing
import USBIPServer

@Suite struct EnumerationTests {
  @Test("The list names every board that is free, with the class that hosts look for")
  func list() throws {
    let running = try RunningService(count: 3)
    let first = try TestClient(running.service, attaching: "1-2")
    let records = try TestClient(running.service).list()
    #expect(records.map { TestClient.text($0, 256..<288) } == ["1-1", "1-3"])
    for record in records {
      // Speed high, 1209:0001, one configuration with one interface FF/53/4E.
      #expect(TestClient.number(record, 296, 4) == 3)
      #expect(Array(record[300..<312]) == [0x12, 0x09, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1])
      #expect(Array(record[312..<316]) == [0xFF, 0x53, 0x4E, 0])
    }
    #expect(try TestClient(running.service).requestImport("1-2") == 2, "busy")
    #expect(try TestClient(running.service).requestImport("1-4") == 4, "no such device")
    first.disconnect()
    var isBack = false
    for _ in 0..<100 where !isBack { isBack = try TestClient(running.service).list().count == 3 }
    #expect(isBack)
    #expect(running.service.devices.map(\.serial) == ["board-1", "board-2", "board-3"])
  }

  @Test("The descriptors are those of the USB binding", arguments: USBSpeed.allCases)
  func descriptors(speed: USBSpeed) throws {
    let running = try RunningService(speed: speed)
    let client = try TestClient(running.service, attaching: "1-1")
    let device = try client.descriptor(1)
    let version: [UInt8] = speed == .super ? [0x00, 0x03] : [0x10, 0x02]
    #expect(
      device == [18, 1] + version + [0, 0, 0, speed == .super ? 9 : 64, 0x09, 0x12, 1, 0, 0, 1, 1, 2, 3, 1])
    let packet: [UInt8] = [64, 512, 1024].map { [UInt8($0 & 255), UInt8($0 >> 8)] }[
      [USBSpeed.full, .high, .super].firstIndex(of: speed) ?? 0]
    let companion: [UInt8] = speed == .super ? [6, 0x30, 0, 0, 0, 0] : []
    let total = UInt8(32 + 2 * companion.count)
    #expect(
      try client.descriptor(2) == [9, 2, total, 0, 1, 1, 0, 0xC0, 0, 9, 4, 0, 0, 2, 0xFF, 0x53, 0x4E, 0]
        + [7, 5, 0x01, 2] + packet + [0] + companion + [7, 5, 0x81, 2] + packet + [0] + companion)
    // A host asks for the front first.
    #expect(try client.descriptor(2, length: 9).count == 9)
    func text(_ index: UInt8) throws -> String {
      let bytes = try client.descriptor(3, index)
      #expect(bytes[0] == UInt8(bytes.count) && bytes[1] == 3)
      return String(decoding: stride(from: 2, to: bytes.count, by: 2).map { UInt16(bytes[$0]) }, as: UTF16.self)
    }
    #expect(try client.descriptor(3) == [4, 3, 9, 4])
    #expect(try [text(1), text(2), text(3)] == ["snnmap", "snnmap board", "board-1"])
    #expect(try client.control(0x80, 6, value: 0x0304, length: 255).status == -32)
    #expect(try client.control(0x80, 6, value: 0x0600, length: 10).status == (speed == .super ? -32 : 0))
  }

  @Test("The object store leads Windows to its own driver", arguments: USBSpeed.allCases)
  func windows(speed: USBSpeed) throws {
    let running = try RunningService(speed: speed)
    let client = try TestClient(running.service, attaching: "1-1")
    let store = try client.descriptor(15)
    #expect(Int(store[2]) | Int(store[3]) << 8 == store.count)
    // Each capability begins with its length; together they fill the store.
    var offset = 5
    var types: [UInt8] = []
    while offset < store.count {
      #expect(store[offset + 1] == 0x10)
      types.append(store[offset + 2])
      offset += Int(store[offset])
    }
    #expect(offset == store.count && types == (speed == .super ? [2, 3, 5] : [2, 5]) && Int(store[4]) == types.count)
    let platform = Array(store.suffix(28))
    let request = platform[26]
    let set = try client.control(0xC0, request, index: 7, length: 4096).data
    #expect(set.count == Int(platform[24]) | Int(platform[25]) << 8)
    #expect(Int(set[8]) | Int(set[9]) << 8 == set.count)
    #expect(Array(set[14..<20]) == Array("WINUSB".utf8))
    offset = 0
    while offset < set.count { offset += Int(set[offset]) | Int(set[offset + 1]) << 8 }
    #expect(offset == set.count)
    #expect(try client.control(0xC0, request, index: 8, length: 4096).status == -32)
  }
}
