extension EventBinning {
  /// Counts the events of a recording into [ticks][channels][height][width].
  ///
  /// Time begins with the earliest event. With a fixed time a tick, event e is in tick
  /// ⌊(e − first) / microseconds⌋, or in none where that is not below `ticks`; otherwise in tick
  /// ⌊(e − first)·ticks / (last − first + 1)⌋.
  /// - Parameters:
  ///   - counts: one byte for each tick and input of `shape(of: sensor)`, all 0.
  ///   - path: what errors name.
  func count(
    _ events: [Event], sensor: SensorSize, into counts: UnsafeMutableRawBufferPointer, path: String
  ) throws(DatasetError) {
    let shape = shape(of: sensor)
    let (height, width) = (shape[1], shape[2])
    let frame = height * width
    let inputs = channels * frame
    precondition(counts.count == ticks * inputs)
    var first = Int64.max
    var last = Int64.min
    for event in events {
      first = min(first, event.time)
      last = max(last, event.time)
    }
    for (index, event) in events.enumerated() {
      guard event.x >= 0, event.x < sensor.width, event.y >= 0, event.y < sensor.height else {
        throw .eventOutside(path: path, event: index, x: event.x, y: event.y, sensor: sensor)
      }
      if polarity == .on, !event.isOn { continue }
      // Readers keep times within ±2⁶⁰.
      let passed = UInt64(event.time - first)
      let tick: UInt64
      if let microsecondsPerTick {
        tick = passed / UInt64(microsecondsPerTick)
        if tick >= UInt64(ticks) { continue }
      } else {
        let product = passed.multipliedFullWidth(by: UInt64(ticks))
        tick = UInt64(last - first + 1).dividingFullWidth(product).quotient
      }
      let channel = polarity == .both && event.isOn ? 1 : 0
      let position = Int(tick) * inputs + channel * frame + event.y / downscale * width + event.x / downscale
      if Int(counts[position]) < countCap { counts[position] += 1 }
    }
  }
}
