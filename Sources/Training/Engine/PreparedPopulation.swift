import Kernels
import NeuronCore
import Targets

/// One population as the passes compute it: what follows from its plan, and from its weights of the moment.
final class PreparedPopulation<R: KernelScalar>: @unchecked Sendable {
  let plan: PopulationPlan
  let parameters: PopulationParameters<R>
  /// nil in floats.
  let integers: IntegerPopulation?
  let kernels: KernelSet
  /// nil for dense weights.
  let convolution: ConvolutionShape?
  /// Elements of a row of pooled counts, padded.
  let sourceCount: Int
  /// Elements of a row of the population.
  let count: Int
  /// Elements of a position of the derivative by the source.
  let belowPitch: Int
  /// Each element's bias; the one that the forward pass reads.
  let integerBias: AlignedBuffer<Int32>
  let realBias: AlignedBuffer<R>
  /// What a spike of each output is worth to the derivative by each input; empty where that is not wanted.
  let transposed: AlignedBuffer<R>
  let recurrentTransposed: AlignedBuffer<R>
  /// Whether consecutive ticks with equal counts are one frame to the gradients.
  let mergesFrames: Bool
  private(set) var integerNeurons: IntegerNeurons?
  private(set) var realNeurons: RealNeurons
  /// What one step of a membrane is worth in the units of the float weights.
  private(set) var unit = 1.0
  private(set) var currentLeak: Double?
  private(set) var backward: BackwardCall<R>

  var isReadout: Bool { plan.neurons.role == .readout }
  var hasCurrent: Bool { plan.neurons.currentLeak != nil }
  /// The rules of a chip that acts within the tick, event by event; nil for others, and in floats.
  var eventRules: ChipRules? { integers?.chip.flatMap { $0.timing == .withinTick ? $0 : nil } }
  var keepsState: Bool { integerNeurons?.keepsState ?? realNeurons.keepsState }
  /// Elements of a row of the derivative by the source.
  var belowCount: Int {
    max(plan.source.height * plan.source.width * belowPitch, plan.pooling == nil ? sourceCount : 0)
  }
  var trainsScalars: Bool {
    plan.neurons.trainsThreshold || plan.neurons.leak?.isTrained == true || plan.neurons.currentLeak?.isTrained == true
  }

  init(
    plan: PopulationPlan, parameters: PopulationParameters<R>, integers: IntegerPopulation?, descends: Bool,
    mergesFrames: Bool, kernels: KernelSet
  ) {
    let isEventDriven = integers?.chip?.timing == .withinTick
    self.mergesFrames = mergesFrames && plan.recurrentDelay == nil && !isEventDriven
    (self.plan, self.parameters, self.integers, self.kernels) = (plan, parameters, integers, kernels)
    sourceCount = plan.pooled.count.paddedToLanes
    count = plan.output.count
    let transposedCount: Int
    switch plan.connection {
    case .dense:
      convolution = nil
      belowPitch = plan.pooled.stride
      transposedCount = plan.output.channels * sourceCount
    case .convolution(let kernel, let stride, let padding):
      let shape = ConvolutionShape(
        height: plan.pooled.height, width: plan.pooled.width, channels: plan.pooled.channels, below: plan.pooled.stride,
        kernel: kernel, stride: stride, padding: padding, outChannels: plan.output.channels)
      convolution = shape
      belowPitch = shape.belowPitch
      transposedCount = shape.transposedCount
    }
    integerBias = AlignedBuffer(count: integers == nil ? 0 : count, repeating: 0)
    realBias = AlignedBuffer(count: integers == nil ? count : 0, repeating: 0)
    transposed = AlignedBuffer(count: descends ? transposedCount : 0, repeating: 0)
    recurrentTransposed = AlignedBuffer(
      count: plan.recurrentDelay == nil ? 0 : plan.output.channels * count, repeating: 0)
    realNeurons = RealNeurons(
      leak: 1, threshold: 1, inputScale: 1, reset: .zero, spikeCap: plan.neurons.spikeCap,
      refractoryTicks: plan.neurons.refractoryTicks, spikes: true)
    backward = BackwardCall(
      surrogate: SurrogateShape(.none), reset: .zero, isAttached: false, spikeCap: 1, integers: nil, leak: 1,
      threshold: 1, currentLeak: nil, rests: false, needsScalars: false)
  }

