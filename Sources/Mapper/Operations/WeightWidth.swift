/// A width in which weights are stored: 2, 4 or 8 bits.
struct WeightWidth: Hashable {
  let bits: Int

  /// The values that it holds: 2 bits only −1, 0, 1; 4 bits −8…7.
  var range: ClosedRange<Int32> {
    let half = Int32(1) << Int32(bits - 1)
    return bits == 2 ? -1...1 : -half...(half - 1)
  }
}
