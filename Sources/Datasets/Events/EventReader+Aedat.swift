extension EventReader {
  /// AEDAT 2.0: lines of text, then pairs of an address and a time in microseconds, 32 bits big-endian.
  ///
  /// DVS128: polarity in bit 0, x in bits 1–7, y in bits 8–14; bit 15 marks what is no pixel. DAVIS:
  /// polarity in bit 11, x in bits 12–21, y in bits 22–30; bits 31 and 10 mark what is no pixel. Without
  /// the chip's name in the header, a file whose addresses all fit 16 bits is of a DVS128.
  /// Source: iniVation, "AEDAT file formats", versions 1.0 and 2.0.
  func aedat2() throws(DatasetError) -> Recording {
    let (lines, start) = textHeader()
    guard (bytes.count - start) % 8 == 0 else {
      throw failure(
        start + (bytes.count - start) / 8 * 8, "\((bytes.count - start) % 8) bytes are left over; an event has 8")
    }
    let chip = lines.first { $0.contains("AEChip") }
    let offsets = stride(from: start, to: bytes.count, by: 8)
    let isDVS128 =
      chip.map { $0.uppercased().contains("DVS128") } ?? offsets.allSatisfy { big32($0) < 1 << 16 }
    var recording = Recording()
    recording.sensor = chip.flatMap { SensorSize(chip: $0) } ?? (isDVS128 ? SensorSize(width: 128, height: 128) : nil)
    recording.events.reserveCapacity((bytes.count - start) / 8)
    // 32 bits of microseconds run over after 71 minutes.
    var time: Int64 = 0
    var last: UInt32?
    for offset in offsets {
      let address = big32(offset)
      let stamp = big32(offset + 4)
      if let last {
        time &+= Int64(Int32(truncatingIfNeeded: stamp &- last))
      } else {
        time = Int64(Int32(bitPattern: stamp))
      }
      last = stamp
      if isDVS128 {
        guard address & 0x8000 == 0 else { continue }
        recording.events.append(
          Event(time: time, x: Int(address >> 1 & 0x7F), y: Int(address >> 8 & 0x7F), isOn: address & 1 == 1))
      } else {
        guard address & 0x8000_0400 == 0 else { continue }
        recording.events.append(
          Event(
            time: time, x: Int(address >> 12 & 0x3FF), y: Int(address >> 22 & 0x1FF), isOn: address >> 11 & 1 == 1))
      }
    }
    return recording
  }

  /// AEDAT 3.1: lines of text to `#!END-HEADER`, then packets of a header of 28 bytes and events,
  /// little-endian; polarity events are packets of type 1.
  ///
  /// A polarity event is 32 bits (bit 0: valid, bit 1: ON, bits 2–16: y, bits 17–31: x) and a time of 31
  /// bits, which the packet's overflow count continues. Other packets, and events that are not valid, are
  /// passed over. Source: iniVation, "AEDAT 3.1".
  func aedat3() throws(DatasetError) -> Recording {
    let (lines, start) = textHeader()
    guard lines.first == "#!AER-DAT3.1" else { throw failure(0, "of AEDAT 3 only version 3.1 is read") }
    guard lines.last == "#!END-HEADER" else { throw failure(start, "the header does not end with #!END-HEADER") }
    if let format = lines.first(where: { $0.hasPrefix("#Format:") }), !format.hasSuffix("RAW") {
      throw failure(0, "the header says \(format); only the format RAW is read")
    }
    var recording = Recording()
    recording.sensor = lines.first { $0.hasPrefix("#Source") }.flatMap { SensorSize(chip: $0) }
    var offset = start
    while offset < bytes.count {
      try require(28, at: offset, "a packet's header")
      let type = int16(offset)
      let size = int32(offset + 4)
      let timeOffset = int32(offset + 8)
      let overflow = int32(offset + 12)
      let capacity = int32(offset + 16)
      let count = int32(offset + 20)
      guard size >= 0, capacity >= 0, count >= 0, count <= capacity, overflow >= 0 else {
        throw failure(
          offset, "a packet has \(count) events of \(capacity), of \(size) bytes, overflow \(overflow): it is damaged")
      }
      let body = offset + 28
      // Both factors are below 2³¹.
      try require(size * capacity, at: body, "a packet of \(capacity) events of \(size) bytes")
      if type == 1 {
        guard size >= 8, timeOffset >= 4, timeOffset <= size - 4 else {
          throw failure(
            offset, "polarity events have \(size) bytes with the time at \(timeOffset); 8 and 4 are expected")
        }
        for event in 0..<count {
          let place = body + event * size
          let data = little(place, 4)
          guard data & 1 == 1 else { continue }
          let time = Int64(overflow) << 31 | Int64(little(place + timeOffset, 4) & 0x7FFF_FFFF)
          recording.events.append(
            Event(time: time, x: Int(data >> 17 & 0x7FFF), y: Int(data >> 2 & 0x7FFF), isOn: data >> 1 & 1 == 1))
        }
      }
      offset = body + size * capacity
    }
    return recording
  }
}