  /// Takes over weights, biases and scalars.
  func prepare(surrogate: Surrogate, resetGradient: ResetGradient) {
    let shape = isReadout ? SurrogateShape(.none) : surrogate.shape
    let threshold = Double(parameters.threshold.values.elements[0])
    let neurons = plan.neurons
    let rests = neurons.refractoryTicks > 0
    if let integers {
      let made = IntegerNeurons(
        model: integers.model, threshold: integers.threshold, spikes: !isReadout, inputShift: integers.weightShift,
        recurrentShift: integers.recurrentShift, greatestInput: greatestInput(integers))
      integerNeurons = made
      unit = threshold / Double(integers.threshold)
      currentLeak = integers.currentLeak?.adjointFactor
      backward = BackwardCall(
        surrogate: shape, reset: integers.model.reset, isAttached: resetGradient == .attached && !isReadout,
        spikeCap: isReadout ? 1 : Int(integers.model.spikeCap), integers: (integers.threshold, made.isWide),
        leak: integers.leak.adjointFactor, threshold: threshold, currentLeak: currentLeak,
        rests: integers.model.refractoryTicks > 0, needsScalars: trainsScalars || eventRules != nil)
    } else {
      let leak = neurons.leak == nil ? 1 : Double(parameters.leak.values.elements[0])
      currentLeak = neurons.currentLeak == nil ? nil : Double(parameters.currentLeak.values.elements[0])
      let reset = neurons.reset ?? .subtractBeforeLeak
      realNeurons = RealNeurons(
        leak: leak, threshold: threshold, inputScale: hasCurrent ? 1 : plan.inputScale, reset: reset,
        spikeCap: neurons.spikeCap, refractoryTicks: neurons.refractoryTicks, spikes: !isReadout)
      backward = BackwardCall(
        surrogate: shape, reset: reset, isAttached: resetGradient == .attached && !isReadout,
        spikeCap: isReadout ? 1 : neurons.spikeCap, integers: nil, leak: leak, threshold: threshold,
        currentLeak: currentLeak, rests: rests, needsScalars: trainsScalars)
    }
    spreadBiases()
    transposeWeights()
  }

  /// A bound of |Σ weight × count + bias| in one tick.
  private func greatestInput(_ integers: IntegerPopulation) -> Int64 {
    if integers.currentLeak != nil { return 1 << 31 }
    // At most 2³¹ · 2³⁰ each: no overflow of 64 bits.
    var greatest = Int64(plan.fanIn * plan.maximumCount * 128) << Int64(min(integers.weightShift, 30))
    if plan.recurrentDelay != nil {
      greatest += Int64(plan.output.channels * plan.neurons.spikeCap * 128) << Int64(min(integers.recurrentShift, 30))
    }
    return greatest + Int64(integers.biases?.elements.map(\.magnitude).max() ?? 0)
  }

  private func spreadBiases() {
    let stride = plan.output.stride
    for start in Swift.stride(from: 0, to: count, by: stride) {
      if let integers {
        guard let biases = integers.biases else { return }
        for channel in 0..<stride { integerBias.elements[start + channel] = biases.elements[channel] }
      } else {
        guard let biases = parameters.biases else { return }
        for channel in 0..<stride { realBias.elements[start + channel] = biases.values.elements[channel] }
      }
    }
  }

  private func transposeWeights() {
    let stride = plan.output.stride, channels = plan.output.channels
    if transposed.count > 0 {
      switch plan.connection {
      case .dense:
        for source in 0..<plan.pooled.count {
          for channel in 0..<channels {
            transposed.elements[channel &* sourceCount &+ source] = weight(source &* stride &+ channel)
          }
        }
      case .convolution(let kernel, _, _):
        let taps = kernel * kernel
        for below in 0..<plan.pooled.channels {
          for tap in 0..<taps {
            for channel in 0..<channels {
              transposed.elements[(channel &* taps &+ tap) &* belowPitch &+ below] = weight(
                (below &* taps &+ tap) &* stride &+ channel)
            }
          }
        }
      }
    }
    if recurrentTransposed.count > 0 {
      for source in 0..<channels {
        for channel in 0..<channels {
          recurrentTransposed.elements[channel &* count &+ source] = recurrentWeight(source &* stride &+ channel)
        }
      }
    }
  }

  /// What a count adds to the membrane through a weight, in the units of the float weights.
  private func weight(_ index: Int) -> R {
    guard let integers else { return parameters.weights.values.elements[index] * R(plan.inputScale) }
    return R(unit) * R(Int(integers.weights.elements[index]) << integers.weightShift)
  }

  private func recurrentWeight(_ index: Int) -> R {
    if let recurrent = integers?.recurrent, let shift = integers?.recurrentShift {
      return R(unit) * R(Int(recurrent.elements[index]) << shift)
    }
    return parameters.recurrent?.values.elements[index] ?? 0
  }
}

extension Surrogate {
  /// The numbers that kernels take.
  var shape: SurrogateShape {
    switch kind {
    case .sigmoid: SurrogateShape(.sigmoid, first: parameter)
    case .triangular: SurrogateShape(.triangular, first: 1 / parameter)
    case .rectangular: SurrogateShape(.rectangular, first: parameter / 2, second: 1 / parameter)
    case .fastSigmoid: SurrogateShape(.fastSigmoid, first: parameter)
    case .arctan: SurrogateShape(.arctan, first: 0.5 * .pi * parameter, second: parameter / 2)
    }
  }
}
