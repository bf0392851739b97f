import ImageFormat
import NeuronCore

/// What one core holds.
public struct MappedCore: Sendable, Equatable {
  /// The core's number on the board.
  public var number: Int
  /// The parameter sets of its neurons.
  public var classes: [NeuronModel]
  public var neurons: [MappedNeuron]
  public var axons: [Axon]
  /// Rows of weights; no two are equal.
  public var rows: [Row]
  /// The routes of its neurons, one neuron after the other.
  public var routes: [Route]
  /// The bytes of all rows, one after the other.
  public var synapses: [UInt8]

  public init(
    number: Int, classes: [NeuronModel], neurons: [MappedNeuron], axons: [Axon], rows: [Row], routes: [Route],
    synapses: [UInt8]
  ) {
    self.number = number
    self.classes = classes
    self.neurons = neurons
    self.axons = axons
    self.rows = rows
    self.routes = routes
    self.synapses = synapses
  }
}

/// One neuron of a core.
public struct MappedNeuron: Sendable, Equatable {
  /// The population in the network.
  public var population: Int
  /// The neuron in its population.
  public var index: Int
  /// Its parameter set in the core's `classes`.
  public var classIndex: Int
  public var constants: NeuronConstants
  /// Its routes in the core's `routes`.
  public var routes: Range<Int>
  /// Its output index, if it is read out.
  public var output: Int?

  public init(
    population: Int, index: Int, classIndex: Int, constants: NeuronConstants, routes: Range<Int>, output: Int?
  ) {
    self.population = population
    self.index = index
    self.classIndex = classIndex
    self.constants = constants
    self.routes = routes
    self.output = output
  }
}

/// An input line of a core: whatever enters it acts through one row of weights.
public struct Axon: Sendable, Hashable {
  /// The row in the core's `rows`.
  public var row: Int
  /// Dense rows: the neuron of the first weight. Sparse rows: 0.
  public var firstNeuron: Int
  /// D, 0–14 ticks: an input of tick t arrives at t + D, a spike at t + 1 + D.
  public var delay: Int
  /// A weight w acts as w · 2^shift.
  public var shift: Int
  /// The synaptic current that receives the row.
  public var current: Int

  public init(row: Int, firstNeuron: Int, delay: Int, shift: Int, current: Int) {
    self.row = row
    self.firstNeuron = firstNeuron
    self.delay = delay
    self.shift = shift
    self.current = current
  }
}

/// A row of weights in a core's synapse memory.
public struct Row: Sendable, Hashable {
  public var format: RowFormat
  /// Bits of a weight: 2, 4 or 8; 8 in sparse rows.
  public var bits: Int
  /// Dense rows: weights. Sparse rows: entries, fillers included.
  public var count: Int
  /// Where the row is in the core's `synapses`.
  public var bytes: Range<Int>

  public init(format: RowFormat, bits: Int, count: Int, bytes: Range<Int>) {
    self.format = format
    self.bits = bits
    self.count = count
    self.bytes = bytes
  }
}
