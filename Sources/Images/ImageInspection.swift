import FixedPoint
import ImageFormat
import Networks

/// What an image says about itself, as data for people and programs.
public struct ImageInspection: Sendable, Equatable, Encodable {
  public var bytes: Int
  public var sha256: String
  public var formatVersion: String
  public var family: String
  public var sections: [Section]
  public var grid: Grid
  public var layout: String
  public var accumulatorBits: Int
  public var inputLines: Int
  public var inputRoutes: Int
  public var cores: [Core]
  public var host: HostSection
  public var provenance: Provenance

  /// An entry of the section table.
  public struct Section: Sendable, Equatable, Encodable {
    public var kind: String
    public var offset: Int
    public var bytes: Int
    public var host: Bool
    public var sha256: String
  }

  /// The board's grid.
  public struct Grid: Sendable, Equatable, Encodable {
    public var chipsX: Int
    public var chipsY: Int
    public var coresX: Int
    public var coresY: Int

    enum CodingKeys: String, CodingKey {
      case chipsX = "chips_x"
      case chipsY = "chips_y"
      case coresX = "cores_x"
      case coresY = "cores_y"
    }
  }

  /// The counts of a core.
  public struct Core: Sendable, Equatable, Encodable {
    public var number: Int
    public var neurons: Int
    public var axons: Int
    public var classes: Int
    public var routes: Int
    public var synapseBytes: Int
    public var bytes: Int
    /// The populations of its neurons with how many of each it holds.
    public var populations: [PopulationShare]

    enum CodingKeys: String, CodingKey {
      case number, neurons, axons, classes, routes, bytes, populations
      case synapseBytes = "synapse_bytes"
    }
  }

  /// Neurons of one population in a core.
  public struct PopulationShare: Sendable, Equatable, Encodable {
    public var name: String
    public var neurons: Int
  }

  enum CodingKeys: String, CodingKey {
    case bytes, sha256, family, sections, grid, layout, cores, host, provenance
    case formatVersion = "format_version"
    case accumulatorBits = "accumulator_bits"
    case inputLines = "input_lines"
    case inputRoutes = "input_routes"
  }

  public init(_ image: LoadedImage) throws {
    self = try image.withMeshImage { Self(image, $0) }
  }

  private init(_ image: LoadedImage, _ mesh: MeshImage) {
    let header = mesh.view.header
    bytes = image.byteCount
    sha256 = image.digest.hex
    formatVersion = "\(header.major).\(header.minor)"
    family = header.family.text
    sections = (0..<header.sectionCount).map { index in
      let entry = mesh.view.section(at: index)
      return Section(
        kind: entry.kind.text, offset: entry.range.lowerBound, bytes: entry.range.count, host: entry.isForHost,
        sha256: entry.digest.hex)
    }
    grid = Grid(
      chipsX: mesh.grid.chipsX, chipsY: mesh.grid.chipsY, coresX: mesh.grid.coresX, coresY: mesh.grid.coresY)
    layout = mesh.layout == .compact ? "compact" : "wide"
    accumulatorBits = mesh.accumulatorBits
    inputLines = mesh.inputCount
    inputRoutes = mesh.inputRouteCount
    host = image.host
    provenance = image.provenance
    cores = (0..<mesh.coreCount).map { index in
      let core = mesh.core(at: index)
      return Core(
        number: Int(core.number), neurons: core.neuronCount, axons: core.axonCount, classes: core.classCount,
        routes: core.routeCount, synapseBytes: core.synapseBytes, bytes: core.byteCount,
        populations: Self.shares(of: index, image))
    }
  }

  private static func shares(of core: Int, _ image: LoadedImage) -> [PopulationShare] {
    var counts = [Int](repeating: 0, count: image.host.populations.count)
    let places = image.neuronMap.coreStarts[core]..<image.neuronMap.coreStarts[core + 1]
    for place in places { counts[image.host.place(ofNeuron: image.neuronMap.networkIndex[place]).population] += 1 }
    return zip(image.host.populations, counts).filter { $0.1 > 0 }.map { PopulationShare(name: $0.name, neurons: $1) }
  }
}

extension HostSection {
  /// The population of a neuron of the network, and its index there.
  public func place(ofNeuron networkIndex: Int) -> (population: Int, index: Int) {
    var rest = networkIndex
    for (index, population) in populations.enumerated() {
      if rest < population.size { return (index, rest) }
      rest -= population.size
    }
    return (populations.count, rest)
  }
}
