import FixedPoint
import Networks
import NeuronCore

/// What random layered LIF networks may use.
public struct LayeredOptions: Sendable {
  /// Layers of neurons.
  public var layers: ClosedRange<Int> = 1...4
  public var sizes: ClosedRange<Int> = 1...40
  public var ticks: ClosedRange<Int> = 1...24
  public var weightBits: ClosedRange<Int> = 2...8
  public var leaks: [RandomOptions.Leak] = [.floor, .towardZero, .atLeastOne, .multiply]
  public var leakShifts: ClosedRange<Int> = 1...6
  public var resets: [Reset] = [.subtractBeforeLeak, .subtractAfterLeak]
  public var membraneBits = 16
  public var maximumInputCount: UInt8 = 255

  /// What training makes for the reference boards.
  public init() {}
}

extension RandomNetwork {
  /// A feed-forward network of dense LIF layers, as training hands it on: its clocks are shifted, so layer l
  /// starts at tick l.
  public static func layered(
    seed: UInt64, options: LayeredOptions = LayeredOptions()
  ) throws(NetworkError) -> RandomNetwork {
    var random = RandomStream(seed: seed, stream: 0x6C61_7965_7273)
    let layers = random.within(options.layers)
    let sizes = (0...layers).map { _ in random.within(options.sizes) }
    var model = NeuronModel.lif(leak: random.leak(options), membraneBits: options.membraneBits)
    model.reset = random.element(of: options.resets)
    let weights = RandomWeights(bits: random.within(options.weightBits), shift: 0)
    var populations: [Population] = []
    var projections: [Projection] = []
    for layer in 0..<layers {
      let (sources, size) = (sizes[layer], sizes[layer + 1])
      let top = min(max(weights.typical * sources / 4, 2), Int(model.upperBound))
      populations.append(
        Population(
          name: "layer \(layer + 1)", size: size, model: model,
          threshold: .uniform(Int32(random.within(max(top / 8, 1)...top))),
          bias: .each((0..<size).map { _ in Int32(random.within(-top / 8...top / 8)) })))
      projections.append(
        Projection(
          name: "to layer \(layer + 1)", source: layer == 0 ? .input : .population(layer - 1), target: layer,
          connectivity: .dense(weights.make(sources * size, &random)), delay: 0))
    }
    let trained = Network(
      name: "layered", inputCount: sizes[0], populations: populations, projections: projections,
      outputs: [OutputGroup(name: "last", population: layers - 1, neurons: 0..<sizes[layers], shift: 0)])
    let network = try ClockShifts(trained: trained).deploy(trained)
    let ticks = random.within(options.ticks)
    let input = random.input(count: sizes[0], ticks: ticks, maximum: options.maximumInputCount)
    return RandomNetwork(network: network, ticks: ticks, input: input)
  }
}

extension RandomStream {
  fileprivate mutating func leak(_ options: LayeredOptions) -> DecayRule {
    let shift = UInt8(within(options.leakShifts))
    switch element(of: options.leaks) {
    case .none: return .none
    case .floor: return .floor(shift: shift)
    case .towardZero: return .towardZero(shift: shift)
    case .atLeastOne: return .atLeastOne(shift: shift)
    case .atLeastOneFloor: return .atLeastOneFloor(shift: shift)
    case .multiply: return .multiply(shift: shift)
    case .linear: return .linear(amount: UInt32(shift))
    }
  }
}
