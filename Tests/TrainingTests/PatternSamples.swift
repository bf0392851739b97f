import Datasets
import FixedPoint
import Training

/// Noisy copies of one random pattern a class: learnable, and fixed by a seed.
struct PatternSamples: SampleSource {
  let count: Int
  var inputCount: Int { inputShape.reduce(1, *) }
  let inputShape: [Int]
  let classCount: Int
  let maximumCount: Int
  let seed: UInt64
  /// Draws are told apart only where noise is drawn anew each time.
  var hasFreshNoise = false

  init(count: Int, inputShape: [Int], classCount: Int, maximumCount: Int, seed: UInt64, hasFreshNoise: Bool = false) {
    (self.count, self.inputShape, self.classCount) = (count, inputShape, classCount)
    (self.maximumCount, self.seed, self.hasFreshNoise) = (maximumCount, seed, hasFreshNoise)
  }

  func label(_ index: Int) -> Int { index % classCount }

  func encode(_ index: Int, draw: UInt64, ticks: Int, into counts: UnsafeMutableBufferPointer<UInt8>) {
    var pattern = RandomStream(seed: seed, stream: UInt64(label(index)))
    let chances = (0..<inputCount).map { _ in pattern.below(4) }
    var noise = RandomStream(seed: seed, stream: UInt64(1000 + index) + (hasFreshNoise ? draw << 32 : 0))
    for tick in 0..<ticks {
      for input in 0..<inputCount {
        let spikes = noise.below(5) < chances[input]
        counts[tick * inputCount + input] = spikes ? UInt8(1 + noise.below(UInt32(maximumCount))) : 0
      }
    }
  }

  func counts(_ index: Int, ticks: Int) -> [UInt8] {
    var counts = [UInt8](repeating: 0, count: ticks * inputCount)
    counts.withUnsafeMutableBufferPointer { encode(index, draw: 0, ticks: ticks, into: $0) }
    return counts
  }
}

/// Labels may be anything.
struct WrongLabels: SampleSource {
  var count: Int { 4 }
  var inputCount: Int { 2 }
  var classCount: Int { 3 }
  var maximumCount: Int { 1 }
  func label(_ index: Int) -> Int { index }
  func encode(_ index: Int, draw: UInt64, ticks: Int, into counts: UnsafeMutableBufferPointer<UInt8>) {
    counts.update(repeating: 0)
  }
}
