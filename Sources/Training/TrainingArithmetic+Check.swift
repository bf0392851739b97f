import NeuronCore

extension TrainingArithmetic {
  /// Throws where a target has no arithmetic that training computes, so that nothing is trained that the target
  /// refuses.
  ///
  /// - Parameters:
  ///   - layerInputs: the inputs of each layer, from the first on.
  ///   - options: of these the weights' width and whether there are biases.
  func check(layerInputs: [Int], options: TrainingOptions) throws(TrainingError) {
    if !accumulators.contains(.exact) {
      throw .target(key: "accumulators", has: words(accumulators), needs: "exact")
    }
    if !sums.contains(.exact) { throw .target(key: "sums", has: words(sums), needs: "exact") }
    // Delays of a target are at most 15, and layers at most 65.
    let lastStart = inputDelay + (layerInputs.count - 1) * delay
    if lastStart > maximumStart {
      throw .target(key: "maximum_start", has: "\(maximumStart)", needs: "\(lastStart) or more for these layers")
    }
    if accumulatorBits == 32, greatestSum(layerInputs, options) >= 1 << 31 {
      throw .target(key: "accumulator_bits", has: "32", needs: "64 for layers of so many inputs")
    }
  }

  /// The most that one tick can bring together, bias, threshold and membrane included.
  ///
  /// Source: docs/targets.md, what a mapping proves of each accumulator.
  private func greatestSum(_ layerInputs: [Int], _ options: TrainingOptions) -> Int64 {
    let weight = Int64(Self.weightLimit(bits: options.weightBits))
    let bias = options.hasBias ? max(Int64(biases.upperBound), -Int64(biases.lowerBound)) : 0
    let own = bias + Int64(thresholds.upperBound) - Int64(lower)
    // An image bounds an input by 255 whatever the data are. Layers of more than 65,536 inputs are refused for themselves.
    let inputs = layerInputs.enumerated().map { index, inputs in
      Int64(min(inputs, 1 << 16)) * weight * (index == 0 ? 255 : 1)
    }
    return (inputs.max() ?? 0) + own
  }

  private func words<Option>(_ options: [Option]) -> String { options.map { "\($0)" }.joined(separator: ", ") }
}
