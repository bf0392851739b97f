import FixedPoint
import Testing
import USBIPServer
import WireProtocol

@Suite struct TransferTests {
  @Test("A transfer to the host ends at a frame's short packet, never holding bytes of two frames")
  func shortPackets() throws {
    let running = try RunningService()
    let client = try TestClient(running.service, attaching: "1-1")
    let reads = (0..<6).map { _ in client.read(4096) }
    // All in one transfer: the board's answers are frames of their own nevertheless.
    _ = client.write((1...3).flatMap { frame(.getStatus, sequence: $0) + frame(.getInfo, sequence: $0 + 10) })
    for (index, read) in reads.enumerated() {
      let reply = try client.reply(to: read)
      #expect(reply.status == 0 && reply.actual == (index % 2 == 0 ? 48 : 432) && reply.data.count == reply.actual)
      #expect(Int(reply.data[12]) == index / 2 + 1 + (index % 2 == 0 ? 0 : 10))
    }
  }

  @Test("A full transfer goes on in the next one, and one that would lose half a packet says so")
  func fullTransfers() throws {
    let running = try RunningService(speed: .full)
    let client = try TestClient(running.service, attaching: "1-1")
    // INFO's frame is 432 bytes: 6 packets of 64 and 48 bytes.
    func ask() { _ = client.write(frame(.getInfo, sequence: 1)) }
    ask()
    let sizes = [64, 128, 64, 192]
    let replies = try sizes.map { try client.reply(to: client.read($0)) }
    #expect(replies.map(\.actual) == [64, 128, 64, 176] && replies.allSatisfy { $0.status == 0 })
    let whole = replies.flatMap(\.data)
    ask()
    #expect(try client.reply(to: client.read(1 << 20)).data == whole)
    ask()
    let cut = try client.reply(to: client.read(100))
    #expect(cut.status == -75 && cut.data == Array(whole[..<64]))
    #expect(try client.reply(to: client.read(512)).data == Array(whole[128...]), "the packet that had no room is lost")
    ask()
    let insisting = try client.reply(to: client.read(1024, flags: 1))
    #expect(insisting.status == -121 && insisting.data == whole)
  }

  @Test("Transfers to the board may be cut anywhere, also into nothing")
  func anyCuts() throws {
    let running = try RunningService()
    let client = try TestClient(running.service, attaching: "1-1")
    var random = RandomStream(seed: 4, stream: 0)
    var stream = (1...200).flatMap { frame(.getStatus, sequence: $0) }
    let reads = (1...200).map { _ in client.read(512) }
    var writes: [(UInt32, Int)] = []
    while !stream.isEmpty {
      let count = min(Int(random.below(90)), stream.count)
      writes.append((client.write(Array(stream[..<count])), count))
      stream.removeFirst(count)
    }
    for (index, read) in reads.enumerated() {
      let data = try client.reply(to: read).data
      #expect(data.count == 48 && data[6] == 0x83 && Int(data[12]) == index + 1)
    }
    for (write, count) in writes {
      let reply = try client.reply(to: write)
      #expect(reply.status == 0 && reply.actual == count)
    }
  }

  @Test("A waiting transfer can be cancelled, one that is done cannot")
  func unlink() throws {
    let running = try RunningService()
    let client = try TestClient(running.service, attaching: "1-1")
    let reads = (0..<5).map { _ in client.read(512) }
    for index in [2, 0, 4] {
      let reply = try client.reply(to: client.unlink(reads[index]))
      #expect(reply.isUnlink && reply.status == -104)
    }
    _ = client.write(frame(.getStatus, sequence: 1) + frame(.getStatus, sequence: 2))
    #expect(try client.reply(to: reads[1]).data[12] == 1)
    #expect(try client.reply(to: reads[3]).data[12] == 2)
    for index in 0..<5 {
      #expect(try client.reply(to: client.unlink(reads[index])).status == 0)
      #expect(!client.hasReply(to: reads[index]))
    }
    #expect(try client.reply(to: client.unlink(77_777)).status == 0)
  }

  @Test("A transfer to the board that it has no room for can be cancelled, and the rest arrives")
  func unlinkOut() throws {
    let running = try RunningService("board-micro")
    let client = try TestClient(running.service, attaching: "1-1")
    let requests = (1...1000).map { client.write(frame(.getInfo, sequence: UInt32($0))) }
    #expect(!client.hasReply(to: requests[999]))
    #expect(try client.reply(to: client.unlink(requests[998])).status == -104)
    var sequences: [Int] = []
    for _ in 1...999 {
      let data = try client.reply(to: client.read(1024)).data
      sequences.append(Int(data[12]) | Int(data[13]) << 8)
    }
    #expect(sequences == Array(1...998) + [1000])
    #expect(!client.hasReply(to: requests[998]))
  }
}
