import Mapper
import Networks
import NeuronCore
import Targets

/// The open uCaspian core: 256 neurons and 4,096 synapses in an iCE40 UP5K, reached over a serial line.
///
/// Source: github.com/ORNL/uCaspian; docs/chips/ucaspian.md.
public struct UCaspianFamily: SingleChipFamily {
  public static var name: String { "ucaspian" }

  public static var format: ChipFormat {
    ChipFormat(
      arithmetic: Arithmetic(
        membraneBits: 16, maximumCurrents: 0, accumulators: [.wrap16, .exact], leaks: [.none], maximumLeakShift: 0,
        sums: [.exact], compares: [.above], resets: [.zero], maximumSpikeCap: 1, maximumRefractoryTicks: 0,
        weightBits: [8], maximumWeightShift: 0, delays: 1...16, inputDelays: 0...15, maximumInputCount: 1,
        maximumStart: .max),
      neurons: 256, inputs: 128, synapses: 4096, synapsesPerNeuron: 255, weights: -128...127, thresholds: 0...255)
  }

  public init() {}

  public func layOut(_ network: Network, on target: Target, limits: ChipLimits) throws(Misfit) -> ChipMapping {
    let checks = UCaspianChecks(network: network, target: target, limits: limits)
    try checks.runEarly()
    let lowering = UCaspianLowering(network)
    let lowered = lowering.lowered()
    // What feeds the relays is the host: no synapses.
    var fed = lowered
    fed.projections.removeAll { $0.source == .input }
    let table = ChipTable(fed)
    try ChipChecks(fed, table: table, target: target, limits: limits).run()
    try AccumulatorProof(fed, table: table, target: target).check()
    return ChipMapping(
      network: lowered,
      ports: ChipPorts(inputs: Array(0..<network.inputCount), outputs: lowered.outputNeurons.map(\.neuron)),
      uses: [
        ChipUse("neurons", lowered.neuronCount, of: target.budgets.neuronsPerCore),
        ChipUse("synapses", table.synapses.count, of: limits.synapses),
        ChipUse("input relays", network.inputCount, of: target.budgets.inputs),
        ChipUse("outputs", network.outputCount, of: target.budgets.outputs),
      ], notes: notes(network, lowered))
  }

  private func notes(_ network: Network, _ lowered: Network) -> [String] {
    var notes: [String] = []
    if network.inputCount > 0 {
      notes.append(
        "each input line is a relay neuron: all else is one tick later than in the network, and outputs are read one "
          + "tick later, so that results are the same; an input has a count of 0 or 1")
    }
    let relays = lowered.neuronCount - network.neuronCount - network.inputCount
    if relays > 0 {
      notes.append("a neuron has one delay: \(relays) relay neurons wait out the further delays")
    }
    return notes
  }
}
