import Kernels

/// Which sources of a layer were active when, for one sample: what the weight gradient needs of a
/// layer's input.
///
/// Consecutive ticks with equal counts are one frame, so that a constant input costs one tick's work.
final class InputTrace {
  let sources: Int
  let words: Int
  /// [words][sources]; bit f of word w is frame 64·w + f.
  let masks: AlignedBuffer<UInt64>
  /// The first tick of each frame, in order; [ticks].
  let frameStart: AlignedBuffer<Int32>
  private(set) var frames = 0
  /// Whether a count is above 1.
  var beyondOne = false

  /// - Parameter sources: padded to whole lanes.
  init(sources: Int, ticks: Int) {
    self.sources = sources
    words = (ticks + 63) / 64
    masks = AlignedBuffer(count: words * sources, repeating: 0)
    frameStart = AlignedBuffer(count: ticks, repeating: 0)
  }

  func clear() {
    masks.elements.update(repeating: 0)
    frames = 0
    beyondOne = false
  }

  /// Begins a frame at a tick and returns its masks and its bit in them.
  func beginFrame(tick: Int) -> (masks: UnsafeMutableBufferPointer<UInt64>, bit: Int) {
    let word = frames / 64, bit = frames % 64
    frameStart.elements[frames] = Int32(truncatingIfNeeded: tick)
    frames += 1
    return (masks[word * sources..<(word + 1) * sources], bit)
  }
}
