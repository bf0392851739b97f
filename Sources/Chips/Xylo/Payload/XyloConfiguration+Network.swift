import FixedPoint
import Mapper
import Networks
import NeuronCore
import Targets

extension XyloConfiguration {
  /// What a network that `XyloFamily.layOut` has taken is configured to.
  ///
  /// - Parameter network: with its hidden populations first.
  init(_ network: Network, target: Target) throws(Misfit) {
    let roles = try XyloRoles(network, target: target)
    let table = ChipTable(network)
    let shifts = try XyloWeightShifts(
      network, table: table, roles: roles, target: target, limits: target.chip ?? ChipLimits())
    let (inputs, hidden) = (network.inputCount, roles.hiddenCount)
    var input = [[Synapse]](repeating: [], count: inputs)
    var recurrent = [[Synapse]](repeating: [], count: hidden)
    var output = [[Synapse]](repeating: [], count: hidden)
    for synapse in table.synapses {
      // Checked against −128…127 when the network was laid out.
      let weight = Int8(
        clamping: shifts.quotient(of: synapse, inputCount: inputs, hiddenCount: hidden))
      if synapse.source < inputs {
        input[synapse.source].append(
          Synapse(target: synapse.target, current: synapse.current, weight: weight))
      } else if synapse.target < hidden {
        recurrent[synapse.source - inputs].append(
          Synapse(target: synapse.target, current: synapse.current, weight: weight))
      } else {
        output[synapse.source - inputs].append(
          Synapse(target: synapse.target - hidden, current: 0, weight: weight))
      }
    }
    var neurons: [Neuron] = []
    for population in network.populations {
      let model = population.model
      for index in 0..<population.size {
        neurons.append(
          Neuron(
            threshold: population.threshold[index],
            bias: population.bias[index] == 0 ? nil : Int16(clamping: population.bias[index]),
            membraneShift: model.leak.shiftOfXylo,
            currentShifts: (0..<model.currents.count).map {
              model.currents.decay(of: $0).shiftOfXylo
            }))
      }
    }
    self.init(
      inputSynapses: input, recurrentSynapses: recurrent, outputSynapses: output,
      hidden: Array(neurons.prefix(hidden)), readouts: Array(neurons.dropFirst(hidden)),
      weightShifts: (shifts.input, shifts.recurrent, shifts.output))
  }
}

extension DecayRule {
  /// The shift of `atLeastOneFloor`, the only rule that the target file lists.
  fileprivate var shiftOfXylo: Int {
    if case .atLeastOneFloor(let shift) = self { Int(shift) } else { 0 }
  }
}
