extension EventReader {
  /// AEDAT 4 (DV): a line, a FlatBuffer `IOHE` and packets, each with its stream and size, 32 bits
  /// little-endian, and, compressed as the header says, a FlatBuffer.
  ///
  /// Packets of events carry the identifier `EVTS`; others are passed over. An event has 16 bytes: time
  /// (64 bits, microseconds), x and y (16 bits each), polarity (1 is ON), three bytes of padding. Source:
  /// iniVation, "AEDAT 4.0" and the FlatBuffer schemas of dv-processing.
  func aedat4() throws(DatasetError) -> Recording {
    let line = Array("#!AER-DAT4.0\r\n".utf8)
    guard bytes.starts(with: line) else { throw failure(0, "of AEDAT 4 only version 4.0 is read") }
    let header = try FlatTable(sizePrefixed: self, at: line.count, identifier: "IOHE")
    let compression = try header.field(0, bytes: 4).map { int32($0) } ?? 0
    let isPacked = compression == 1 || compression == 2
    if compression == 3 || compression == 4 {
      throw failure(
        line.count,
        "packets are compressed with zstd, which is not read: convert the file with DV or dv-processing "
          + "(CompressionType::LZ4 or NONE)")
    }
    guard isPacked || compression == 0 else {
      throw failure(line.count, "compression \(compression) is not known; none (0) and LZ4 (1, 2) are read")
    }
    let table = try header.field(1, bytes: 8).map { Int64(bitPattern: little($0, 8)) } ?? -1
    var offset = line.count + 4 + Int(little(line.count, 4))
    // A recording that was broken off has no table of its packets.
    guard table < 0 || (table >= offset && table <= bytes.count) else {
      throw failure(line.count, "the packets end at byte \(table), but the file has \(bytes.count) bytes")
    }
    let end = table < 0 ? bytes.count : Int(table)
    var recording = Recording()
    recording.sensor = SensorSize(dvInfo: try header.text(2))
    while offset < end {
      guard end - offset >= 8 else { throw failure(offset, "a packet's header needs 8 bytes; the file is cut off") }
      let size = int32(offset + 4)
      let body = offset + 8
      guard size >= 0, size <= end - body else {
        throw failure(
          offset + 4, "a packet has \(size) bytes, but \(end - body) are left; the file is cut off or damaged")
      }
      if isPacked {
        let unpacked = try LZ4Frame.unpacked(self, body..<body + size)
        let inner = EventReader(path: "\(path) (packet at byte \(offset), unpacked)", bytes: unpacked)
        try inner.appendEvents(at: 0, end: unpacked.count, to: &recording.events)
      } else {
        try appendEvents(at: body, end: body + size, to: &recording.events)
      }
      offset = body + size
    }
    return recording
  }

  /// Adds the events of a packet's FlatBuffer, if that is what it holds.
  private func appendEvents(at start: Int, end: Int, to events: inout [Event]) throws(DatasetError) {
    guard end - start >= 12, bytes[start + 8..<start + 12].elementsEqual("EVTS".utf8) else { return }
    let table = try FlatTable(sizePrefixed: self, at: start, identifier: "EVTS")
    let (first, count) = try table.vector(0, elementBytes: 16)
    guard count == 0 || first + count * 16 <= end else {
      throw failure(first, "a packet's \(count) events reach beyond its end")
    }
    // Unpacked packets add up: the cap is the one of files.
    guard (events.count + count) * 16 <= Self.maximumBytes else {
      throw failure(start, "there are more than \(Self.maximumBytes / 16) events; cut the recording")
    }
    for place in stride(from: first, to: first + count * 16, by: 16) {
      let time = Int64(bitPattern: little(place, 8))
      guard time.magnitude < 1 << 60 else { throw failure(place, "the time of an event is \(time) µs") }
      events.append(
        Event(time: time, x: int16(place + 8), y: int16(place + 10), isOn: bytes[place + 12] != 0))
    }
  }
}

extension SensorSize {
  /// The size in the XML of a DV file: the first `sizeX` and `sizeY`.
  init?(dvInfo text: String) {
    func number(_ key: String) -> Int? {
      let utf8 = Array(text.utf8)
      let word = Array("key=\"\(key)\"".utf8)
      guard utf8.count >= word.count,
        let start = (0...utf8.count - word.count).first(where: { utf8[$0..<$0 + word.count].elementsEqual(word) }),
        let open = utf8[start...].firstIndex(of: UInt8(ascii: ">"))
      else { return nil }
      return Int(String(decoding: utf8[(open + 1)...].prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self))
    }
    guard let width = number("sizeX"), let height = number("sizeY"), (1...65536).contains(width),
      (1...65536).contains(height)
    else { return nil }
    self.init(width: width, height: height)
  }
}
