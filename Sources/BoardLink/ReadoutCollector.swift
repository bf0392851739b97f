import WireProtocol

/// Puts the membranes of a sample's readouts in their places as they arrive.
struct ReadoutCollector {
  private let ticks: Int
  private let width: Int
  /// The place of each output among the readouts, −1 for an output that tells spikes.
  private let places: [Int]
  private let values: UnsafeMutableBufferPointer<Int32>
  private var isTold: [Bool]
  private var missing: Int

  init(_ shape: RunShape) {
    ticks = shape.totalTicks
    width = shape.readouts.count
    var places = [Int](repeating: -1, count: shape.readouts.isEmpty ? 0 : shape.outputs)
    for (place, output) in shape.readouts.enumerated() { places[output] = place }
    self.places = places
    missing = ticks * width
    values = .allocate(capacity: missing)
    values.initialize(repeating: 0)
    isTold = [Bool](repeating: false, count: missing)
  }

  func deallocate() {
    values.deallocate()
  }

  /// [ticks][readouts].
  var membranes: UnsafeBufferPointer<Int32> { UnsafeBufferPointer(values) }

  /// Whether every readout has told every tick.
  var isComplete: Bool { missing == 0 }

  mutating func clear() {
    missing = values.count
    for index in isTold.indices { isTold[index] = false }
  }

  mutating func collect(_ bytes: UnsafeRawBufferPointer, count: Int) throws(BoardLinkError) {
    for index in 0..<min(count, bytes.count / WireReadout.byteCount) {
      try collect(WireReadout(bytes, at: index * WireReadout.byteCount))
    }
  }

  mutating func collect(_ readout: WireReadout) throws(BoardLinkError) {
    let (tick, output) = (Int(readout.tick), Int(readout.output))
    guard tick < ticks, output < places.count, places[output] >= 0 else {
      throw .strayReadout(tick: readout.tick, output: readout.output)
    }
    let place = tick * width + places[output]
    values[place] = readout.membrane
    // A frame may arrive twice.
    if !isTold[place] { missing -= 1 }
    isTold[place] = true
  }
}
