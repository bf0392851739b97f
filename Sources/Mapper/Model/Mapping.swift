import Networks
import Targets

/// Which core holds which neurons, axons, rows and routes: everything of a device's image, before its bytes.
///
/// A mapping is made by `ChipFamily.map`; `checkInvariants(of:)` compares it with its network.
public struct Mapping: Sendable, Equatable {
  /// What was mapped for.
  public var target: Target
  /// Input lines of the network.
  public var inputCount: Int
  /// The populations' names and sizes, in the order of neuron numbering.
  public var populations: [MappedPopulation]
  /// The cores in use, ascending by number.
  public var cores: [MappedCore]
  /// The first route of each input line in `inputRoutes`, and at the end their number.
  public var inputRouteStarts: [Int]
  /// The routes of all input lines, one line after the other.
  public var inputRoutes: [Route]
  /// Where each output's neuron is, in the order of output numbering.
  public var outputs: [MappedOutput]
  /// How the network lies on a chip that is no grid of cores; nil for a grid.
  public var chip: ChipMapping?

  public init(
    target: Target, inputCount: Int, populations: [MappedPopulation], cores: [MappedCore],
    inputRouteStarts: [Int], inputRoutes: [Route], outputs: [MappedOutput], chip: ChipMapping? = nil
  ) {
    self.target = target
    self.inputCount = inputCount
    self.populations = populations
    self.cores = cores
    self.inputRouteStarts = inputRouteStarts
    self.inputRoutes = inputRoutes
    self.outputs = outputs
    self.chip = chip
  }
}

/// A population as far as a mapping tells of it.
public struct MappedPopulation: Sendable, Equatable {
  public var name: String
  public var size: Int

  public init(name: String, size: Int) {
    self.name = name
    self.size = size
  }
}

/// The neuron of an output.
public struct MappedOutput: Sendable, Equatable {
  /// The number of the core.
  public var core: Int
  /// The neuron in the core.
  public var neuron: Int
  /// The output is read in ticks [shift, shift + T).
  public var shift: Int
  /// Whether the board tells the neuron's spikes or its membrane.
  public var reads: OutputReading

  public init(core: Int, neuron: Int, shift: Int, reads: OutputReading = .spikes) {
    self.core = core
    self.neuron = neuron
    self.shift = shift
    self.reads = reads
  }
}

/// Where a spike or an input goes: an axon of a core.
public struct Route: Sendable, Hashable {
  /// The number of the core.
  public var core: Int
  /// The axon in the core.
  public var axon: Int

  public init(core: Int, axon: Int) {
    self.core = core
    self.axon = axon
  }
}

extension Mapping {
  /// The routes of input line `line`.
  public func routes(ofInput line: Int) -> ArraySlice<Route> {
    inputRoutes[inputRouteStarts[line]..<inputRouteStarts[line + 1]]
  }

  /// How many outputs tell membranes.
  public var readoutCount: Int { outputs.reduce(0) { $0 + ($1.reads == .membranes ? 1 : 0) } }

  /// The place in `cores` of the core of this number; nil where it is not in use.
  public func index(ofCore number: Int) -> Int? {
    var low = 0
    var high = cores.count
    while low < high {
      let middle = (low + high) / 2
      if cores[middle].number == number { return middle }
      if cores[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}
