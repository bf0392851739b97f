import FixedPoint
import ImageFormat
import NeuronCore

/// The tables of one core, as data for people and programs.
public struct CoreInspection: Sendable, Equatable, Encodable {
  public var number: Int
  public var classes: [Class]
  public var neurons: [Neuron]
  public var axons: [Axon]

  /// A parameter set.
  public struct Class: Sendable, Equatable, Encodable {
    public var leak: String
    public var currents: [String]
    public var sum: String
    public var compare: String
    public var reset: String
    public var lower: String
    public var upper: Int
    public var spikeCap: Int
    public var refractoryTicks: Int

    enum CodingKeys: String, CodingKey {
      case leak, currents, sum, compare, reset, lower, upper
      case spikeCap = "spike_cap"
      case refractoryTicks = "refractory_ticks"
    }
  }

  /// A neuron.
  public struct Neuron: Sendable, Equatable, Encodable {
    public var population: String
    public var index: Int
    public var classIndex: Int
    public var threshold: Int
    public var bias: Int
    public var start: Int
    public var output: Int?
    /// Where its spikes go, as core:axon.
    public var routes: [String]

    enum CodingKeys: String, CodingKey {
      case population, index, threshold, bias, start, output, routes
      case classIndex = "class"
    }
  }

  /// An axon and its row.
  public struct Axon: Sendable, Equatable, Encodable {
    public var delay: Int
    public var format: String
    public var bits: Int
    public var shift: Int
    public var current: Int
    public var firstNeuron: Int
    public var count: Int
    public var rowOffset: Int
    /// The weights before the shift, as (neuron, weight), zero weights left out.
    public var synapses: [[Int]]

    enum CodingKeys: String, CodingKey {
      case delay, format, bits, shift, current, count, synapses
      case firstNeuron = "first_neuron"
      case rowOffset = "row_offset"
    }
  }

  /// The tables of core `number`; nil where the image does not use it.
  public init?(_ image: LoadedImage, core number: Int) throws {
    let tables = try image.withMeshImage { mesh -> CoreInspection? in
      guard let number = UInt16(exactly: number), let place = mesh.index(ofCore: number) else { return nil }
      return CoreInspection(image, mesh.core(at: place), place: place)
    }
    guard let tables else { return nil }
    self = tables
  }

  private init(_ image: LoadedImage, _ core: MeshCore, place: Int) {
    number = Int(core.number)
    classes = (0..<core.classCount).compactMap { core.neuronModel(at: $0).map(Self.describe) }
    neurons = (0..<core.neuronCount).map { index in
      let record = core.neuron(at: index)
      let origin = image.host.place(ofNeuron: image.neuronMap.networkIndex(core: place, neuron: index))
      return Neuron(
        population: image.host.populations[origin.population].name, index: origin.index,
        classIndex: record.classIndex, threshold: Int(record.constants.threshold), bias: Int(record.constants.bias),
        start: Int(record.constants.start),
        output: record.output == ImageLayout.noOutput ? nil : Int(record.output),
        routes: record.routes.map { core.route(at: $0) }.map { "\($0.core):\($0.axon)" })
    }
    axons = (0..<core.axonCount).map { index in
      let axon = core.axon(at: index)
      var synapses: [[Int]] = []
      core.forEachSynapse(of: axon) { neuron, weight in
        if weight != 0 { synapses.append([neuron, Int(weight)]) }
      }
      return Axon(
        delay: axon.delay, format: axon.format == .dense ? "dense" : "sparse", bits: axon.weightBits,
        shift: axon.weightShift, current: axon.current, firstNeuron: axon.firstNeuron, count: axon.count,
        rowOffset: axon.rowOffset, synapses: synapses)
    }
  }

  private static func describe(_ model: NeuronModel) -> Class {
    let decays: [DecayRule] = (0..<model.currents.count).map { model.currents.decay(of: $0) }
    let lower: String
    switch model.lowerBound {
    case .value(let value): lower = "\(value)"
    case .minusThreshold: lower = "-threshold"
    }
    return Class(
      leak: text(model.leak), currents: decays.map(text), sum: "\(model.sum)", compare: "\(model.compare)",
      reset: "\(model.reset)", lower: lower, upper: Int(model.upperBound), spikeCap: Int(model.spikeCap),
      refractoryTicks: Int(model.refractoryTicks))
  }

  /// A rule in words: `floor(shift: 4)` is "floor 4".
  private static func text(_ rule: DecayRule) -> String {
    switch rule {
    case .none: "none"
    case .floor(let k): "floor \(k)"
    case .towardZero(let k): "towardZero \(k)"
    case .atLeastOne(let k): "atLeastOne \(k)"
    case .atLeastOneFloor(let k): "atLeastOneFloor \(k)"
    case .multiply(let k): "multiply \(k)"
    case .linear(let amount): "linear \(amount)"
    }
  }
}
