import ImageFormat
import Kernels
import NeuronCore

extension ExecutedCore {
  /// Lays out a core of a validated image.
  ///
  /// - Parameters:
  ///   - networkIndex: the numbers of the core's neurons in the network.
  init(
    _ core: MeshCore, hasReadouts: Bool, networkIndex: ArraySlice<Int>, axons table: AxonTable, plan: SourcePlan,
    bundles: [Bundle], arena: Arena
  ) throws(ImageError) {
    guard let base = core.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { throw .notAnImage }
    number = core.number
    neuronCount = core.neuronCount
    axonCount = core.axonCount
    synapses = base + core.synapsesOffset
    end = base + core.bytes.count
    hasWideRows = core.layout == .wide
    axons = table.axons
    rowKinds = arena.list(table.kinds)
    sharedCount = table.sharedCount
    let slots = table.slots
    slotMask = slots - 1
    self.bundles = arena.list(bundles)
    waiting = arena.make(Int.self, count: slots)
    self.plan = plan
    arrivals = arena.make(Arrival.self, count: slots * axonCount)
    arrivalCounts = arena.make(Int.self, count: slots)
    pending = arena.make(UInt8.self, count: slots * sharedCount)

    var models: [NeuronModel] = []
    for index in 0..<core.classCount {
      guard let model = core.neuronModel(at: index) else {
        throw .invalidField(.neuronClass, offset: UInt64(core.classesOffset), value: Int64(index))
      }
      models.append(model)
    }
    lanes = models.contains { $0.currents.count == 2 } ? 2 : 1
    // The kernels take sixteen neurons at a time.
    let room = 16
    sums = arena.make(Int32.self, count: lanes * neuronCount + room)
    wideSums = arena.make(Int64.self, count: lanes * neuronCount)
    threshold = arena.make(Int32.self, count: neuronCount + room)
    bias = arena.make(Int32.self, count: neuronCount + room)
    membrane = arena.make(Int32.self, count: neuronCount + room)
    rest = arena.make(UInt16.self, count: neuronCount + room)
    states = arena.make(NeuronState.self, count: neuronCount)
    outputs = arena.make(UInt32.self, count: neuronCount)
    self.networkIndex = arena.make(UInt32.self, count: neuronCount)
    spikes = arena.make(UInt32.self, count: neuronCount + 64)
    counts = arena.make(UInt8.self, count: neuronCount)
    owing = arena.make(UInt32.self, count: neuronCount)
    owingCounts = arena.make(UInt8.self, count: neuronCount)

    var readouts: [ExecutedReadout] = []
    var spans: [(first: Int, classIndex: Int, start: UInt32)] = []
    for (index, place) in networkIndex.enumerated() {
      let record = core.neuron(at: index)
      threshold[index] = record.constants.threshold
      bias[index] = record.constants.bias
      outputs[index] = record.output
      self.networkIndex[index] = UInt32(truncatingIfNeeded: place)
      if record.isReadout { readouts.append(ExecutedReadout(neuron: index, output: Int(record.output))) }
      if spans.last?.classIndex != record.classIndex || spans.last?.start != record.constants.start {
        spans.append((index, record.classIndex, record.constants.start))
      }
    }
    self.readouts = hasReadouts ? readouts : []
    var runs: [NeuronRun] = []
    var bound: Int64 = 0
    for (index, span) in spans.enumerated() {
      let neurons = span.first..<(index + 1 < spans.count ? spans[index + 1].first : neuronCount)
      let model = models[span.classIndex]
      var kernel: MeshNeurons?
      if MeshNeurons.represents(model) {
        let neurons = MeshNeurons(
          model: model, count: neurons.count, threshold: threshold + span.first, bias: bias + span.first,
          membrane: membrane + span.first, rest: rest + span.first)
        bound = max(bound, neurons.bound)
        kernel = neurons
      }
      runs.append(NeuronRun(neurons: neurons, model: model, start: span.start, kernel: kernel))
    }
    self.runs = arena.list(runs)
    sendsBeyondOne = runs.contains { $0.model.spikeCap > 1 }
    greatestArrivals = (1 << 31) - bound
  }
}
