import Kernels

/// One trained tensor of a population in the order of the outside: where each of its elements lies in memory.
struct ParameterView<R: KernelScalar> {
  /// `weights`, `recurrent`, `biases`, `threshold`, `leak` or `current_leak`.
  let name: String
  let parameter: Parameter<R>
  let shape: [Int]
  /// The place in memory of each element.
  let offsets: [Int]

  var count: Int { offsets.count }
}

extension PopulationParameters {
  /// Every tensor in the order of the outside: `FloatModel` says which.
  func views(_ plan: PopulationPlan) -> [ParameterView<R>] {
    var views = [
      ParameterView(name: "weights", parameter: weights, shape: plan.weightShape, offsets: plan.weightOffsets)
    ]
    let neurons = plan.output.neurons, stride = plan.output.stride
    if let recurrent {
      let offsets = (0..<neurons).flatMap { source in (0..<neurons).map { source * stride + $0 } }
      views.append(
        ParameterView(name: "recurrent", parameter: recurrent, shape: [neurons, neurons], offsets: offsets))
    }
    if let biases {
      let channels = plan.output.channels
      views.append(ParameterView(name: "biases", parameter: biases, shape: [channels], offsets: Array(0..<channels)))
    }
    for (name, parameter) in [("threshold", threshold), ("leak", leak), ("current_leak", currentLeak)] {
      views.append(ParameterView(name: name, parameter: parameter, shape: [1], offsets: [0]))
    }
    return views
  }

  /// What the optimiser moves.
  func trained(_ plan: PopulationPlan) -> [Parameter<R>] {
    var trained = [weights]
    if let recurrent { trained.append(recurrent) }
    if let biases { trained.append(biases) }
    return trained + trainedScalars(plan)
  }

  /// The threshold and the leaks, as far as they are trained.
  func trainedScalars(_ plan: PopulationPlan) -> [Parameter<R>] {
    var trained: [Parameter<R>] = []
    if plan.neurons.trainsThreshold && plan.neurons.role == .spiking { trained.append(threshold) }
    if plan.neurons.leak?.isTrained == true { trained.append(leak) }
    if plan.neurons.currentLeak?.isTrained == true { trained.append(currentLeak) }
    return trained
  }

  /// All parameters, trained or not.
  var all: [Parameter<R>] {
    [weights, threshold, leak, currentLeak] + [recurrent, biases].compactMap { $0 }
  }
}

extension PopulationPlan {
  /// Dense [sources][neurons], convolution [out channel][in channel][ky][kx].
  var weightShape: [Int] {
    switch connection {
    case .dense: [pooled.neurons, output.channels]
    case .convolution(let kernel, _, _): [output.channels, pooled.channels, kernel, kernel]
    }
  }

  /// Where the weights of `weightShape` lie.
  var weightOffsets: [Int] {
    let stride = output.stride
    switch connection {
    case .dense:
      return (0..<pooled.neurons).flatMap { source in
        let row = pooled.offset(ofNeuron: source) * stride
        return (0..<output.channels).map { row + $0 }
      }
    case .convolution(let kernel, _, _):
      let taps = pooled.channels * kernel * kernel
      return (0..<output.channels).flatMap { channel in (0..<taps).map { $0 * stride + channel } }
    }
  }
}
