import Kernels
import NeuronCore

/// A trained network in integers, its populations still on clocks of their own: each sees the spikes of the one below
/// after its trained delay only.
public struct TrainedModel: Sendable, Equatable {
  /// One population.
  public struct Population: Sendable, Equatable {
    public var name: String
    /// In the order of `FloatModel`'s tensor; a synapse weighs `weights[i] · 2^weightShift`.
    public var weights: [Int8]
    public var weightShift: Int
    /// [neurons][neurons], empty without recurrence.
    public var recurrent: [Int8]
    public var recurrentShift: Int
    /// One a channel; empty without.
    public var biases: [Int32]
    /// θ; of a readout only the scale of its weights.
    public var threshold: Int32
    /// What a unit of θ is in the units of the float weights: for losses of membranes.
    public var floatThreshold: Double
    /// Leaks, bounds, reset and all else of its neurons.
    public var model: NeuronModel
  }

  public var setting: ModelSetting
  public var arithmetic: TrainingArithmetic
  public var options: TrainingOptions
  public var populations: [Population]

  /// Every size of the model.
  func plan() throws(TrainingError) -> ModelPlan { try setting.plan(weightBits: options.weightBits) }
}

extension TrainingRun {
  /// The integers as they stand; quantise before.
  var trainedModel: TrainedModel? {
    guard let arithmetic, !quantisers.isEmpty else { return nil }
    defer { withExtendedLifetime(self) {} }
    let populations = quantisers.map { quantiser in
      let (integers, views) = (quantiser.integers, quantiser.parameters.views(quantiser.plan))
      func stored(_ buffer: AlignedBuffer<Int8>?, _ name: String) -> [Int8] {
        guard let buffer, let view = views.first(where: { $0.name == name }) else { return [] }
        return view.offsets.map { buffer.elements[$0] }
      }
      let channels = quantiser.plan.output.channels
      return TrainedModel.Population(
        name: quantiser.plan.name, weights: stored(integers.weights, "weights"), weightShift: integers.weightShift,
        recurrent: stored(integers.recurrent, "recurrent"), recurrentShift: integers.recurrentShift,
        biases: integers.biases.map { Array($0.elements[..<channels]) } ?? [], threshold: integers.threshold,
        floatThreshold: quantiser.threshold, model: integers.model)
    }
    return TrainedModel(setting: setting, arithmetic: arithmetic, options: options, populations: populations)
  }

  /// The master values.
  var floatModel: FloatModel {
    FloatModel(
      setting: setting, tensors: zip(parameters, plan.populations).flatMap { $0.tensors($1) })
  }
}
