import FixedPoint
import NetworkFiles
import Networks
import NeuronCore
import TestSupport
import Testing

/// A document around a random network that uses every option.
func randomDocument(seed: UInt64) -> NetworkDocument {
  let random = RandomNetwork.make(seed: seed)
  var network = random.network
  // Files refer to populations by name.
  for index in network.populations.indices { network.populations[index].name = "population \(index)" }
  // Where synapses have columns of their own, files do not hold the numbers that those override.
  for index in network.projections.indices {
    guard case .sparse(let list) = network.projections[index].connectivity else { continue }
    if let least = list.delays.min() { network.projections[index].delay = Int(least) }
    if !list.currents.isEmpty { network.projections[index].current = 0 }
  }
  let outputs = network.outputs.reduce(0) { $0 + $1.neurons.count }
  let kinds = InputCoding.Kind.allCases
  let kind = kinds[Int(seed) % kinds.count]
  return NetworkDocument(
    network: network, ticks: random.ticks,
    coding: InputCoding(
      kind: kind, maximum: kind == .spikes ? 1 : 255, levels: kind == .direct || kind == .delta ? 16 : 1,
      seed: seed % 3 == 0 ? .max - seed : seed, threshold: kind == .delta ? 1 + Int(seed % 9) : 1),
    classNames: seed % 2 == 0 ? [] : (0..<outputs).map { "class \($0)" },
    target: seed % 5 == 0 ? nil : TargetReference(name: "board", sha256: String(repeating: "0f", count: 32)),
    training: seed % 4 == 0 ? nil : ["epochs": "5", "seed": "\(seed)", "note": "a \"quoted\" word\n"])
}

@Suite struct NetworkFileTests {
  @Test("300 random documents come back equal, inline and with a sidecar, with one hash")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("net.json")
    for seed in 0..<300 as Range<UInt64> {
      let document = randomDocument(seed: seed)
      let inline = try NetworkFile.write(document, to: path, inlineLimit: .max)
      #expect(inline.sidecar == nil)
      let first = try NetworkFile.read(path)
      let beside = try NetworkFile.write(document, to: path, inlineLimit: 0)
      let second = try NetworkFile.read(path, checking: .contents)
      #expect(first == document, "seed \(seed), inline")
      #expect(second == document, "seed \(seed), sidecar \(beside)")
      let hash = NetworkFile.hash(document)
      #expect(NetworkFile.hash(first) == hash)
      #expect(NetworkFile.hash(second) == hash)
    }
    #expect(folder.names == ["net.json", "net.safetensors"])
  }

  @Test("equal documents give equal bytes")
  func deterministic() throws {
    let folder = try TemporaryFolder()
    for seed in 0..<20 as Range<UInt64> {
      try NetworkFile.write(randomDocument(seed: seed), to: folder.file("a.json"), inlineLimit: 0)
      let first = try folder.bytes("a.json")
      try NetworkFile.write(randomDocument(seed: seed), to: folder.file("a.json"), inlineLimit: 0)
      #expect(try folder.bytes("a.json") == first)
    }
  }

  @Test("the hash sees every part of the meaning, and nothing else")
  func hash() {
    let document = randomDocument(seed: 7)
    let hash = NetworkFile.hash(document)
    func changed(_ change: (inout NetworkDocument) -> Void) -> Digest {
      var copy = document
      change(&copy)
      return NetworkFile.hash(copy)
    }
    let meanings = [
      changed { $0.ticks += 1 }, changed { $0.coding.seed += 1 }, changed { $0.coding.maximum += 1 },
      changed { $0.classNames[0] = "other" }, changed { $0.network.populations[0].threshold = .uniform(77) },
      changed { $0.network.populations[0].model.spikeCap ^= 1 }, changed { $0.network.projections[0].delay += 1 },
      changed { $0.network.outputs[0].shift += 1 },
      changed { $0.network.outputs[0].reads = $0.network.outputs[0].reads == .spikes ? .membranes : .spikes },
      changed { $0.network.name += "x" },
      changed { $0.network.populations[0].model.leak = .linear(amount: 3) },
    ]
    #expect(!meanings.contains(hash))
    #expect(Set(meanings).count == meanings.count)
    #expect(changed { $0.target = nil } == hash)
    #expect(changed { $0.training = nil } == hash)
  }

  @Test("the hash does not depend on the width that weights are stored in")
  func hashWidth() {
    func document(_ weights: Weights) -> NetworkDocument {
      NetworkDocument(
        network: Network(
          inputCount: 2,
          populations: [Population(name: "out", size: 2, model: NeuronModel(), threshold: .uniform(1))],
          projections: [
            Projection(name: "p", source: .input, target: 0, connectivity: .dense(weights), delay: 0)
          ],
          outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<2, shift: 0)]),
        ticks: 4)
    }
    let narrow = NetworkFile.hash(document(Weights([1, -2, 3, -128] as [Int8])))
    #expect(NetworkFile.hash(document(Weights([1, -2, 3, -128] as [Int16]))) == narrow)
    #expect(NetworkFile.hash(document(Weights([1, -2, 3, -128] as [Int32]))) == narrow)
    #expect(NetworkFile.hash(document(Weights([1, -2, 3, -127] as [Int8]))) != narrow)
    let wide = NetworkFile.hash(document(Weights([1, -2, 3, 300] as [Int16])))
    #expect(NetworkFile.hash(document(Weights([1, -2, 3, 300] as [Int32]))) == wide)
  }

  @Test("a document that cannot be is not written")
  func invalidDocument() throws {
    let folder = try TemporaryFolder()
    var document = layeredDocument(weight: 1)
    document.ticks = 0
    #expect(throws: NetworkFilesError.self) { try NetworkFile.write(document, to: folder.file("a.json")) }
    document = layeredDocument(weight: 1)
    document.network.populations[0].name = "input"
    #expect(throws: NetworkFilesError.self) { try NetworkFile.write(document, to: folder.file("a.json")) }
    document = layeredDocument(weight: 1)
    document.classNames = ["one"]
    #expect(throws: NetworkFilesError.self) { try NetworkFile.write(document, to: folder.file("a.json")) }
    #expect(folder.names.isEmpty)
  }

  @Test("3,000 damaged network files give a document or a typed error of one line")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("net.json")
    var originals: [[UInt8]] = []
    for seed in 0..<10 as Range<UInt64> {
      try NetworkFile.write(randomDocument(seed: seed), to: path, inlineLimit: .max)
      originals.append(try folder.bytes("net.json"))
    }
    var mutation = Mutation(seed: 4)
    var refused = 0
    for round in 0..<3000 {
      try folder.write("net.json", mutation.damaged(originals[round % originals.count]))
      do {
        _ = try NetworkFile.read(path)
      } catch let error as NetworkFilesError {
        refused += 1
        if error.description.contains("\n") || !error.description.hasPrefix(path) { Issue.record("\(error)") }
      }
    }
    #expect(refused > 1500)
  }
}
