import FixedPoint
import Networks
import NeuronCore

/// A recorded case of the neuron law, as its file spells it.
struct NeuronGolden: Decodable {
  struct Rule: Decodable {
    let rule: String
    let k: UInt8?
    let lambda: UInt64?
  }

  struct PopulationRecord: Decodable {
    let size: Int
    let lo: Bound
    let hi: Int32
    let accumulator: String
    let currents: [Rule]
    let leak: Rule
    let sum: String
    let compare: String
    let reset: String
    let cap: UInt8
    let refractory: UInt16
    let threshold: [Int32]
    let bias: [Int32]
    let start: [Int32]
    let initial: [Int32]
  }

  /// A bound for the population, or one for each neuron.
  enum Bound: Decodable {
    case one(Int32)
    case each([Int32])

    init(from decoder: any Swift.Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Int32.self) {
        self = .one(value)
      } else {
        self = .each(try container.decode([Int32].self))
      }
    }
  }

  enum Source: Decodable {
    case input
    case population(Int)

    init(from decoder: any Swift.Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let index = try? container.decode(Int.self) {
        self = .population(index)
      } else if try container.decode(String.self) == "input" {
        self = .input
      } else {
        throw GoldenMismatch(description: "a projection comes from neither the input nor a population")
      }
    }
  }

  struct ProjectionRecord: Decodable {
    let from: Source
    let to: Int
    let synapses: [[Int]]
  }

  struct Expected: Decodable {
    let spikes: [[UInt8]]
    let membranes: [[Int32]]
    let currents: [[Int32]]?
  }

  let ticks: Int
  let inputs: Int
  let populations: [PopulationRecord]
  let projections: [ProjectionRecord]
  let input: [[[Int]]]
  let expected: Expected
}

extension NeuronGolden {
  func network() throws -> Network {
    Network(
      inputCount: inputs, populations: try populations.enumerated().map { try $1.population("population \($0)") },
      projections: try projections.enumerated().map { try $1.projection("projection \($0)") }, outputs: [])
  }

  /// Spike counts, [ticks][inputs].
  func inputCounts() throws -> [UInt8] {
    var counts = [UInt8](repeating: 0, count: ticks * inputs)
    for (tick, events) in input.enumerated() {
      for event in events {
        guard event.count == 2, (0..<inputs).contains(event[0]), (1...255).contains(event[1]), tick < ticks else {
          throw GoldenMismatch(description: "an input event of tick \(tick) is malformed")
        }
        counts[tick * inputs + event[0]] += UInt8(event[1])
      }
    }
    return counts
  }
}

extension NeuronGolden.Rule {
  func decay() throws -> DecayRule {
    switch (rule, k, lambda) {
    case ("none", _, _): .none
    case ("floor", let k?, _): .floor(shift: k)
    case ("towardZero", let k?, _): .towardZero(shift: k)
    case ("atLeastOne", let k?, _): .atLeastOne(shift: k)
    case ("atLeastOneFloor", let k?, _): .atLeastOneFloor(shift: k)
    case ("multiply", let k?, _): .multiply(shift: k)
    // No value has more than 32 bits, so a greater amount takes no more away.
    case ("linear", _, let lambda?): .linear(amount: UInt32(clamping: lambda))
    default: throw GoldenMismatch(description: "unknown decay rule \(rule)")
    }
  }
}

extension NeuronGolden.PopulationRecord {
  func population(_ name: String) throws -> Population {
    Population(
      name: name, size: size, model: try model(), threshold: .each(threshold), bias: .each(bias),
      start: .each(start), initialMembrane: .each(initial))
  }

  private func model() throws -> NeuronModel {
    NeuronModel(
      lowerBound: try floor(), upperBound: hi, accumulator: try lookUp(accumulator, Self.accumulators),
      currents: try currentDecays(), leak: try leak.decay(), sum: try lookUp(sum, Self.sums),
      compare: try lookUp(compare, Self.comparisons), reset: try lookUp(reset, Self.resets), spikeCap: cap,
      refractoryTicks: refractory)
  }

  private func floor() throws -> MembraneFloor {
    switch lo {
    case .one(let value): return .value(value)
    case .each(let values):
      if values == threshold.map({ -$0 }) { return .minusThreshold }
      if let first = values.first, values.allSatisfy({ $0 == first }) { return .value(first) }
      throw GoldenMismatch(description: "lower bounds of a population differ and are not minus the thresholds")
    }
  }

  private func currentDecays() throws -> CurrentDecays {
    switch currents.count {
    case 0: .none
    case 1: .one(try currents[0].decay())
    case 2: .two(try currents[0].decay(), try currents[1].decay())
    default: throw GoldenMismatch(description: "a population has \(currents.count) currents")
    }
  }

  private func lookUp<T>(_ name: String, _ table: [String: T]) throws -> T {
    guard let value = table[name] else { throw GoldenMismatch(description: "unknown word \(name)") }
    return value
  }

  private static let accumulators: [String: Accumulator] = [
    "exact": .exact, "wrap16": .wrap16, "saturatePerEvent": .saturatePerEvent,
  ]
  private static let sums: [String: SumRule] = ["exact": .exact, "perTerm16": .perTerm16]
  private static let comparisons: [String: Comparison] = ["atLeast": .atLeast, "above": .above]
  private static let resets: [String: Reset] = [
    "zero": .zero, "subtractBeforeLeak": .subtractBeforeLeak, "subtractAfterLeak": .subtractAfterLeak,
  ]
}

extension NeuronGolden.ProjectionRecord {
  func projection(_ name: String) throws -> Projection {
    guard synapses.allSatisfy({ $0.count == 5 }) else {
      throw GoldenMismatch(description: "a synapse of \(name) does not have five numbers")
    }
    var source = ProjectionSource.input
    if case .population(let index) = from { source = .population(index) }
    let list = SparseSynapses(
      sources: synapses.map { UInt32($0[0]) }, targets: synapses.map { UInt32($0[1]) },
      weights: Weights(synapses.map { Int32($0[2]) }), delays: synapses.map { UInt16($0[3]) },
      currents: synapses.map { UInt8($0[4]) })
    return Projection(
      name: name, source: source, target: to, connectivity: .sparse(list),
      delay: synapses.map { $0[3] }.min() ?? 1)
  }
}
