import NetworkFiles
import Networks
import NeuronCore
import TestSupport
import Testing

/// Two outputs that all of 100 inputs reach with one weight.
func layeredDocument(weight: Int8) -> NetworkDocument {
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

@Suite struct SidecarTests {
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
    try NetworkFile.write(layeredDocument(weight: 1), to: folder.file("other.json"), inlineLimit: 0)
    try NetworkFile.write(layeredDocument(weight: 2), to: path, inlineLimit: 0)
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
}
