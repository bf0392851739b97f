/// The crossbar of a core: 4 bits from each of 256 neurons to each.
public struct CrossbarMemory: Equatable, Sendable {
  public static let neuronCount = 256
  /// [pre][post], one nibble a byte, so that a row is read without unpacking.
  private var nibbles = [UInt8](repeating: 0, count: neuronCount * neuronCount)

  public init() {}

  /// The nibble of a synapse; only the low 4 bits are kept.
  public subscript(pre: UInt8, post: UInt8) -> UInt8 {
    get { nibbles[Int(pre) * Self.neuronCount + Int(post)] }
    set { nibbles[Int(pre) * Self.neuronCount + Int(post)] = newValue & 15 }
  }

  /// The first of the two nibbles of a frame's place: 13 bits of a word of 4 bytes, then 2 of the byte; a byte holds an
  /// even post in its low half and the next one in its high half.
  private static func index(_ place: UInt16) -> Int { 2 * (Int(place & 0x1FFF) * 4 + Int(place >> 13 & 3)) }

  func byte(at place: UInt16) -> UInt8 {
    let index = Self.index(place)
    return nibbles[index] | nibbles[index + 1] << 4
  }

  mutating func write(_ frame: SerialFrame) {
    let index = Self.index(frame.place)
    let byte = frame.merged(with: byte(at: frame.place))
    nibbles[index] = byte & 15
    nibbles[index + 1] = byte >> 4
  }

  /// The nibbles of a row, one for each neuron.
  @inline(__always)
  func withRow<R>(_ pre: UInt8, _ body: (UnsafePointer<UInt8>) -> R) -> R? {
    nibbles.withUnsafeBufferPointer { nibbles in nibbles.baseAddress.map { body($0 + Int(pre) * Self.neuronCount) } }
  }

  /// How many nibbles are not 0.
  var occupiedCount: Int { nibbles.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } }
}
