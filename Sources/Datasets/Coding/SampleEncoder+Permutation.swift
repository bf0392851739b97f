import FixedPoint

extension SampleEncoder {
  /// What a permutation is for; each purpose has random streams of its own.
  enum Purpose: UInt64 {
    case epoch = 0x7065_726D
    case validation = 0x7661_6C69
  }

  /// The numbers 0..<count in an order that seed and epoch decide (Fisher and Yates).
  public static func permutation(count: Int, seed: UInt64, epoch: Int) -> [Int] {
    permutation(count: count, seed: seed, purpose: .epoch, epoch: epoch)
  }

  /// - Precondition: count is below 2³².
  static func permutation(count: Int, seed: UInt64, purpose: Purpose, epoch: Int = 0) -> [Int] {
    var random = RandomStream(seed: seed, stream: purpose.rawValue << 32 | UInt64(UInt32(truncatingIfNeeded: epoch)))
    var order = Array(0..<count)
    var rest = count
    while rest > 1 {
      order.swapAt(rest - 1, Int(random.below(UInt32(rest))))
      rest -= 1
    }
    return order
  }
}
