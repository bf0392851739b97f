import Datasets
import Kernels
import NeuronCore

/// Runs a trained model by the very kernels of training's forward pass. One instance serves one thread.
public final class TrainedModelRunner {
  private let model: TrainedModel
  private let worker: SampleWorker
  private let slot: SampleSlot

  /// - Throws: `TrainingError.kernels` when the processor does not run the kernels asked for.
  public init(_ model: TrainedModel, kernels variant: KernelVariant? = nil) throws(TrainingError) {
    let kernels = try KernelSet.forTraining(variant)
    let layers = try model.quantisedLayers()
    self.model = model
    worker = SampleWorker(layers: layers, ticks: model.ticks, kernels: kernels)
    slot = SampleSlot(layers: layers, ticks: model.ticks)
  }

  /// The spikes of every layer on its own clock: layer l's row t is network tick t + shifts[l].
  ///
  /// - Parameter counts: [ticks][inputs], flat; each at most `maximumInputCount`.
  /// - Returns: for each layer [ticks][neurons], flat, 0 or 1.
  public func forward(_ counts: [UInt8]) -> [[UInt8]] {
    defer { withExtendedLifetime(self) {} }
    precondition(counts.count == model.ticks * model.layers[0].inputs, "counts that are not [ticks][inputs]")
    worker.load(counts, into: slot)
    _ = worker.runForward(slot)
    return zip(model.layers, worker.activities).map { layer, activity in
      var spikes = [UInt8]()
      spikes.reserveCapacity(model.ticks * layer.outputs)
      let rows = activity.spikeRows
      for tick in 0..<model.ticks { spikes += rows[tick * activity.stride..<tick * activity.stride + layer.outputs] }
      return spikes
    }
  }

  /// The class of a sample of a source: the output with most spikes, the lowest of equals.
  public func classify(_ index: Int, of source: any SampleSource) throws(DatasetError) -> Int {
    defer { withExtendedLifetime(self) {} }
    try worker.encode(index, of: source, draw: 0, into: slot)
    return worker.runForward(slot)
  }
}

extension TrainedModel {
  /// Runs one sample; `TrainedModelRunner` serves many.
  public func forward(counts: [UInt8]) throws(TrainingError) -> [[UInt8]] {
    try TrainedModelRunner(self).forward(counts)
  }

  /// The share of a source's samples that are classified rightly, 0–1; 0 without samples.
  public func accuracy(on source: any SampleSource) throws(TrainingError) -> Double {
    let runner = try TrainedModelRunner(self)
    var right = 0
    for index in 0..<source.count {
      do throws(DatasetError) {
        right += try runner.classify(index, of: source) == source.label(index) ? 1 : 0
      } catch { throw .data(error) }
    }
    return source.count == 0 ? 0 : Double(right) / Double(source.count)
  }

  /// The layers in the kernels' form.
  func quantisedLayers() throws(TrainingError) -> [QuantisedLayer] {
    var quantised: [QuantisedLayer] = []
    for (index, layer) in layers.enumerated() {
      let greatest = layer.biases.map { Int64($0.magnitude) }.max() ?? 0
      let neurons = try NeuronTick(
        model, threshold: layer.threshold, layer: index, inputs: layer.inputs,
        count: index == 0 ? maximumInputCount : 1, greatestWeight: 128, greatestBias: greatest)
      let made = QuantisedLayer(inputs: layer.inputs, outputs: layer.outputs, neurons: neurons)
      for input in 0..<layer.inputs {
        for output in 0..<layer.outputs {
          made.rows.elements[input * made.stride + output] = layer.weights[input * layer.outputs + output]
        }
      }
      for output in 0..<layer.outputs { made.bias.elements[output] = layer.biases[output] }
      quantised.append(made)
    }
    return quantised
  }
}
