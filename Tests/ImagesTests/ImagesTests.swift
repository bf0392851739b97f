import ChipCatalog
import FixedPoint
import ImageFormat
import Images
import Mapper
import NetworkFiles
import Networks
import NeuronCore
import ShippedTargets
import Targets
import TestSupport
import Testing

/// Images as hosts write and read them.
@Suite struct ImagesTests {
  /// A random network's document, with everything of a host section set.
  static func document(seed: UInt64) -> NetworkDocument {
    let random = RandomNetwork.make(seed: seed, options: .mesh)
    return NetworkDocument(
      network: random.network, ticks: random.ticks,
      coding: InputCoding(kind: .direct, maximum: 200, levels: 9, seed: UInt64.max),
      classNames: (0..<random.network.outputCount).map { "class \"\($0)\" / é" })
  }

  static func bytes(of document: NetworkDocument, on name: String = "board") throws -> [UInt8] {
    let target = try Target.load(name)
    return try ImageBuilder.image(
      of: document, networkDigest: NetworkFile.hash(document).hex,
      mapping: try ChipCatalog.map(document.network, to: target), targetDigest: target.digest,
      encoder: try ChipCatalog.family(of: target))
  }

  @Test("the same document and target give the same bytes", arguments: ["board", "board-rack", "sim"])
  func determinism(_ target: String) throws {
    for seed in 0..<10 {
      let first = try Self.bytes(of: Self.document(seed: UInt64(seed)), on: target)
      #expect(try Self.bytes(of: Self.document(seed: UInt64(seed)), on: target) == first)
    }
  }

  @Test("an image says where it comes from: network, target and tool")
  func provenance() throws {
    let document = Self.document(seed: 1)
    let target = try Target.load("board")
    let image = try LoadedImage(name: "x", bytes: try Self.bytes(of: document))
    #expect(
      image.provenance
        == Provenance(networkSHA256: NetworkFile.hash(document).hex, target: "board", targetSHA256: target.hash))
    #expect(image.provenance.tool == "snnmap" && image.provenance.toolVersion == ToolVersion.current)
    #expect(image.provenance.imageFormat == "1.0")
    #expect(try image.withMeshImage { $0.view.header.targetDigest } == target.digest)
    #expect(image.digest == image.withBytes { SHA256.digest(of: $0) })
    #expect(image.family == .mesh)
  }

  @Test("the host section gives back ticks, outputs, coding, decoder and names", arguments: 0..<20)
  func hostSection(_ seed: Int) throws {
    let document = Self.document(seed: UInt64(seed))
    let image = try LoadedImage(name: "x", bytes: try Self.bytes(of: document, on: seed % 2 == 0 ? "board" : "sim"))
    #expect(image.host == HostSection(document))
    #expect(image.host.inputCoding == document.coding && image.host.spikeDecoder == document.decoder)
    #expect(image.host.ticks == document.ticks && image.host.depth == document.network.depth)
    #expect(image.host.runTicks == document.ticks + document.network.depth)
    #expect(image.host.classes == document.classNames)
    #expect(image.host.outputCount == document.network.outputCount)
    #expect(image.host.neuronCount == document.network.neuronCount)
    // Every neuron of the network is in one place.
    #expect(image.neuronMap.networkIndex.sorted() == Array(0..<document.network.neuronCount))
    #expect(image.neuronMap.coreStarts.last == document.network.neuronCount)
  }

  @Test("JSON sections have sorted keys and no white space")
  func canonicalJSON() throws {
    let image = try LoadedImage(name: "x", bytes: try Self.bytes(of: Self.document(seed: 2)))
    let text = try image.withMeshImage { mesh in
      String(decoding: try #require(mesh.view.contents(of: .provenance)), as: UTF8.self)
    }
    let expected =
      #"{"image_format":"1.0","network_sha256":"\#(image.provenance.networkSHA256)","target":"board","#
      + #""target_sha256":"\#(image.provenance.targetSHA256)","tool":"snnmap","tool_version":"\#(ToolVersion.current)"}"#
    #expect(text == expected)
  }

  @Test("neurons have their places in the network by population")
  func places() throws {
    let host = HostSection(Self.document(seed: 3))
    var next = 0
    for (index, population) in host.populations.enumerated() {
      for neuron in 0..<population.size {
        #expect(host.place(ofNeuron: next) == (index, neuron))
        next += 1
      }
    }
  }

  @Test("an inspection tells what the mapping holds", arguments: ["board", "sim"])
  func inspection(_ name: String) throws {
    let document = Self.document(seed: 5)
    let target = try Target.load(name)
    let mapping = try ChipCatalog.map(document.network, to: target)
    let image = try LoadedImage(name: "x", bytes: try Self.bytes(of: document, on: name))
    let inspection = try ImageInspection(image)
    #expect(inspection.bytes == image.byteCount && inspection.sha256 == image.digest.hex)
    #expect(inspection.family == "MESH" && inspection.formatVersion == "1.0")
    #expect(inspection.sections.map(\.kind) == ["BORD", "CORE", "INPT", "HOST", "NMAP", "PROV"])
    #expect(inspection.sections.map(\.host) == [false, false, false, true, true, true])
    #expect(inspection.layout == (name == "board" ? "compact" : "wide"))
    #expect(inspection.inputLines == document.network.inputCount)
    #expect(inspection.inputRoutes == mapping.inputRoutes.count)
    #expect(inspection.cores.map(\.number) == mapping.cores.map(\.number))
    #expect(inspection.cores.map(\.neurons) == mapping.cores.map(\.neurons.count))
    #expect(inspection.cores.map(\.synapseBytes) == mapping.cores.map(\.synapses.count))
    for population in document.network.populations {
      let held = inspection.cores.flatMap(\.populations).filter { $0.name == population.name }
      #expect(held.reduce(0) { $0 + $1.neurons } == population.size)
    }
    for core in mapping.cores {
      let tables = try #require(try CoreInspection(image, core: core.number))
      #expect(tables.axons.count == core.axons.count && tables.classes.count == core.classes.count)
      #expect(tables.neurons.map(\.index) == core.neurons.map(\.index))
      #expect(tables.neurons.map(\.threshold) == core.neurons.map { Int($0.constants.threshold) })
      #expect(tables.neurons.map(\.routes.count) == core.neurons.map(\.routes.count))
      #expect(tables.axons.map(\.delay) == core.axons.map(\.delay))
    }
    #expect(try CoreInspection(image, core: target.topology.coreCount) == nil)
    #expect(try CoreInspection(image, core: -1) == nil && CoreInspection(image, core: 1 << 40) == nil)
  }
}
