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
  let outputs = network.outputs.reduce(0) { $0 + $1.neurons.count }
  let kinds = InputCoding.Kind.allCases
  let kind = kinds[Int(seed) % kinds.count]
  return NetworkDocument(
    network: network, ticks: random.ticks,
    coding: InputCoding(
      kind: kind, maximum: kind == .spikes ? 1 : 255, levels: kind == .direct ? 16 : 1,
      seed: seed % 3 == 0 ? .max - seed : seed),
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
      changed { $0.network.outputs[0].shift += 1 }, changed { $0.network.name += "x" },
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

  @Test("a sidecar of 100 MB opens in less than 0.2 s")
  func largeSidecar() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("large.json")
    let (inputs, size) = (10_000, 10_000)
    // The digest is not the data's: opening does not look at the data, checking the contents does.
    let digest = String(repeating: "0", count: 64)
    let header = Array(
      #"{"__metadata__":{"data_sha256":"\#(digest)"},"w":{"dtype":"I8","shape":[\#(inputs),\#(size)],"data_offsets":[0,\#(inputs * size)]}}"#
        .utf8)
    let bytes = [UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header + [UInt8](repeating: 3, count: inputs * size)
    try folder.write("large.safetensors", bytes)
    try folder.write(
      "large.json",
      Array(
        """
        {"format": "snnmap-network", "version": 1, "inputs": \(inputs), "ticks": 4,
         "sidecar": {"file": "large.safetensors", "bytes": \(bytes.count), "sha256": "\(digest)"},
         "populations": [{"name": "out", "size": \(size), "threshold": 1}],
         "projections": [{"from": "input", "to": "out", "delay": 0, "weights": {"tensor": "w"}}],
         "outputs": [{"population": "out", "shift": 0}]}
        """.utf8))
    var count = 0
    let time = try ContinuousClock().measure {
      guard case .dense(let weights) = try NetworkFile.read(path).network.projections[0].connectivity else { return }
      count = weights.count
    }
    #expect(count == inputs * size)
    #expect(time < .milliseconds(200))
  }

  @Test("damage in a large sidecar is found when its contents are checked")
  func damagedLargeSidecar() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("net.json")
    let count = 5 << 20
    let network = Network(
      inputCount: count,
      populations: [Population(name: "out", size: 1, model: NeuronModel(), threshold: .uniform(1))],
      projections: [
        Projection(
          name: "p", source: .input, target: 0,
          connectivity: .dense(Weights([Int8](repeating: 3, count: count))), delay: 0)
      ],
      outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<1, shift: 0)])
    try NetworkFile.write(NetworkDocument(network: network, ticks: 4), to: path)
    var bytes = try folder.bytes("net.safetensors")
    bytes[bytes.count - 1] ^= 1
    try folder.write("net.safetensors", bytes)
    #expect(throws: Never.self) { try NetworkFile.read(path) }
    let error = #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path, checking: .contents) }
    #expect(error?.description.contains("is damaged") == true)
  }

  @Test("a sidecar that is cut off, changed, absent or of another network is found at opening")
  func wrongSidecar() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("net.json")
    try NetworkFile.write(layered(weight: 1), to: folder.file("other.json"), inlineLimit: 0)
    try NetworkFile.write(layered(weight: 2), to: path, inlineLimit: 0)
    let sidecar = try folder.bytes("net.safetensors")
    try folder.write("net.safetensors", sidecar.dropLast(1))
    #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path) }
    var changed = sidecar
    changed[changed.count - 1] ^= 4
    try folder.write("net.safetensors", changed)
    #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path) }
    try folder.write("net.safetensors", try folder.bytes("other.safetensors"))
    let error = #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path) }
    #expect(error?.description.contains("another network") == true)
    try folder.write("net.safetensors", sidecar)
    #expect(throws: Never.self) { try NetworkFile.read(path) }
  }

  private func layered(weight: Int8) -> NetworkDocument {
    let network = Network(
      inputCount: 100,
      populations: [Population(name: "out", size: 2, model: NeuronModel(), threshold: .uniform(1))],
      projections: [
        Projection(
          name: "p", source: .input, target: 0,
          connectivity: .dense(Weights([Int8](repeating: weight, count: 200))), delay: 0)
      ],
      outputs: [OutputGroup(name: "out", population: 0, neurons: 0..<2, shift: 0)])
    return NetworkDocument(network: network, ticks: 4)
  }

  @Test("a document that cannot be is not written")
  func invalidDocument() throws {
    let folder = try TemporaryFolder()
    var document = layered(weight: 1)
    document.ticks = 0
    #expect(throws: NetworkFilesError.self) { try NetworkFile.write(document, to: folder.file("a.json")) }
    document = layered(weight: 1)
    document.network.populations[0].name = "input"
    #expect(throws: NetworkFilesError.self) { try NetworkFile.write(document, to: folder.file("a.json")) }
    document = layered(weight: 1)
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
