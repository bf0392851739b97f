import Kernels
import Threads

/// The quantisation of one dense population, with recurrent weights or without: for looking at it alone.
package struct QuantiserProbe<R: KernelScalar> {
  private let quantiser: PopulationQuantiser<R>
  private let arithmetic: TrainingArithmetic

  /// - Parameters:
  ///   - weights: [sources][neurons].
  ///   - recurrent: [neurons][neurons], nil for none.
  package init(
    weights: [R], recurrent: [R]?, neurons: Int, bits: Int, arithmetic: TrainingArithmetic, clip: WeightClip,
    kernels variant: KernelVariant
  ) throws(TrainingError) {
    let model = ModelDescription(layers: [
      .population(
        PopulationDescription(
          name: "p", connection: .dense(neurons: neurons), recurrentDelay: recurrent == nil ? nil : 1))
    ])
    let setting = ModelSetting(
      model: model, inputShape: [weights.count / neurons], classCount: neurons, ticks: 4, maximumCount: 1)
    let plan = try setting.plan(weightBits: bits).populations[0]
    let parameters = PopulationParameters<R>(plan: plan)
    for view in parameters.views(plan) {
      let values = view.name == "weights" ? weights : view.name == "recurrent" ? recurrent ?? [] : []
      for (value, offset) in zip(values, view.offsets) { view.parameter.values.elements[offset] = value }
    }
    self.arithmetic = arithmetic
    quantiser = try PopulationQuantiser(
      plan: plan, isFirst: true, isLast: true, parameters: parameters, arithmetic: arithmetic, clip: clip,
      kernels: try KernelSet.forTraining(variant))
    quantiser.chooseScale()
    quantiser.quantise(on: WorkerPool(workers: 1))
  }

  package var threshold: Int32 { quantiser.integers.threshold }
  package var shifts: [Int] {
    quantiser.integers.recurrent == nil
      ? [quantiser.integers.weightShift] : [quantiser.integers.weightShift, quantiser.integers.recurrentShift]
  }

  /// The relative squared errors of all candidates, and that of the choice as it stands.
  package var errors: (candidates: [Double], chosen: Double) {
    let search = ScaleSearch(
      thresholds: arithmetic.thresholds, limit: quantiser.limit, kernels: quantiser.kernels)
    let projections = quantiser.projections, norms = projections.map(\.squaredSum)
    return (
      search.choices(projections).map { search.error(projections, $0, norms) },
      search.error(projections, ScaleSearch.Choice(threshold: threshold, shifts: shifts), norms)
    )
  }

  /// The stored integers in the order of the weights, recurrent ones after the others.
  package var stored: [Int8] {
    let views = quantiser.parameters.views(quantiser.plan)
    return views.flatMap { view -> [Int8] in
      switch view.name {
      case "weights": view.offsets.map { quantiser.integers.weights.elements[$0] }
      case "recurrent": view.offsets.compactMap { quantiser.integers.recurrent?.elements[$0] }
      default: []
      }
    }
  }

  /// The step of each projection's weights: what a stored 1 stands for.
  package var steps: [Double] {
    zip(quantiser.projections, shifts).map { 1 / $0.scale(threshold: threshold, shift: $1) }
  }

  /// The derivative by the learned clip for derivatives by the weights, in the order of `stored`.
  package func clipGradient(_ gradients: [R]) -> Double {
    var next = 0
    for view in quantiser.parameters.views(quantiser.plan) where view.name == "weights" || view.name == "recurrent" {
      for offset in view.offsets {
        view.parameter.gradient.elements[offset] = gradients[next]
        next += 1
      }
    }
    quantiser.addClipGradient()
    return quantiser.clip.map { Double($0.gradient.elements[0]) } ?? 0
  }
}
