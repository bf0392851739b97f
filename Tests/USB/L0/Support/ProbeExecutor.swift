import BoardCore
import FixedPoint
import WireProtocol

/// A machine that tells which image it runs: a line that gets input adds it to a sum and spikes with the low byte of
/// the sum and of the image's fingerprint.
///
/// It looks at the header alone, so that damaged bytes become active wherever the board's own checks fail.
struct ProbeExecutor: BoardExecutor {
  static var family: UInt32 { 0x424F_5250 }
  static let lines = 24

  private let sums: UnsafeMutablePointer<Int32>
  private let fingerprint: Int32
  private var touched: [Int] = []

  static func check(_ image: UnsafeRawBufferPointer) throws(BoardError) -> ImageNeeds {
    guard image.count >= ProbeImage.leastBytes, image[28] == UInt8(ascii: "P") else { throw BoardError(.badImage) }
    return ImageNeeds(
      targetDigest: Digest(bytes: UnsafeRawBufferPointer(rebasing: image[32..<64])), memoryBytes: 4 * lines,
      inputs: lines, outputs: lines)
  }

  init(image: UnsafeRawBufferPointer, memory: UnsafeMutableRawBufferPointer) throws(BoardError) {
    guard let base = memory.bindMemory(to: Int32.self).baseAddress else { throw BoardError(.memory) }
    sums = base
    sums.initialize(repeating: 0, count: Self.lines)
    fingerprint = ProbeImage.fingerprint(image)
  }

  mutating func clear() {
    sums.update(repeating: 0, count: Self.lines)
    touched.removeAll()
  }

  mutating func addInput(line: UInt32, count: UInt8) throws(BoardError) {
    sums[Int(line)] &+= Int32(count)
    touched.append(Int(line))
  }

  mutating func tick(_ onSpike: (ExecutedSpike) -> Void) {
    for line in touched {
      let count = UInt8(truncatingIfNeeded: sums[line] &+ fingerprint)
      if count > 0 { onSpike(ExecutedSpike(core: 0, neuron: UInt32(line), count: count, output: UInt32(line))) }
    }
    touched.removeAll()
  }

  func neuronCount(ofCore core: UInt16) -> Int? { core == 0 ? Self.lines : nil }
  func membrane(core: UInt16, neuron: Int) -> Int32 { sums[neuron] }
}

/// An image of `ProbeExecutor` for boards of target digest 0; every page of it is different.
struct ProbeImage: Sendable, Equatable {
  static let leastBytes = 144

  let bytes: [UInt8]
  let digest: Digest

  init(bytes count: Int, seed: UInt64) {
    var bytes = [UInt8](repeating: 0, count: max(count, Self.leastBytes))
    var state = seed
    bytes.withUnsafeMutableBytes { buffer in
      for at in stride(from: 128, through: buffer.count - 8, by: 8) {
        state &+= 0x9E37_79B9_7F4A_7C15
        let word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        buffer.storeBytes(of: word ^ word >> 27, toByteOffset: at, as: UInt64.self)
      }
    }
    bytes.replaceSubrange(0..<8, with: [0x53, 0x4E, 0x4E, 0x4D, 0x41, 0x50, 0x1A, 0x0A])
    bytes.replaceSubrange(28..<32, with: Array("PROB".utf8))
    self.bytes = bytes
    digest = bytes.withUnsafeBytes { SHA256.digest(of: $0) }
  }

  static func fingerprint(_ image: UnsafeRawBufferPointer) -> Int32 {
    Int32(truncatingIfNeeded: image.loadUnaligned(fromByteOffset: 128, as: UInt32.self) & 0xFFFF)
  }

  /// Input that visits several lines and ticks; counts [ticks][lines].
  static func input(ticks: Int, seed: Int) -> [UInt8] {
    (0..<ticks * ProbeExecutor.lines).map { ($0 &+ seed) % 5 == 0 ? UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) : 0 }
  }

  /// The counts that this image's machine gives for input, [ticks][lines].
  func expected(_ input: [UInt8]) -> [UInt8] {
    let fingerprint = bytes.withUnsafeBytes { Self.fingerprint($0) }
    var sums = [Int32](repeating: 0, count: ProbeExecutor.lines)
    return input.indices.map { index in
      guard input[index] > 0 else { return 0 }
      sums[index % ProbeExecutor.lines] &+= Int32(input[index])
      return UInt8(truncatingIfNeeded: sums[index % ProbeExecutor.lines] &+ fingerprint)
    }
  }
}
