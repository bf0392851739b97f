import FixedPoint
import ImageFormat
import Images
import Networks
import TestSupport
import Testing
import UCaspianChip

@Suite("uCaspian's packets")
struct UCaspianConfigurationTests {
  private func configuration(_ bytes: [UInt8]) throws(UCaspianError) -> UCaspianConfiguration {
    try bytes.withUnsafeBytes { buffer in
      Result { () throws(UCaspianError) in try UCaspianConfiguration(bytes: buffer) }
    }
    .get()
  }

  private let small = UCaspianConfiguration(
    neurons: [
      .init(threshold: 0, delay: 3, tellsHost: false, firstSynapse: 0, synapseCount: 2),
      .init(threshold: 200, delay: 0, tellsHost: true, firstSynapse: 0, synapseCount: 0),
      .init(threshold: 7, delay: 15, tellsHost: true, firstSynapse: 2, synapseCount: 1),
    ], synapses: [.init(weight: -128, target: 1), .init(weight: 127, target: 2), .init(weight: -1, target: 0)])

  @Test("The bytes are the packets in programming order")
  func bytes() {
    #expect(
      small.bytes == [
        0x05,
        0x08, 0, 0, 0x30, 0, 0, 2,
        0x08, 1, 200, 0x08, 0, 0, 0,
        0x08, 2, 7, 0xF8, 0, 2, 1,
        0x10, 0, 0, 0x80, 1,
        0x10, 0, 1, 0x7F, 2,
        0x10, 0, 2, 0xFF, 0,
      ])
  }

  @Test("What is written is read back, up to a full core")
  func roundTrip() throws {
    #expect(try configuration(small.bytes) == small)
    var full = UCaspianConfiguration(neurons: [], synapses: [])
    for place in 0..<4096 {
      full.synapses.append(.init(weight: Int8(truncatingIfNeeded: place), target: UInt8(truncatingIfNeeded: place * 7)))
    }
    for number in 0..<256 {
      let count = number == 255 ? 0 : number < 16 ? 255 : number == 16 ? 16 : 0
      let first = full.neurons.reduce(0) { $0 + Int($1.synapseCount) }
      full.neurons.append(
        .init(
          threshold: UInt8(number), delay: UInt8(number % 16), tellsHost: number % 3 == 0,
          firstSynapse: count == 0 ? 0 : UInt16(first), synapseCount: UInt8(count)))
    }
    #expect(full.bytes.count == UCaspianConfiguration.maximumBytes)
    #expect(try configuration(full.bytes) == full)
    var tooLong = full.bytes
    tooLong.append(0x05)
    #expect(throws: UCaspianError.self) { try configuration(tooLong) }
  }

  @Test("Damaged bytes are an error with the packet's offset, or another configuration that is written alike")
  func mutations() throws {
    var mutation = Mutation(seed: 5)
    var refused = 0
    for _ in 0..<3000 {
      let bytes = mutation.damaged(small.bytes)
      do throws(UCaspianError) {
        #expect(try configuration(bytes).bytes == bytes)
      } catch {
        refused += 1
        guard case .configuration(let offset, _) = error else { throw error }
        #expect((0...bytes.count).contains(offset))
      }
    }
    #expect(refused > 1500)
  }

  @Test("A metric, which the core counts in ways that are not reproduced here, is refused and not answered wrongly")
  func metrics() {
    var core = UCaspianMachine()
    #expect(throws: UCaspianError.unknownMetric(1)) { try core.receive([0x02, 1]) }
  }

  @Test("A zero is no packet and no harm: with zeros a host ends whatever packet another host has left")
  func zeros() throws {
    var core = UCaspianMachine()
    #expect(try core.receive([0x08, 1]) == [])
    #expect(try core.receive([UInt8](repeating: 0, count: 8)) == [0x18])
    #expect(try core.receive([0x04]) == [0x04])
  }

  /// An image with another configuration or other ports than the compiler writes.
  private func image(_ network: Network, packets: [UInt8]? = nil, ports: String? = nil) throws -> LoadedImage {
    let good = try UCaspianChipTests.image(network, ticks: 4)
    var sections: [ImageSection] = []
    let packetKind = FourCharacterCode("PCKT")
    for kind in [packetKind, .ports, .host, .neuronMap, .provenance] {
      var bytes = try good.withSection(kind) { Array($0) }
      if kind == packetKind, let packets { bytes = packets }
      if kind == .ports, let ports { bytes = Array(ports.utf8) }
      sections.append(ImageSection(kind: kind, isForHost: kind != packetKind, bytes: bytes))
    }
    let digest = [UInt8](repeating: 0, count: 32).withUnsafeBytes { Digest(bytes: $0) }
    return try LoadedImage(
      name: "other", bytes: ImageContainer.bytes(family: .ucaspian, targetDigest: digest, sections: sections))
  }

  @Test("Packets and ports that do not go together are refused when the image is loaded or executed")
  func hostileImages() throws {
    let network = UCaspianMisfitTests.layered(hidden: 3)
    let good = try image(network)
    _ = try UCaspianFamily().makeMachine(for: good)
    let packets = try UCaspianChipTests.packets(good)
    let inputs = (0..<64).map(String.init).joined(separator: ",")
    func ports(_ inputs: String, _ outputs: [Int]) -> String { #"{"inputs":[\#(inputs)],"outputs":\#(outputs)}"# }
    let outputs = Array(67..<77)
    _ = try UCaspianFamily().makeMachine(for: try image(network, ports: ports(inputs, outputs)))
    let refused: [() throws -> LoadedImage] = [
      { try image(network, packets: []) },
      { try image(network, packets: Array(packets.dropLast())) },
      { try image(network, packets: Array(packets.dropLast(5))) },
      { try image(network, packets: packets + [0x01, 5]) },
      { try image(network, packets: small.bytes) },
      { try image(network, ports: ports(inputs + ",200", outputs)) },
      { try image(network, ports: ports("5," + inputs, outputs)) },
      { try image(network, ports: ports(inputs, Array(66..<76))) },
      { try image(network, ports: ports(inputs, Array(67..<76) + [300])) },
      { try image(network, ports: ports(inputs, Array(67..<76))) },
    ]
    for make in refused {
      #expect(throws: ImagesError.self) { try UCaspianFamily().makeMachine(for: try make()) }
      #expect(throws: ImagesError.self) { try UCaspianFamily().facts(of: try make()) }
    }
    let facts = try UCaspianFamily().facts(of: good)
    #expect(facts.first { $0.name == "synapses" }?.value == "222 of 4096")
  }
}
