import BoardCore
import FixedPoint
import WireProtocol

/// A machine whose arithmetic a test sees through: a line that gets input adds it to its membrane and
/// spikes with the low byte of the sum, so that lost and repeated input show.
struct EchoExecutor: BoardExecutor {
  static var family: UInt32 { 0x4F48_4345 }
  static let lines = 200

  /// The first lines' membranes are told as readouts, as many as byte 8 of the image says.
  private let readouts: Int
  private let sums: UnsafeMutablePointer<Int32>
  private var touched: [Int] = []

  static func check(_ image: UnsafeRawBufferPointer) throws(BoardError) -> ImageNeeds {
    // Byte 64 on is filled with one value: an image mixed of two is noticed.
    guard image.count > 128, image[28] == UInt8(ascii: "E") else { throw BoardError(.badImage) }
    for index in 128..<image.count where image[index] != image[127] {
      throw BoardError(.badImage, offset: UInt64(index))
    }
    return ImageNeeds(
      targetDigest: Digest(bytes: UnsafeRawBufferPointer(rebasing: image[32..<64])), memoryBytes: 4 * lines,
      inputs: lines, outputs: lines + Int(image[8]), readouts: Int(image[8]))
  }

  init(image: UnsafeRawBufferPointer, memory: UnsafeMutableRawBufferPointer) throws(BoardError) {
    guard let base = memory.bindMemory(to: Int32.self).baseAddress else { throw BoardError(.memory) }
    sums = base
    readouts = Int(image[8])
    sums.initialize(repeating: 0, count: Self.lines)
  }

  mutating func clear() {
    sums.update(repeating: 0, count: Self.lines)
    touched.removeAll()
  }

  mutating func addInput(line: UInt32, count: UInt8) throws(BoardError) {
    sums[Int(line)] += Int32(count)
    touched.append(Int(line))
  }

  mutating func tick(_ onSpike: (ExecutedSpike) -> Void) {
    for line in touched {
      let count = UInt8(truncatingIfNeeded: sums[line])
      if count > 0 { onSpike(ExecutedSpike(core: 0, neuron: UInt32(line), count: count, output: UInt32(line))) }
    }
    touched.removeAll()
  }

  func forEachReadout(_ body: (ExecutedReadout) -> Void) {
    for line in 0..<readouts {
      body(ExecutedReadout(core: 0, neuron: UInt32(line), output: UInt32(Self.lines + line), membrane: sums[line]))
    }
  }

  func neuronCount(ofCore core: UInt16) -> Int? { core == 0 ? Self.lines : nil }
  func membrane(core: UInt16, neuron: Int) -> Int32 { sums[neuron] }

  /// An image of this executor for boards of target digest 0.
  static func image(bytes count: Int, fill: UInt8, readouts: UInt8 = 0) -> [UInt8] {
    var bytes = [UInt8](repeating: fill, count: count)
    bytes.replaceSubrange(0..<64, with: [UInt8](repeating: 0, count: 64))
    bytes.replaceSubrange(0..<8, with: [0x53, 0x4E, 0x4E, 0x4D, 0x41, 0x50, 0x1A, 0x0A])
    bytes.replaceSubrange(28..<32, with: Array("ECHO".utf8))
    bytes[8] = readouts
    return bytes
  }

  /// The counts that `ticks` ticks of input give, [ticks][lines].
  static func expected(_ input: [UInt8]) -> [UInt8] {
    var sums = [Int32](repeating: 0, count: lines)
    return input.indices.map { index in
      guard input[index] > 0 else { return 0 }
      sums[index % lines] += Int32(input[index])
      return UInt8(truncatingIfNeeded: sums[index % lines])
    }
  }
}
