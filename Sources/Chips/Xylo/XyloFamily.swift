import ImageFormat
import Images
import Mapper
import Networks
import NeuronCore
import Targets

/// The Xylo chips: synchronous neurons with synaptic currents, 16 inputs, a hidden population and readouts.
public struct XyloFamily: SingleChipFamily {
  public static var name: String { "xylo" }

  public static var format: ChipFormat {
    ChipFormat(
      arithmetic: Arithmetic(
        membraneBits: 16, maximumCurrents: 2, accumulators: [.saturatePerEvent], leaks: [.atLeastOneFloor],
        maximumLeakShift: XyloConfiguration.greatestShift, sums: [.perTerm16], compares: [.atLeast],
        resets: [.subtractBeforeLeak], maximumSpikeCap: XyloMachine.greatestHiddenCount, maximumRefractoryTicks: 0,
        weightBits: [8], maximumWeightShift: 7, delays: 1...1, inputDelays: 0...0,
        maximumInputCount: XyloMachine.greatestInput, maximumStart: .max),
      neurons: 65536, inputs: XyloConfiguration.inputCount, weights: -128...127, thresholds: 1...32767,
      biases: -32768...32767, hiddenSpikeCap: XyloMachine.greatestHiddenCount, outputSpikeCap: 1)
  }

  public init() {}

  public func layOut(_ network: Network, on target: Target, limits: ChipLimits) throws(Misfit)
    -> ChipMapping
  {
    let roles = try XyloRoles(network, target: target)
    let ordered = roles.ordered(network)
    try ChipStarts(ordered, target: target).check()
    let table = ChipTable(ordered)
    try roles.checkOrder(ordered, table, target: target)
    let shifts = try XyloWeightShifts(
      ordered, table: table, roles: roles, target: target, limits: limits)
    let quotients = table.mappingWeights {
      shifts.quotient(of: $0, inputCount: table.inputCount, hiddenCount: roles.hiddenCount)
    }
    try ChipChecks(ordered, table: quotients, target: target, limits: limits).run()
    try roles.checkWindows(ordered, quotients, target: target, limits: limits)
    return ChipMapping(
      network: ChipStarts.removed(ordered),
      ports: ChipPorts(
        inputs: Array(0..<network.inputCount), outputs: ordered.outputNeurons.map(\.neuron)),
      uses: [
        ChipUse("inputs", network.inputCount, of: target.budgets.inputs),
        ChipUse(
          "hidden neurons", roles.hiddenCount,
          of: target.budgets.neuronsPerCore - target.budgets.outputs),
        ChipUse("readouts", roles.readoutCount, of: target.budgets.outputs),
        ChipUse("synapses", quotients.synapses.count, of: limits.synapses),
        ChipUse(
          "synapses of one neuron, at most", quotients.greatestFanOutOfNeurons, of: limits.synapsesPerNeuron),
        ChipUse(
          "sources of one neuron, at most", quotients.greatestFanIn, of: limits.sourcesPerNeuron),
      ])
  }
}

extension XyloFamily: PayloadEncoder {
  public var family: FourCharacterCode { .xylo }

  /// The section `XCFG`, which docs/chips/xylo.md describes.
  public func sections(for mapping: Mapping) throws -> [ImageSection] {
    guard let chip = mapping.chip else { return [] }
    let configuration = try XyloConfiguration(chip.network, target: mapping.target)
    return [ImageSection(kind: .xyloConfiguration, bytes: try CanonicalJSON.encode(configuration))]
  }
}

extension FourCharacterCode {
  public static var xylo: Self { Self("XYLO") }
  static var xyloConfiguration: Self { Self("XCFG") }
}

extension XyloFamily: PayloadInspector {
  public func facts(of image: LoadedImage) throws -> [PayloadFact] {
    let configuration = try image.xyloConfiguration()
    let shifts = configuration.weightShifts
    func count(_ lists: [[XyloConfiguration.Synapse]]) -> Int { lists.reduce(0) { $0 + $1.count } }
    return [
      PayloadFact("hidden neurons", "\(configuration.hidden.count)"),
      PayloadFact("readouts", "\(configuration.readouts.count)"),
      PayloadFact(
        "synapses",
        "\(count(configuration.inputSynapses)) from inputs, \(count(configuration.recurrentSynapses)) recurrent, "
          + "\(count(configuration.outputSynapses)) to readouts"),
      PayloadFact(
        "weight shifts",
        "\(shifts.input) from inputs, \(shifts.recurrent) recurrent, \(shifts.output) to readouts"),
    ]
  }
}

extension LoadedImage {
  /// The configuration in the section XCFG, checked, and with the image's own number of inputs, neurons and outputs.
  func xyloConfiguration() throws -> XyloConfiguration {
    let configuration = try withSection(.xyloConfiguration) { bytes in
      do throws(ImagesError) {
        return try CanonicalJSON.decode(XyloConfiguration.self, from: bytes, section: "XCFG")
      } catch {
        throw error.inFile(name)
      }
    }
    func refuse(_ problem: String) -> ImagesError {
      .hostSectionOf(path: name, section: "XCFG", problem: problem)
    }
    do {
      try configuration.check()
    } catch {
      throw refuse("\(error)")
    }
    let neurons = configuration.hidden.count + configuration.readouts.count
    guard neurons == host.neuronCount else {
      throw refuse("\(neurons) neurons, but the host's section has \(host.neuronCount)")
    }
    guard let ports, ports.inputs.allSatisfy({ $0 < XyloConfiguration.inputCount }) else {
      throw refuse("an input line has no channel: there are \(XyloConfiguration.inputCount)")
    }
    guard Set(ports.inputs).count == ports.inputs.count else { throw refuse("two input lines have the same channel") }
    guard ports.outputs.allSatisfy({ $0 >= configuration.hidden.count }) else {
      throw refuse("an output is no readout")
    }
    return configuration
  }
}
