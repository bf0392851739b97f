import FixedPoint
import Training

/// Noisy copies of one random pattern a class: learnable, and fixed by a seed.
struct PatternSamples: SampleSource {
  let count: Int
  let inputCount: Int
  let classCount: Int
  let maximumCount: Int
  let seed: UInt64
  /// Draws are told apart only where noise is drawn anew each time.
  var hasFreshNoise = false

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
