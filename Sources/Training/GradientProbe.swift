import Kernels
import NeuronCore

/// The forward pass and the gradient of a network with given integer weights, as training computes them:
/// for comparison with recorded gradients.
package struct GradientProbe {
  /// For each layer and sample [ticks][neurons]: u before the reset.
  package var membranes: [[[Int32]]] = []
  /// For each layer and sample [ticks][neurons].
  package var spikes: [[[UInt8]]] = []
  /// The mean loss.
  package var loss = 0.0
  /// The mean loss by each integer weight, [inputs][outputs] for each layer.
  package var weights: [[Float]] = []
  /// The mean loss by each integer bias.
  package var biases: [[Float]] = []

  /// - Parameters:
  ///   - models: the neurons of each layer.
  ///   - counts: for each sample [ticks][inputs], 0 to 255.
  package init(
    layers: [TrainedModel.Layer], models: [NeuronModel], ticks: Int, counts: [[UInt8]], labels: [Int],
    surrogateSlope: Float, kernels variant: KernelVariant
  ) throws(TrainingError) {
    let kernels = try KernelSet.forTraining(variant)
    var parameters: [LayerParameters] = []
    for (index, (layer, model)) in zip(layers, models).enumerated() {
      let single = TrainedModel(layers: [layer], model: model, ticks: ticks, maximumInputCount: 255)
      for quantised in try single.quantisedLayers() {
        let made = LayerParameters(quantised: quantised, limit: 127, fullScale: 1, isFirst: index == 0)
        WeightQuantiser.transpose(made)
        parameters.append(made)
      }
    }
    let quantised = parameters.map(\.quantised)
    let worker = SampleWorker(layers: quantised, ticks: ticks, kernels: kernels)
    let widest = parameters.map(\.stride).max() ?? 0
    let backward = BackwardPass(
      kernels: kernels, surrogate: FastSigmoid(slope: surrogateSlope), ticks: ticks, widestStride: widest)
    let slots = counts.map { _ in SampleSlot(layers: quantised, ticks: ticks) }
    defer { withExtendedLifetime((parameters, worker, backward, slots)) {} }
    membranes = Array(repeating: [], count: layers.count)
    spikes = membranes.map { _ in [] }
    for (sample, slot) in slots.enumerated() {
      worker.load(counts[sample], into: slot)
      worker.train(
        slot, label: labels[sample], parameters: parameters, loss: CountCrossEntropy(logitScale: 1), backward: backward)
      loss += slot.loss / Double(slots.count)
      for (index, activity) in worker.activities.enumerated() {
        let rows = (0..<ticks).map { $0 * activity.stride..<$0 * activity.stride + layers[index].outputs }
        membranes[index].append(rows.flatMap { activity.membraneRows[$0] })
        spikes[index].append(rows.flatMap { activity.spikeRows[$0] })
      }
    }
    GradientStep(layers: parameters, hasBias: true, kernels: kernels)
      .run(slots[...], adam: nil, batchSize: slots.count, tasks: ParallelTasks(workers: 1))
    for layer in parameters {
      // The engine's gradient is by weights in units of the threshold, summed over the batch.
      let unit = 1 / (Float(layer.quantised.neurons.threshold) * Float(slots.count))
      let rows = (0...layer.inputs).map { input in
        layer.gradient[input * layer.stride..<input * layer.stride + layer.outputs].map { $0 * unit }
      }
      weights.append(rows.dropLast().flatMap { $0 })
      biases.append(rows[layer.inputs])
    }
  }
}
