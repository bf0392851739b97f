import FixedPoint
import ImageFormat
import Images
import Mapper
import MeshChip
import Networks
import NeuronCore
import Targets
import TestSupport
import Testing

@Suite("The mesh payload")
struct EncoderTests {
  /// Random networks with the mappings that they have on random targets.
  private func forEachMapping(_ body: (Mapping) throws -> Void) throws {
    var count = 0
    for seed in 0..<UInt64(150) {
      let target = seed % 3 == 0 ? RandomTarget.make(seed: seed) : [TestTargets.board, TestTargets.sim][Int(seed % 2)]
      let network = RandomNetwork.make(seed: seed, options: .mesh).network
      guard let mapping = try? MeshFamily().map(network, to: target) else { continue }
      count += 1
      try body(mapping)
    }
    #expect(count > 60)
  }

  /// The file of a mapping, with host sections that the reader of the device's part only looks for.
  private func image(_ mapping: Mapping) throws -> [UInt8] {
    var sections = try MeshFamily().sections(for: mapping)
    for kind in [FourCharacterCode.host, .neuronMap, .provenance] {
      sections.append(ImageSection(kind: kind, isForHost: true, bytes: []))
    }
    let digest = [UInt8](repeating: 7, count: 32).withUnsafeBytes { Digest(bytes: $0) }
    return ImageContainer.bytes(
      family: .mesh, targetDigest: digest, sections: sections, major: mapping.imageMajor)
  }

  @Test("what the report counts is what the sections hold, byte for byte")
  func accounting() throws {
    try forEachMapping { mapping in
      let sections = try MeshFamily().sections(for: mapping)
      let report = MappingReport(mapping)
      #expect(sections.map(\.kind) == [.board, .cores, .inputs])
      #expect(
        sections.map(\.bytes.count) == [report.sections.board, report.sections.cores, report.sections.inputs])
    }
  }

  @Test("the reader accepts every image and reads back every record")
  func decoded() throws {
    try forEachMapping { mapping in
      let bytes = try image(mapping)
      try bytes.withUnsafeBytes { buffer in
        let image = try MeshImage(try ImageView(buffer, verifyingDigests: true))
        try image.validate()
        compare(image, mapping)
      }
    }
  }

  private func compare(_ image: MeshImage, _ mapping: Mapping) {
    #expect(image.coreCount == mapping.cores.count)
    #expect(image.inputCount == mapping.inputCount)
    #expect(image.outputCount == mapping.outputs.count)
    #expect(image.accumulatorBits == mapping.target.arithmetic.accumulatorBits)
    #expect(image.gridCoreCount == mapping.target.topology.coreCount)
    for line in 0..<mapping.inputCount {
      let routes = image.routes(ofInput: line).map { image.inputRoute(at: $0) }
      #expect(routes.map { Route(core: Int($0.core), axon: Int($0.axon)) } == Array(mapping.routes(ofInput: line)))
    }
    let report = MappingReport(mapping)
    for (index, core) in mapping.cores.enumerated() {
      let read = image.core(at: index)
      #expect(read.byteCount == report.cores[index].imageBytes)
      compare(read, core, layout: mapping.target.costs.layout)
    }
  }

  private func compare(_ read: MeshCore, _ core: MappedCore, layout: StorageLayout) {
    #expect(Int(read.number) == core.number)
    #expect((0..<read.classCount).map { read.neuronModel(at: $0) } == core.classes)
    #expect(
      (0..<read.routeCount).map { read.route(at: $0) }
        == core.routes.map { RouteRecord(core: UInt16($0.core), axon: UInt32($0.axon)) })
    for (index, neuron) in core.neurons.enumerated() {
      let record = read.neuron(at: index)
      #expect(record.classIndex == neuron.classIndex)
      #expect(record.constants == neuron.constants)
      #expect(record.routes == neuron.routes)
      #expect(record.output == neuron.output.map { UInt32($0) } ?? ImageLayout.noOutput)
    }
    for (index, axon) in core.axons.enumerated() {
      let record = read.axon(at: index)
      #expect(record.delay == axon.delay && record.weightShift == axon.shift && record.current == axon.current)
      var found: [Int32: Int32] = [:]
      read.forEachSynapse(of: record) { neuron, weight in
        if weight != 0 { found[Int32(neuron)] = Int32(weight) << Int32(record.weightShift) }
      }
      var expected: [Int32: Int32] = [:]
      core.forEachSynapse(of: axon, layout: layout) { expected[Int32($0)] = $1 }
      #expect(found == expected)
    }
  }
}
