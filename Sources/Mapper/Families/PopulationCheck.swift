import FixedPoint
import Networks
import NeuronCore
import Targets

/// Compares the options of one population with what a target computes.
struct PopulationCheck {
  let population: Population
  let target: Target

  private var model: NeuronModel { population.model }
  private var arithmetic: Arithmetic { target.arithmetic }

  func run() throws(Misfit) {
    try checkMembrane()
    // Of a chip that sums in 16 bits `AccumulatorProof` says whether exact sums are the same.
    if target.chip == nil || model.accumulator != .exact || model.currents.count > 0 {
      try option(.accumulator, model.accumulator, arithmetic.accumulators)
    }
    try amount(.currents, model.currents.count, arithmetic.maximumCurrents)
    try checkDecay(model.leak, of: "the membrane")
    for index in 0..<model.currents.count {
      try checkDecay(model.currents.decay(of: index), of: "current \(index)")
    }
    try option(.sum, model.sum, arithmetic.sums)
    try option(.compare, model.compare, arithmetic.compares)
    try option(.reset, model.reset, arithmetic.resets)
    try amount(.spikeCap, Int(model.spikeCap), arithmetic.maximumSpikeCap)
    try amount(.refractoryTicks, Int(model.refractoryTicks), arithmetic.maximumRefractoryTicks)
    try amount(.start, greatest(population.start), arithmetic.maximumStart)
    try checkInitialMembrane()
  }

  private func greatest(_ values: PerNeuron) -> Int {
    switch values {
    case .uniform(let value): Int(value)
    case .each(let values): Int(values.max() ?? 0)
    }
  }

  private func checkMembrane() throws(Misfit) {
    let range = target.membraneRange
    var lowest: Int64
    switch model.lowerBound {
    case .value(let value): lowest = Int64(value)
    case .minusThreshold: lowest = -Int64(greatest(population.threshold))
    }
    lowest = min(lowest, 0)
    let upper = Int64(model.upperBound)
    if !range.contains(lowest) || !range.contains(upper) {
      throw misfit(
        .membraneBounds, .option("\(lowest) to \(upper)"), .option("\(range.lowerBound) to \(range.upperBound)"),
        "bound the membrane to \(max(lowest, range.lowerBound)) to \(min(upper, range.upperBound))")
    }
  }

  private func checkDecay(_ rule: DecayRule, of what: String) throws(Misfit) {
    let kind = DecayKind(rule)
    try option(.leak, kind, arithmetic.leaks, detail: what)
    let shift: Int
    switch rule {
    case .none, .linear: return
    case .floor(let k), .towardZero(let k), .atLeastOne(let k), .atLeastOneFloor(let k), .multiply(let k):
      shift = Int(k)
    }
    try amount(.leakShift, shift, arithmetic.maximumLeakShift, detail: what)
  }

  private func checkInitialMembrane() throws(Misfit) {
    let values: [Int32]
    switch population.initialMembrane {
    case .uniform(let value): values = [value]
    case .each(let each): values = each
    }
    if let value = values.first(where: { $0 != 0 }) {
      throw misfit(
        .initialMembrane, .count(Int(value)), .count(0),
        "start from 0, and give what is missing as input or bias in the first tick")
    }
  }

  private func amount(_ resource: Resource, _ needed: Int, _ available: Int, detail: String? = nil) throws(Misfit) {
    if needed > available {
      throw misfit(
        resource, .count(needed), .count(available), "use at most \(available) (\(resource.words))", detail: detail)
    }
  }

  private func option<Option: NamedOption>(
    _ resource: Resource, _ needed: Option, _ available: [Option], detail: String? = nil
  ) throws(Misfit) {
    if available.contains(needed) { return }
    // The network is changed in net.json, the target in its file.
    throw misfit(
      resource, .option(needed.bothWords), .option(available.map(\.targetWord).joined(separator: ", ")),
      "use one of: \(available.map(\.words).joined(separator: ", ")) (\(resource.words))", detail: detail)
  }

  private func misfit(
    _ resource: Resource, _ needed: Quantity, _ available: Quantity, _ remedy: String, detail: String? = nil
  ) -> Misfit {
    Misfit(
      resource, needed: needed, available: available, target: target.name, population: population.name,
      detail: detail, remedies: [Remedy(kind: .option, text: remedy)])
  }
}
