import BoardLink

/// A core behind its serial line.
///
/// Whatever is sent is acknowledged or answered before more is sent: the core takes no bytes while it runs, and nothing
/// but its memory for a thousand of them holds the host back.
final class UCaspianLink: DeviceLink {
  static let baud = 3_000_000
  /// Bytes of configuration on their way at a time, half of the core's memory.
  private static let windowBytes = 512
  /// As the core takes an input.
  private static let greatestCount = 1

  let address: DeviceAddress
  let serial: String
  private let line: UCaspianLine
  private let packets: [UInt8]
  /// The neuron of each input line, and the output that each neuron is.
  private let inputs: [Int]
  private let outputs: [Int?]

  /// - Parameters:
  ///   - packets: the configuration, which was checked.
  ///   - inputs: the neuron of each input line, below 128.
  ///   - outputs: the neuron of each output, below 256.
  init(_ port: FTDIPort, serial: String, packets: [UInt8], inputs: [Int], outputs: [Int]) throws(BoardLinkError) {
    address = port.address
    self.serial = serial
    self.packets = packets
    self.inputs = inputs
    var numbers = [Int?](repeating: nil, count: UCaspianMachine.neuronCount)
    for (output, neuron) in outputs.enumerated() { numbers[neuron] = output }
    self.outputs = numbers
    line = UCaspianLine(port)
    do throws(BoardLinkError) {
      try line.synchronise()
    } catch {
      port.close()
      throw error
    }
  }

  func configure(progress: (_ done: Int, _ total: Int) -> Void) throws(BoardLinkError) -> Int {
    let lengths = Self.lengths(of: packets)
    var (first, offset) = (0, 0)
    while first < lengths.count {
      var (last, end) = (first, offset)
      repeat {
        end += lengths[last]
        last += 1
      } while last < lengths.count && end + lengths[last] - offset <= Self.windowBytes
      try line.send(Array(packets[offset..<end]))
      for packet in first..<last {
        let clears = packets[offset] == UCaspianPacket.clearConfiguration
        try line.expect(
          clears ? UCaspianPacket.cleared : UCaspianPacket.configured, "packet \(packet) of the configuration")
        offset += lengths[packet]
      }
      first = last
      progress(offset, packets.count)
    }
    return packets.count
  }

  /// The bytes of each packet of a configuration.
  private static func lengths(of packets: [UInt8]) -> [Int] {
    var (lengths, offset): ([Int], Int) = ([], 0)
    while offset < packets.count {
      let length =
        switch packets[offset] {
        case UCaspianPacket.neuron: UCaspianPacket.neuronBytes
        case UCaspianPacket.synapse: UCaspianPacket.synapseBytes
        default: 1
        }
      lengths.append(length)
      offset += length
    }
    return lengths
  }

  func run(
    samples: Range<Int>, shape: RunShape, isCancelled: () -> Bool,
    encode: (Int, UnsafeMutableBufferPointer<UInt8>) -> Void, receive: (Int, [UInt8]) -> Void
  ) throws(BoardLinkError) {
    var input = [UInt8](repeating: 0, count: shape.inputs * shape.inputTicks)
    for sample in samples {
      for index in input.indices { input[index] = 0 }
      input.withUnsafeMutableBufferPointer { encode(sample, $0) }
      receive(sample, try run(input, shape, isCancelled))
    }
  }

  /// The raw counts of one sample.
  private func run(_ input: [UInt8], _ shape: RunShape, _ isCancelled: () -> Bool) throws(BoardLinkError) -> [UInt8] {
    var counts = [UInt8](repeating: 0, count: shape.totalTicks * shape.outputs)
    try line.clear()
    var tick = 0
    while tick < shape.totalTicks {
      if isCancelled() { throw .cancelled }
      var bytes = try inputs(of: tick, input, shape)
      // Ticks without input follow in the same packet.
      var end = tick + 1
      while end < shape.totalTicks, end - tick < 254, try inputs(of: end, input, shape).isEmpty { end += 1 }
      // After the last tick one more: its time tells that all spikes of the last have been told.
      let steps = end - tick + (end == shape.totalTicks ? 1 : 0)
      bytes += [UCaspianPacket.run, UInt8(steps)]
      try line.send(bytes)
      try line.collect(until: UInt32(tick + steps)) { time, neuron in
        let step = Int(time) - 1
        guard let output = outputs[neuron], output < shape.outputs else { return false }
        if step < shape.totalTicks { counts[step * shape.outputs + output] = 1 }
        return true
      }
      tick = end
    }
    return counts
  }

  /// The packets of a tick's inputs.
  private func inputs(of tick: Int, _ input: [UInt8], _ shape: RunShape) throws(BoardLinkError) -> [UInt8] {
    var bytes: [UInt8] = []
    guard tick < shape.inputTicks else { return bytes }
    for index in 0..<shape.inputs where input[tick * shape.inputs + index] > 0 {
      let count = Int(input[tick * shape.inputs + index])
      guard count <= Self.greatestCount, index < inputs.count else {
        throw .tooGreatInput(line: index, tick: tick, count: count, limit: Self.greatestCount)
      }
      bytes += [UCaspianPacket.input | UInt8(inputs[index]), 1]
    }
    return bytes
  }

  func close() { line.close() }
}
