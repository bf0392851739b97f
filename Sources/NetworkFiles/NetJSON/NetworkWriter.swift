import FixedPoint
import Networks
import NeuronCore

/// Turns a document into the JSON of a network file and the tensors of its sidecar.
struct NetworkWriter {
  let document: NetworkDocument
  private(set) var sidecar = SafetensorsWriter()
  private let usesSidecar: Bool

  /// Arrays of up to this many numbers stay in net.json whatever the size of the network.
  private static let alwaysInline = 64

  init(_ document: NetworkDocument, path: String, inlineLimit: Int) throws(NetworkFilesError) {
    self.document = document
    var names: Set<String> = [NetworkReader.inputName]
    for population in document.network.populations where !names.insert(population.name).inserted {
      throw .invalidNetwork(
        path: path,
        problem:
          "the population name \"\(shown(population.name))\" \(population.name == NetworkReader.inputName ? "means the input lines" : "occurs twice"); rename it"
      )
    }
    for (what, name) in Self.names(of: document) where hasControlCharacters(name) {
      throw .invalidNetwork(
        path: path, problem: "the \(what) name \"\(shown(name))\" has control characters; rename it")
    }
    usesSidecar = Self.numberCount(document.network) > inlineLimit
  }

  /// All names of a document, each with what it names.
  private static func names(of document: NetworkDocument) -> [(what: String, name: String)] {
    let network = document.network
    return [("network", network.name)] + network.populations.map { ("population", $0.name) }
      + network.projections.map { ("projection", $0.name) } + network.outputs.map { ("output", $0.name) }
      + document.classNames.map { ("class", $0) } + [document.target].compactMap(\.self).map { ("target", $0.name) }
  }

  /// All numbers of arrays that a network holds.
  private static func numberCount(_ network: Network) -> Int {
    var count = 0
    for projection in network.projections {
      switch projection.connectivity {
      case .dense(let weights), .oneToOne(let weights): count += weights.count
      case .convolution(let convolution): count += convolution.weights.count
      case .sumPooling: break
      case .sparse(let list): count += 3 * list.weights.count + list.delays.count + list.currents.count
      }
    }
    for population in network.populations {
      for values in [population.threshold, population.bias, population.start, population.initialMembrane] {
        if case .each(let list) = values { count += list.count }
      }
    }
    return count
  }

  /// The members of the document, without `sidecar`.
  mutating func root() -> [String: JSONOutput] {
    let network = document.network
    var root: [String: JSONOutput] = [
      "format": .string(NetworkFile.format), "version": .integer(Int64(NetworkFile.version)),
      "name": .string(network.name), "inputs": .integer(Int64(network.inputCount)),
      "ticks": .integer(Int64(document.ticks)), "coding": coding(), "decoder": .string(document.decoder.rawValue),
    ]
    if !document.classNames.isEmpty { root["classes"] = .array(document.classNames.map { .string($0) }) }
    if let target = document.target {
      root["target"] = .object(["name": .string(target.name), "sha256": .string(target.sha256)])
    }
    if let training = document.training { root["training"] = .object(training.mapValues { .string($0) }) }
    var populations: [JSONOutput] = []
    for (index, value) in network.populations.enumerated() { populations.append(population(value, index)) }
    root["populations"] = .array(populations)
    var projections: [JSONOutput] = []
    for (index, value) in network.projections.enumerated() { projections.append(projection(value, index)) }
    root["projections"] = .array(projections)
    root["outputs"] = .array(network.outputs.map(output))
    return root
  }

  private func coding() -> JSONOutput {
    let coding = document.coding
    var members: [String: JSONOutput] = ["kind": .string(coding.kind.rawValue)]
    if coding.kind != .spikes || coding.maximum != 1 { members["maximum"] = .integer(Int64(coding.maximum)) }
    if coding.levels != 1 { members["levels"] = .integer(Int64(coding.levels)) }
    if coding.threshold != 1 { members["threshold"] = .integer(Int64(coding.threshold)) }
    if coding.seed != 0 {
      // Beyond 53 bits many readers of JSON round.
      members["seed"] = coding.seed < 1 << 53 ? .integer(Int64(coding.seed)) : .string(String(coding.seed))
    }
    return .object(members)
  }

  private func output(_ group: OutputGroup) -> JSONOutput {
    var members: [String: JSONOutput] = [
      "name": .string(group.name), "population": .string(document.network.populations[group.population].name),
      "first": .integer(Int64(group.neurons.lowerBound)), "count": .integer(Int64(group.neurons.count)),
      "shift": .integer(Int64(group.shift)),
    ]
    if group.reads != .spikes { members["reads"] = .string(group.reads.rawValue) }
    return .object(members)
  }

  /// An array of a given shape: in place, or a reference to a new tensor.
  mutating func numbers(_ weights: Weights, shape: [Int], name: String) -> JSONOutput {
    if usesSidecar, weights.count > Self.alwaysInline {
      sidecar.add(name, shape: shape, weights)
      return .object(["tensor": .string(name)])
    }
    var rest = weights.values[...]
    return Self.nested(&rest, shape: shape[...])
  }

  private static func nested(_ values: inout ArraySlice<Int32>, shape: ArraySlice<Int>) -> JSONOutput {
    guard let extent = shape.first else { return .integer(Int64(values.removeFirst())) }
    var elements: [JSONOutput] = []
    for _ in 0..<extent { elements.append(nested(&values, shape: shape.dropFirst())) }
    return .array(elements)
  }

  /// One number, or an array of one for each neuron.
  mutating func perNeuron(_ values: PerNeuron, name: String) -> JSONOutput {
    switch values {
    case .uniform(let value): .integer(Int64(value))
    case .each(let list): numbers(Weights(narrowest: list), shape: [list.count], name: name)
    }
  }
}
