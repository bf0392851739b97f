import Kernels

/// What a network did with one sample.
public struct ForwardTrace: Sendable, Equatable {
  /// Of each population [ticks][neurons], in the order [channel][y][x].
  public var spikes: [[UInt8]]
  /// u before the reset, likewise, as the forward pass computes it: whole numbers in integers.
  public var membranes: [[Double]]
}

extension Engine {
  /// Runs counts [ticks][inputs], in the data's order.
  func forwardTrace(counts: [UInt8]) -> ForwardTrace {
    precondition(counts.count == plan.ticks * plan.input.neurons, "counts of another shape")
    let worker = evaluationWorkers()[0]
    counts.withUnsafeBufferPointer { worker.spread($0, place: 0) }
    worker.forward(0, stores: nil, place: 0)
    return worker.trace(0)
  }
}

extension SampleWorker {
  /// What the populations did with a sample of the block.
  func trace(_ sample: Int) -> ForwardTrace {
    var trace = ForwardTrace(spikes: [], membranes: [])
    for activity in activities {
      let layout = activity.prepared.plan.output, count = activity.count
      let offsets = (0..<layout.neurons).map { layout.offset(ofNeuron: $0) }
      let places = (0..<ticks).flatMap { tick in offsets.map { tick * count + $0 } }
      let spikes = activity.spikeRows(sample)
      trace.spikes.append(places.map { spikes[$0] })
      if activity.prepared.integers == nil {
        let rows = activity.realMembraneRows(sample)
        let prepared = activity.prepared
        let origin = prepared.isReadout ? 0 : Double(prepared.parameters.threshold.values.elements[0])
        trace.membranes.append(places.map { Double(rows[$0]) + origin })
      } else {
        let rows = activity.integerMembraneRows(sample)
        trace.membranes.append(places.map { Double(rows[$0]) })
      }
    }
    return trace
  }
}
