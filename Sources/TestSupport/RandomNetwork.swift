import FixedPoint
import Networks

/// A network made from a seed, with input for it.
public struct RandomNetwork: Sendable {
  public let network: Network
  /// T.
  public let ticks: Int
  /// Spike counts, [ticks][inputs].
  public let input: [UInt8]

  /// A network over the given options; the same seed and options give the same one everywhere.
  public static func make(seed: UInt64, options: RandomOptions = .everything) -> RandomNetwork {
    var builder = RandomNetworkBuilder(seed: seed, options: options)
    let network = builder.network()
    let ticks = builder.random.within(options.ticks)
    let input = builder.random.input(
      count: network.inputCount, ticks: ticks, maximum: options.maximumInputCount)
    return RandomNetwork(network: network, ticks: ticks, input: input)
  }
}

extension RandomStream {
  /// A number of a range, each equally likely.
  public mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(below(UInt32(clamping: range.upperBound - range.lowerBound + 1)))
  }

  /// An element of a list that is not empty.
  public mutating func element<T>(of list: [T]) -> T {
    list[Int(below(UInt32(clamping: list.count)))]
  }

  /// True once in so many times; never for 0.
  public mutating func oneIn(_ times: UInt32) -> Bool {
    times > 0 && below(times) == 0
  }

  /// Spike counts, [ticks][inputs]: single spikes or counts up to `maximum`, rare or frequent.
  public mutating func input(count: Int, ticks: Int, maximum: UInt8) -> [UInt8] {
    let rarity = UInt32(within(1...6))
    let greatest = oneIn(2) ? 1 : within(1...Int(maximum))
    return (0..<count * ticks).map { _ in
      oneIn(rarity) ? UInt8(oneIn(8) ? greatest : within(1...greatest)) : 0
    }
  }
}
