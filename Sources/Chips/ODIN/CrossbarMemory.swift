/// The crossbar of a core: 4 bits from each of 256 neurons to each, [pre][post / 2], even posts in the low half.
public struct CrossbarMemory: Equatable, Sendable {
  public static let neuronCount = 256
  private var bytes = [UInt8](repeating: 0, count: neuronCount * neuronCount / 2)

  public init() {}

  /// The nibble of a synapse; only the low 4 bits are kept.
  public subscript(pre: UInt8, post: UInt8) -> UInt8 {
    get {
      let byte = bytes[Int(pre) * 128 + Int(post) / 2]
      return post & 1 == 0 ? byte & 15 : byte >> 4
    }
    set {
      let place = Int(pre) * 128 + Int(post) / 2
      let byte = bytes[place]
      bytes[place] = post & 1 == 0 ? byte & 0xF0 | newValue & 15 : byte & 15 | newValue << 4
    }
  }

  /// Where a frame's place lies: 13 bits of a word of 4 bytes, then 2 of the byte.
  private static func index(_ place: UInt16) -> Int { Int(place & 0x1FFF) * 4 + Int(place >> 13 & 3) }

  func byte(at place: UInt16) -> UInt8 { bytes[Self.index(place)] }

  mutating func write(_ frame: SerialFrame) {
    let index = Self.index(frame.place)
    bytes[index] = frame.merged(with: bytes[index])
  }
}
