import ODINChip
import Testing

/// A core of the ODIN family, as its recordings speak to it.
private protocol RecordedCore {
  init()
  mutating func transfer(_ frame: SerialFrame) -> UInt8?
  var synapses: CrossbarMemory { get set }
  mutating func send(_ word: UInt32) throws -> [UInt8]
  mutating func sendInHurry(_ word: UInt32) throws -> [UInt8]
  mutating func drain() throws -> [UInt8]
  /// The state of all neurons, as `D` lines spell it.
  var state: String { get }
  /// A neuron's word, as `N` lines spell it.
  func word(_ neuron: Int) -> String
}

private let budget = 1_000_000

extension TinyODINMachine: RecordedCore {
  fileprivate mutating func send(_ word: UInt32) throws -> [UInt8] { try send(UInt16(word), budget: budget) }
  fileprivate mutating func sendInHurry(_ word: UInt32) throws -> [UInt8] { sendInHurry(UInt16(word)) }
  fileprivate mutating func drain() throws -> [UInt8] { try drain(budget: budget) }
  fileprivate var state: String { neurons.map { ($0 & 0xFFF).hex(3) }.joined() }
  fileprivate func word(_ neuron: Int) -> String { neurons[neuron].hex(8) }
}

extension ODINMachine: RecordedCore {
  fileprivate mutating func send(_ word: UInt32) throws -> [UInt8] { try send(word, budget: budget) }
  fileprivate mutating func sendInHurry(_ word: UInt32) throws -> [UInt8] {
    throw GoldenMismatch(description: "no recording of this core is in a hurry")
  }
  fileprivate mutating func drain() throws -> [UInt8] { try drain(budget: budget) }
  fileprivate var state: String {
    neurons.map {
      (UInt32($0.membrane) | UInt32($0.calcium) << 8 | UInt32($0.calciumLeakCounter) << 11).hex(4)
    }.joined()
  }
  fileprivate func word(_ neuron: Int) -> String { neurons[neuron].high.hex(16) + neurons[neuron].low.hex(16) }
}

extension RecordedCore {
  /// Programs the core as a recording says, and compares all that it did afterwards.
  fileprivate static func replay(_ recording: RecordedLines) throws {
    var core = Self()
    var isLog = false
    var reads: [UInt8] = []
    var events: [UInt8] = []
    for (number, words) in recording.lines {
      func expect(_ holds: Bool, _ what: @autoclosure () -> String) throws {
        if !holds { throw GoldenMismatch(description: "line \(number): \(what())") }
      }
      func argument<Number: FixedWidthInteger>(_ place: Int, radix: Int = 16) throws -> Number {
        try expect(words.count > place, "too short")
        return try RecordedLines.number(words[place], radix: radix)
      }
      if words[0] == "#" {
        isLog = isLog || words.count > 1 && words[1] == "log"
        continue
      }
      if words[0] != "<" { try expect(events.isEmpty, "\(events.count) events too many, the first \(events)") }
      switch words[0] {
      case "s" where !isLog:
        if let byte = core.transfer(SerialFrame(bits: try argument(1))) { reads.append(byte) }
      case "w" where !isLog:
        let pre: UInt8 = try argument(1, radix: 10)
        for (post, digit) in words[2].enumerated() {
          core.synapses[pre, UInt8(post)] = try RecordedLines.number(Substring(String(digit)))
        }
      case "r":
        try expect(!reads.isEmpty, "nothing was read")
        let byte: UInt8 = try argument(1)
        try expect(reads.removeFirst() == byte, "another byte was read")
      case ">": events = try core.send(try argument(1))
      case "}": events = try core.sendInHurry(try argument(1))
      case ".": events = try core.drain()
      case "<":
        try expect(!events.isEmpty, "an event is missing")
        let event: UInt8 = try argument(1, radix: 10)
        try expect(events.removeFirst() == event, "another event")
      case "D": try expect(core.state == words[1], "other states")
      case "W":
        let pre: UInt8 = try argument(1, radix: 10)
        let row = (UInt8.min...UInt8.max).map { core.synapses[pre, $0].hex(1) }.joined()
        try expect(row == words[2], "another row of synapses")
      case "N":
        let neuron: UInt8 = try argument(1, radix: 10)
        try expect(core.word(Int(neuron)) == words[2].lowercased(), "another word of the neuron")
      default: throw GoldenMismatch(description: "line \(number): \(words[0]) is no known kind of line")
      }
    }
    guard isLog, reads.isEmpty, events.isEmpty else {
      throw GoldenMismatch(description: "the recording ends too early")
    }
  }
}

extension Conformance {
  @Test("Every recording of tinyODIN is reproduced: bytes read, events in order, membranes, memory")
  func tinyODIN() throws {
    guard let folder = GoldenFolder.find("tinyodin") else { return }
    try folder.replayAll { try TinyODINMachine.replay(RecordedLines(folder, $0)) }
  }

  @Test("Every recording of ODIN is reproduced: bytes read, events in order, membranes, calcium, memory")
  func odin() throws {
    guard let folder = GoldenFolder.find("odin") else { return }
    try folder.replayAll { try ODINMachine.replay(RecordedLines(folder, $0)) }
  }
}
