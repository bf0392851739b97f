import ImageFormat
import Targets

/// How rows of a target are stored, and which of the ways is the smallest.
struct RowStorage {
  /// Ascending.
  let widths: [WeightWidth]
  let maximumShift: Int
  let costs: StorageCosts
  /// The values of the widest width, which sparse rows hold too.
  let widest: ClosedRange<Int32>

  /// The most axons that one line may take in a core; weights that need more are a misfit.
  static let maximumParts = 1024

  init(_ target: Target) {
    widths = target.arithmetic.weightBits.sorted().map { WeightWidth(bits: $0) }
    maximumShift = target.arithmetic.maximumWeightShift
    costs = target.costs
    widest = widths.last?.range ?? 0...0
  }

  /// The greatest gap that one entry of a sparse row bridges.
  var maximumGap: Int { costs.layout == .compact ? Int.max : Int(UInt16.max) }
}

/// The way in which one row is stored.
struct RowPlan: Equatable {
  var format: RowFormat
  var bits: Int
  var shift: Int
  /// Dense rows: the first neuron. Sparse rows: 0.
  var firstNeuron: Int
  /// Weights, or entries with fillers.
  var count: Int
}

extension RowStorage {
  /// The smallest way to store a row exactly in one axon; nil where weights need several.
  ///
  /// Among equals dense before sparse, and the least shift.
  ///
  /// - Parameters:
  ///   - neurons: ascending, not empty.
  ///   - weights: one each, none 0.
  func plan(neurons: ArraySlice<Int32>, weights: ArraySlice<Int32>) -> RowPlan? {
    var least: Int32 = 0
    var greatest: Int32 = 0
    var union: Int32 = 0
    for weight in weights {
      least = min(least, weight)
      greatest = max(greatest, weight)
      union |= weight
    }
    // The lowest bit set of any weight, also of negative ones.
    let exactShift = min(maximumShift, union.trailingZeroBitCount)
    var dense: (bits: Int, shift: Int)?
    var sparseShift: Int?
    for shift in 0...exactShift {
      let low = least >> Int32(shift)
      let high = greatest >> Int32(shift)
      if sparseShift == nil, widest.contains(low), widest.contains(high) { sparseShift = shift }
      for width in widths where width.range.contains(low) && width.range.contains(high) {
        if width.bits < dense?.bits ?? Int.max { dense = (width.bits, shift) }
        break
      }
    }
    guard let dense, let sparseShift, let first = neurons.first, let last = neurons.last else { return nil }
    let span = Int(last - first) + 1
    let denseBytes = costs.denseRowBytes(count: span, bits: dense.bits)
    let entries = sparseCount(neurons)
    if denseBytes <= costs.sparseRowBytes(count: entries) {
      return RowPlan(format: .dense, bits: dense.bits, shift: dense.shift, firstNeuron: Int(first), count: span)
    }
    return RowPlan(format: .sparse, bits: 8, shift: sparseShift, firstNeuron: 0, count: entries)
  }

  private func sparseCount(_ neurons: ArraySlice<Int32>) -> Int {
    if costs.layout == .compact { return neurons.count }
    var entries = neurons.count
    var previous: Int32 = 0
    for neuron in neurons {
      entries += max(0, (Int(neuron - previous) - 1) / maximumGap)
      previous = neuron
    }
    return entries
  }

  /// Takes from weights that fit no single axon the part for one, and leaves the rest.
  ///
  /// Weights that fit as they are stay for the last part; of the others the part is the value rounded
  /// to the least shift that holds them all, so each part shortens what is left.
  ///
  /// - Returns: the part's weights with the shift applied, 0 where it has none.
  func takePart(from rest: inout [Int32]) -> [Int32] {
    var shift = 0
    func rounded(_ value: Int32, _ shift: Int) -> Int64 {
      shift == 0 ? Int64(value) : (Int64(value) + (Int64(1) << Int64(shift - 1))) >> Int64(shift)
    }
    let limits = Int64(widest.lowerBound)...Int64(widest.upperBound)
    while shift < maximumShift, rest.contains(where: { !limits.contains(rounded($0, shift)) }) { shift += 1 }
    var part = [Int32](repeating: 0, count: rest.count)
    for index in rest.indices where !widest.contains(rest[index]) {
      let digit = min(max(rounded(rest[index], shift), limits.lowerBound), limits.upperBound)
      part[index] = Int32(digit << Int64(shift))
      // The part lies between 0 and twice the weight, so the difference stays in 32 bits.
      rest[index] -= part[index]
    }
    return part
  }

  /// Appends the bytes of a row.
  func append(_ plan: RowPlan, neurons: ArraySlice<Int32>, weights: ArraySlice<Int32>, to bytes: inout [UInt8]) {
    switch plan.format {
    case .dense:
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: costs.denseRowBytes(count: plan.count, bits: plan.bits)))
      let mask = UInt8(truncatingIfNeeded: (1 << plan.bits) - 1)
      for (neuron, weight) in zip(neurons, weights) {
        let position = (Int(neuron) - plan.firstNeuron) * plan.bits
        let value = UInt8(truncatingIfNeeded: weight >> Int32(plan.shift)) & mask
        bytes[start + position >> 3] |= value << UInt8(position & 7)
      }
    case .sparse where costs.layout == .compact:
      for (neuron, weight) in zip(neurons, weights) {
        bytes.append(UInt8(truncatingIfNeeded: neuron))
        bytes.append(UInt8(truncatingIfNeeded: weight >> Int32(plan.shift)))
      }
    case .sparse:
      var previous = 0
      for (neuron, weight) in zip(neurons, weights) {
        while Int(neuron) - previous > maximumGap {
          bytes += [0xFF, 0xFF, 0]
          previous += maximumGap
        }
        let gap = Int(neuron) - previous
        bytes.append(UInt8(truncatingIfNeeded: gap))
        bytes.append(UInt8(truncatingIfNeeded: gap >> 8))
        bytes.append(UInt8(truncatingIfNeeded: weight >> Int32(plan.shift)))
        previous = Int(neuron)
      }
    }
  }
}
