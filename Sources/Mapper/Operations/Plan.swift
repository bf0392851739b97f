import Networks
import Targets

/// One attempt to map a network whose options the target represents.
struct Plan {
  let network: Network
  let target: Target
  let facts: NeuronFacts
  let table: SynapseTable
  /// Which neurons take part; nil for all. For asking what would fit.
  var isKept: [Bool]?
  /// Attempts stop beyond this number of cores; a complete one tells how many are needed.
  var coreLimit = Int.max

  /// A neuron's record counts its routes in 16 bits.
  static let routesPerNeuron = 65_535
  /// The rounds of filling in which the routes of the last round are budgeted.
  private static let rounds = 12

  var limits: CoreLimits {
    let budgets = target.budgets
    return CoreLimits(
      neurons: budgets.neuronsPerCore, axons: budgets.axonsPerCore, synapseBytes: budgets.synapseBytesPerCore,
      routes: budgets.routesPerCore, classes: budgets.classesPerCore)
  }

  /// The mapping, or the misfit without remedies.
  func mapping() throws(Misfit) -> Mapping {
    let cores = try filledCores()
    let mapping = Assembly(plan: self).mapping(of: cores)
    try checkAccumulators(cores)
    try checkBoard(mapping)
    return mapping
  }

  /// The cores in the order of filling, each within its budgets.
  private func filledCores() throws(Misfit) -> [CoreContents] {
    let order = FillOrder(network, target: target, isKept: isKept)
    var builder = CoreBuilder(table: table, facts: facts, storage: RowStorage(target))
    var overfull: Fill.Result?
    var crowded: (cores: [CoreContents], loads: [Int])?
    for style in Fill.Style.allCases {
      var loads = [Int](repeating: 0, count: table.neuronCount)
      for _ in 0..<Self.rounds {
        // Only the densest filling is counted to its end, to tell how many cores are needed.
        let limit = style == .dense ? coreLimit : min(coreLimit, target.topology.coreCount)
        let fill = Fill(facts: facts, limits: limits, style: style, routeLoads: loads, coreLimit: limit)
        let result: Fill.Result
        do throws(Fill.Failure) {
          result = try fill.cores(of: order.units, with: &builder)
        } catch {
          throw misfit(of: error, loads: loads, with: &builder)
        }
        if result.cores.count > target.topology.coreCount || result.isIncomplete {
          overfull = result
          break
        }
        let now = Routing.loads(result.cores, table: table)
        if result.cores.allSatisfy({ core in routes(of: core, now) <= limits.routes })
          && now.allSatisfy({ $0 <= Self.routesPerNeuron })
        {
          return result.cores
        }
        crowded = (result.cores, now)
        for neuron in loads.indices { loads[neuron] = max(loads[neuron], now[neuron]) }
      }
    }
    if let overfull { throw misfit(of: overfull, with: &builder) }
    throw misfit(ofCrowded: crowded?.cores ?? [], crowded?.loads ?? [])
  }

  func routes(of core: CoreContents, _ loads: [Int]) -> Int {
    core.neurons.reduce(0) { $0 + loads[Int($1)] }
  }
}
