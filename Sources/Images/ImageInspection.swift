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
  /// nil for a chip with a format of its own, as are the next two and `inputRoutes`.
  public var grid: Grid?
  public var layout: String?
  public var accumulatorBits: Int?
  public var inputLines: Int
  public var inputRoutes: Int?
  /// None for a chip with a format of its own.
  public var cores: [Core]
  /// What a chip with a format of its own is configured to; nil for the mesh.
  public var chip: [PayloadFact]?
  public var host: HostSection
  public var provenance: Provenance
  /// What the target is marked with, which the image does not say: that it exists in the emulator only.
  public var marking: String?

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
    case bytes, sha256, family, sections, grid, layout, cores, chip, host, provenance, marking
    case formatVersion = "format_version"
    case accumulatorBits = "accumulator_bits"
    case inputLines = "input_lines"
    case inputRoutes = "input_routes"
  }

  /// - Parameter inspector: what reads the payload of a family with a format of its own; nil for the mesh.
  public init(_ image: LoadedImage, inspector: (any PayloadInspector)? = nil) throws {
    let view = try image.withBytes { try Sections($0) }
    bytes = image.byteCount
    sha256 = image.digest.hex
    formatVersion = view.version
    family = image.family.text
    sections = view.entries
    inputLines = image.inputCount
    cores = []
    host = image.host
    provenance = image.provenance
    if image.family == .mesh {
      try image.withMeshImage { add($0, of: image) }
    } else {
      chip = try inspector?.facts(of: image) ?? []
    }
  }

  private mutating func add(_ mesh: MeshImage, of image: LoadedImage) {
    grid = Grid(
      chipsX: mesh.grid.chipsX, chipsY: mesh.grid.chipsY, coresX: mesh.grid.coresX, coresY: mesh.grid.coresY)
    layout = mesh.layout == .compact ? "compact" : "wide"
    accumulatorBits = mesh.accumulatorBits
    inputRoutes = mesh.inputRouteCount
    cores = (0..<mesh.coreCount).map { index in
      let core = mesh.core(at: index)
      return Core(
        number: Int(core.number), neurons: core.neuronCount, axons: core.axonCount, classes: core.classCount,
        routes: core.routeCount, synapseBytes: core.synapseBytes, bytes: core.byteCount,
        populations: Self.shares(of: index, image))
    }
  }

  /// The section table and the version, taken out of the bytes.
  private struct Sections {
    let version: String
    let entries: [Section]

    init(_ bytes: UnsafeRawBufferPointer) throws {
      let view = try ImageView(bytes, verifyingDigests: false)
      version = "\(view.header.major).\(view.header.minor)"
      entries = (0..<view.header.sectionCount).map { index in
        let entry = view.section(at: index)
        return Section(
          kind: entry.kind.text, offset: entry.range.lowerBound, bytes: entry.range.count, host: entry.isForHost,
          sha256: entry.digest.hex)
      }
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
