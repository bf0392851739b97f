import Mapper
import Networks
import Targets

/// The left shifts that all weights from inputs, between hidden neurons, and to readouts have in common.
struct XyloWeightShifts {
  var input = 0
  var recurrent = 0
  var output = 0

  private enum Group: String {
    case input = "from inputs"
    case recurrent = "between hidden neurons"
    case output = "to readouts"
  }

  /// The least shifts under which every weight is one of the chip's, times a power of two.
  ///
  /// - Throws: the misfit of a weight that is not divisible by what its group's greatest weight needs.
  init(_ network: Network, table: ChipTable, roles: XyloRoles, target: Target, limits: ChipLimits)
    throws(Misfit)
  {
    for group in [Group.input, .recurrent, .output] {
      let members = table.synapses.filter { Self.group(of: $0, table, roles) == group }
      guard let least = members.min(by: { $0.weight < $1.weight }),
        let most = members.max(by: { $0.weight < $1.weight })
      else { continue }
      var shift = 0
      while shift < target.arithmetic.maximumWeightShift,
        (least.weight >> shift) < limits.weights.lowerBound
          || (most.weight >> shift) > limits.weights.upperBound
      {
        shift += 1
      }
      if let odd = members.first(where: { $0.weight & ((1 << shift) - 1) != 0 }) {
        throw Misfit(
          .weightShift, needed: .option("\(odd.weight) beside \(most.weight) and \(least.weight)"),
          available: .option("one shift for all weights \(group.rawValue)"), target: target.name,
          population: network.projections[odd.projection].name,
          remedies: [
            Remedy(kind: .option, text: "use multiples of \(1 << shift), or smaller weights")
          ])
      }
      switch group {
      case .input: input = shift
      case .recurrent: recurrent = shift
      case .output: output = shift
      }
    }
  }

  private static func group(of synapse: ChipTable.Synapse, _ table: ChipTable, _ roles: XyloRoles)
    -> Group
  {
    if synapse.source < table.inputCount { return .input }
    return synapse.target < roles.hiddenCount ? .recurrent : .output
  }

  /// What the chip stores of a synapse's weight.
  func quotient(of synapse: ChipTable.Synapse, inputCount: Int, hiddenCount: Int) -> Int {
    if synapse.source < inputCount { return synapse.weight >> input }
    return synapse.weight >> (synapse.target < hiddenCount ? recurrent : output)
  }
}
