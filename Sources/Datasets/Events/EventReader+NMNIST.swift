extension EventReader {
  /// Events of five bytes: x, y, polarity (1 bit, 1 is ON) and time (23 bits, microseconds, big-endian).
  ///
  /// An event at y 240 is none: the clock has run on by 2¹³ µs, which is added to all later times.
  /// Source: Orchard, Jayawant, Cohen and Thakor, "Converting static image datasets to spiking
  /// neuromorphic datasets using saccades", 2015, and the reader that comes with the data.
  func nmnist() throws(DatasetError) -> Recording {
    guard bytes.count % 5 == 0 else {
      throw failure(bytes.count / 5 * 5, "\(bytes.count % 5) bytes are left over; an event has 5")
    }
    var recording = Recording()
    recording.events.reserveCapacity(bytes.count / 5)
    var overflow: Int64 = 0
    for offset in stride(from: 0, to: bytes.count, by: 5) {
      if bytes[offset + 1] == 240 {
        overflow += 1 << 13
        continue
      }
      let time =
        Int64(bytes[offset + 2] & 0x7F) << 16 | Int64(bytes[offset + 3]) << 8 | Int64(bytes[offset + 4])
      recording.events.append(
        Event(
          time: time + overflow, x: Int(bytes[offset]), y: Int(bytes[offset + 1]), isOn: bytes[offset + 2] >= 0x80))
    }
    return recording
  }
}
