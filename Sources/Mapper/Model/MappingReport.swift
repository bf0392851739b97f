import ImageFormat
import Targets

/// What went where, and how much of each budget it takes; counted byte for byte as the image holds it.
public struct MappingReport: Sendable, Equatable, Codable {
  public var target: String
  public var cores: [Core]
  public var populations: [Population]
  /// The sums of all cores against what the target has in all.
  public var totals: Totals
  /// Lengths of the device's sections in the image.
  public var sections: Sections
  /// The chip's own budgets, nil for a grid of cores.
  public var chip: [ChipUse]?
  /// What the user has to know of how the chip runs the network.
  public var notes: [String]?
  /// What the tool can do for a target that cannot be flashed: "emulation only".
  public var marking: String?

  /// A budget and what is used of it; `budget` is nil where nothing limits it.
  public struct Use: Sendable, Equatable, Codable {
    public var used: Int
    public var budget: Int?

    /// `Int.max` is no budget.
    public init(_ used: Int, of budget: Int) {
      self.used = used
      self.budget = budget == Budgets.unlimited ? nil : budget
    }
  }

  /// What one core holds.
  public struct Core: Sendable, Equatable, Codable {
    public var number: Int
    public var neurons: Use
    public var axons: Use
    public var synapseBytes: Use
    public var routes: Use
    public var classes: Use
    /// Rows that are stored; axons may share one.
    public var rows: Int
    /// Bytes of the core in the image.
    public var imageBytes: Int
    /// The names of the populations that have neurons here.
    public var populations: [String]

    enum CodingKeys: String, CodingKey {
      case number, neurons, axons, routes, classes, rows, populations
      case synapseBytes = "synapse_bytes"
      case imageBytes = "image_bytes"
    }
  }

  /// Where a population went.
  public struct Population: Sendable, Equatable, Codable {
    public var name: String
    public var neurons: Int
    /// The numbers of its cores, ascending.
    public var cores: [Int]
  }

  /// Sums over the board.
  public struct Totals: Sendable, Equatable, Codable {
    public var cores: Use
    public var neurons: Int
    public var axons: Int
    public var synapseBytes: Int
    public var routes: Int
    public var inputTableEntries: Use
    public var outputs: Use
    /// Hops along the grid, summed over the routes between neurons.
    public var hops: Int

    enum CodingKeys: String, CodingKey {
      case cores, neurons, axons, routes, outputs, hops
      case synapseBytes = "synapse_bytes"
      case inputTableEntries = "input_table_entries"
    }
  }

  /// Lengths of sections, in bytes without the padding between them.
  public struct Sections: Sendable, Equatable, Codable {
    public var board: Int
    public var cores: Int
    public var inputs: Int
    public var neuronMap: Int

    enum CodingKeys: String, CodingKey {
      case board, cores, inputs
      case neuronMap = "neuron_map"
    }
  }

  enum CodingKeys: String, CodingKey {
    case target, cores, populations, totals, sections, chip, notes, marking
  }
}

extension MappingReport {
  /// The bytes of the image without its two texts, which only a host needs.
  public var leastImageBytes: Int {
    let alignment = ImageLayout.sectionAlignment
    let sections = [sections.board, sections.cores, sections.inputs, sections.neuronMap]
    // Two more entries of the section table belong to the texts.
    let start = ImageLayout.headerBytes + (sections.count + 2) * ImageLayout.sectionEntryBytes
    return sections.reduce(start) { ($0 + alignment - 1) / alignment * alignment + $1 }
  }

  /// Counts a mapping.
  public init(_ mapping: Mapping) {
    let budgets = mapping.target.budgets
    let costs = mapping.target.costs
    target = mapping.target.name
    chip = mapping.chip?.uses
    notes = mapping.chip.flatMap { $0.notes.isEmpty ? nil : $0.notes }
    marking = mapping.target.marking
    cores = mapping.cores.map { Core($0, mapping: mapping) }
    var homes = [[Int]](repeating: [], count: mapping.populations.count)
    var hops = 0
    var coreBytes = 0
    let alignment = ImageLayout.sectionAlignment
    for (core, counted) in zip(mapping.cores, cores) {
      for neuron in core.neurons where homes[neuron.population].last != core.number {
        homes[neuron.population].append(core.number)
      }
      for route in core.routes { hops += mapping.target.topology.hops(from: core.number, to: route.core) }
      coreBytes = (coreBytes + alignment - 1) / alignment * alignment + counted.imageBytes
    }
    populations = zip(mapping.populations, homes).map { population, cores in
      Population(name: population.name, neurons: population.size, cores: cores)
    }
    let neurons = cores.reduce(0) { $0 + $1.neurons.used }
    totals = Totals(
      cores: Use(cores.count, of: mapping.target.topology.coreCount), neurons: neurons,
      axons: cores.reduce(0) { $0 + $1.axons.used }, synapseBytes: cores.reduce(0) { $0 + $1.synapseBytes.used },
      routes: cores.reduce(0) { $0 + $1.routes.used },
      inputTableEntries: Use(mapping.inputRoutes.count, of: budgets.inputTableEntries),
      outputs: Use(mapping.outputs.count, of: budgets.outputs), hops: hops)
    sections = Sections(
      board: ImageLayout.boardHeaderBytes + cores.count * costs.coreEntry, cores: coreBytes,
      inputs: costs.inputTableBytes(lines: mapping.inputCount, routes: mapping.inputRoutes.count),
      neuronMap: neurons * 8)
  }
}

extension MappingReport.Core {
  init(_ core: MappedCore, mapping: Mapping) {
    let budgets = mapping.target.budgets
    number = core.number
    neurons = .init(core.neurons.count, of: budgets.neuronsPerCore)
    axons = .init(core.axons.count, of: budgets.axonsPerCore)
    synapseBytes = .init(core.synapses.count, of: budgets.synapseBytesPerCore)
    routes = .init(core.routes.count, of: budgets.routesPerCore)
    classes = .init(core.classes.count, of: budgets.classesPerCore)
    rows = core.rows.count
    imageBytes = mapping.target.costs.coreBytes(
      neurons: core.neurons.count, axons: core.axons.count, classes: core.classes.count, routes: core.routes.count,
      synapseBytes: core.synapses.count)
    var present = [Bool](repeating: false, count: mapping.populations.count)
    for neuron in core.neurons { present[neuron.population] = true }
    populations = present.indices.filter { present[$0] }.map { mapping.populations[$0].name }
  }
}
