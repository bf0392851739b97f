import NeuronCore

/// An integer spiking network as it is deployed: populations and projections with deployed delays
/// and starts.
///
/// What a network means is defined by docs/neuron.md; `NetworkInterpreter` executes it plainly.
public struct Network: Sendable, Equatable {
  /// A name for reports.
  public var name: String
  /// How many input lines there are. A line carries a count of 0–255 in each tick.
  public var inputCount: Int
  /// Populations in the order of neuron numbering.
  public var populations: [Population]
  /// Projections in the order of events.
  public var projections: [Projection]
  /// What is read out, in the order of output numbering.
  public var outputs: [OutputGroup]

  public init(
    name: String = "network", inputCount: Int, populations: [Population],
    projections: [Projection], outputs: [OutputGroup]
  ) {
    self.name = name
    self.inputCount = inputCount
    self.populations = populations
    self.projections = projections
    self.outputs = outputs
  }
}

/// Neurons that share a model.
public struct Population: Sendable, Equatable {
  public var name: String
  public var size: Int
  public var model: NeuronModel
  public var threshold: PerNeuron
  public var bias: PerNeuron
  /// The first executed tick of each neuron.
  public var start: PerNeuron
  /// The membrane before the first tick.
  public var initialMembrane: PerNeuron

  public init(
    name: String, size: Int, model: NeuronModel, threshold: PerNeuron,
    bias: PerNeuron = .uniform(0), start: PerNeuron = .uniform(0),
    initialMembrane: PerNeuron = .uniform(0)
  ) {
    self.name = name
    self.size = size
    self.model = model
    self.threshold = threshold
    self.bias = bias
    self.start = start
    self.initialMembrane = initialMembrane
  }
}

/// A value for a whole population or one for each of its neurons.
public enum PerNeuron: Sendable, Equatable {
  case uniform(Int32)
  /// As many values as the population has neurons.
  case each([Int32])

  /// The value of neuron `index`.
  public subscript(index: Int) -> Int32 {
    switch self {
    case .uniform(let value): value
    case .each(let values): values[index]
    }
  }
}

/// Where a projection comes from.
public enum ProjectionSource: Sendable, Hashable {
  /// The network's input lines.
  case input
  /// The population of this index.
  case population(Int)
}

/// Synapses from the inputs or one population to one population.
public struct Projection: Sendable, Equatable {
  public var name: String
  public var source: ProjectionSource
  /// The index of the receiving population.
  public var target: Int
  public var connectivity: Connectivity
  /// Ticks from spike to integration, ≥ 1 between neurons and ≥ 0 from inputs; sparse projections
  /// may give each synapse its own.
  public var delay: Int
  /// The synaptic current of the target that receives this; 0 when it has none.
  public var current: Int

  public init(
    name: String, source: ProjectionSource, target: Int, connectivity: Connectivity, delay: Int,
    current: Int = 0
  ) {
    self.name = name
    self.source = source
    self.target = target
    self.connectivity = connectivity
    self.delay = delay
    self.current = current
  }
}

/// How the synapses of a projection are laid out.
public enum Connectivity: Sendable, Equatable {
  /// Every source to every target; weights are [source][target], a source's row contiguous.
  case dense(Weights)
  /// A list of synapses in the order of events within one source.
  case sparse(SparseSynapses)
  /// A 2-D convolution over feature maps.
  case convolution(Convolution)
  /// Non-overlapping or strided sum pooling: every synapse has the same weight.
  case sumPooling(SumPooling)
  /// Source i to target i. One weight, or one for each.
  case oneToOne(Weights)
}

/// A list of synapses.
public struct SparseSynapses: Sendable, Equatable {
  /// Source indices; need not be sorted, pairs may repeat.
  public var sources: [UInt32]
  public var targets: [UInt32]
  public var weights: Weights
  /// A delay for each synapse, in place of the projection's; empty where the projection's holds.
  public var delays: [UInt16]
  /// A current for each synapse, in place of the projection's; empty where the projection's holds.
  public var currents: [UInt8]

  public init(
    sources: [UInt32], targets: [UInt32], weights: Weights, delays: [UInt16] = [],
    currents: [UInt8] = []
  ) {
    self.sources = sources
    self.targets = targets
    self.weights = weights
    self.delays = delays
    self.currents = currents
  }
}

/// A feature-map volume; index of (c, y, x) is `(c * height + y) * width + x`.
public struct MapShape: Sendable, Hashable {
  public var channels: Int
  public var height: Int
  public var width: Int
  public var count: Int { channels * height * width }

  public init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }
}

/// A 2-D cross-correlation with zero padding, as the usual frameworks compute it.
public struct Convolution: Sendable, Equatable {
  public var input: MapShape
  public var output: MapShape
  public var kernelHeight: Int
  public var kernelWidth: Int
  public var strideY: Int
  public var strideX: Int
  public var paddingY: Int
  public var paddingX: Int
  /// [out channel][in channel][ky][kx].
  public var weights: Weights

  public init(
    input: MapShape, output: MapShape, kernelHeight: Int, kernelWidth: Int, strideY: Int = 1,
    strideX: Int = 1, paddingY: Int = 0, paddingX: Int = 0, weights: Weights
  ) {
    self.input = input
    self.output = output
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.strideY = strideY
    self.strideX = strideX
    self.paddingY = paddingY
    self.paddingX = paddingX
    self.weights = weights
  }
}

/// Sum pooling within each channel.
public struct SumPooling: Sendable, Equatable {
  public var input: MapShape
  public var output: MapShape
  public var kernelHeight: Int
  public var kernelWidth: Int
  public var strideY: Int
  public var strideX: Int
  /// The weight of every synapse.
  public var weight: Int32

  public init(
    input: MapShape, output: MapShape, kernelHeight: Int, kernelWidth: Int, strideY: Int,
    strideX: Int, weight: Int32 = 1
  ) {
    self.input = input
    self.output = output
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.strideY = strideY
    self.strideX = strideX
    self.weight = weight
  }
}

/// A contiguous range of a population that is read out.
public struct OutputGroup: Sendable, Equatable {
  public var name: String
  public var population: Int
  public var neurons: Range<Int>
  /// The shift of the group's clock: it is read in ticks [shift, shift + T).
  public var shift: Int
  /// What is read of each neuron.
  public var reads: OutputReading

  public init(name: String, population: Int, neurons: Range<Int>, shift: Int, reads: OutputReading = .spikes) {
    self.name = name
    self.population = population
    self.neurons = neurons
    self.shift = shift
    self.reads = reads
  }
}

/// What an output group reads of its neurons in each tick.
public enum OutputReading: String, Sendable, Hashable, CaseIterable {
  /// The spikes that leave in a tick.
  case spikes
  /// The membrane after the tick, u after step 6 of docs/neuron.md; before a neuron's start its initial membrane.
  /// The population must be one that cannot spike: see `Population.cannotSpike`.
  case membranes
}
