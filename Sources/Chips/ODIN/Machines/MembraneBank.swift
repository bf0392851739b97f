/// The membranes and thresholds of a core's 256 neurons, side by side, so that one event reaches many at a time.
struct MembraneBank: Equatable, Sendable {
  private(set) var membranes: [Int16]
  private var thresholds: [Int16]

  /// - Parameter count: of neurons, all with the membrane and the threshold 0.
  init(count: Int) {
    membranes = Array(repeating: 0, count: count)
    thresholds = Array(repeating: 0, count: count)
  }

  func passes(_ neuron: Int) -> Bool { membranes[neuron] >= thresholds[neuron] }

  /// The first neuron of a range that passes its threshold.
  func firstPassing(in range: Range<Int>) -> Int? {
    precondition(range.upperBound <= membranes.count && range.upperBound <= thresholds.count)
    return membranes.withUnsafeBufferPointer { membranes in
      thresholds.withUnsafeBufferPointer { thresholds in
        guard let membranes = membranes.baseAddress, let thresholds = thresholds.baseAddress else { return nil }
        var neuron = range.lowerBound
        while neuron < range.upperBound {
          if membranes[neuron] >= thresholds[neuron] { return neuron }
          neuron &+= 1
        }
        return nil
      }
    }
  }

  mutating func set(_ neuron: Int, membrane: Int16) { membranes[neuron] = membrane }

  mutating func set(_ neuron: Int, membrane: Int16, threshold: Int16) {
    membranes[neuron] = membrane
    thresholds[neuron] = threshold
  }

  /// Changes the membranes of the first `count` neurons, and says whether any now passes its threshold.
  ///
  /// Thresholds are at least 0, so that none below 0 does.
  @inline(__always)
  mutating func update(first count: Int, _ change: (_ membrane: Int16, _ neuron: Int) -> Int16) -> Bool {
    precondition(count <= membranes.count && count <= thresholds.count)
    return membranes.withUnsafeMutableBufferPointer { membranes in
      thresholds.withUnsafeBufferPointer { thresholds in
        guard let membranes = membranes.baseAddress, let thresholds = thresholds.baseAddress else { return false }
        var passing: Int16 = 0
        // A range would leave a second way out of the loop, and no vectors.
        var neuron = 0
        while neuron < count {
          let membrane = change(membranes[neuron], neuron)
          membranes[neuron] = membrane
          passing |= membrane >= thresholds[neuron] ? 1 : 0
          neuron &+= 1
        }
        return passing != 0
      }
    }
  }
}
