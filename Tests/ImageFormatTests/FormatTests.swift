import FixedPoint
import ImageFormat
import MeshMachine
import NeuronCore
import Testing

/// The reader against images written by hand after the format's page.
@Suite struct FormatTests {
  @Test("the compact image reads as the page says, field by field")
  func compact() throws {
    try HandImage.compact.withImage { image in
      #expect(image.view.header.major == 1 && image.view.header.minor == 0)
      #expect(image.view.header.family == .mesh)
      #expect(image.view.header.sectionCount == 6)
      #expect((0..<32).allSatisfy { image.view.header.targetDigest[$0] == 0x11 })
      #expect(image.grid == (1, 1, 2, 1))
      #expect(image.layout == .compact && image.accumulatorBits == 32)
      #expect(image.coreCount == 2 && image.gridCoreCount == 2)
      #expect(image.inputCount == 2 && image.outputCount == 1)
      #expect(image.coreNumber(at: 1) == 1 && image.index(ofCore: 1) == 1 && image.index(ofCore: 2) == nil)
      #expect(image.routes(ofInput: 0) == 0..<2 && image.routes(ofInput: 1) == 2..<3)
      #expect(image.inputRouteCount == 3)
      #expect((0..<3).map { image.inputRoute(at: $0) } == (0..<3).map { RouteRecord(core: 0, axon: $0) })
      checkFirstCore(image.core(at: 0))
      checkSecondCore(image.core(at: 1))
    }
  }

  private func checkFirstCore(_ core: MeshCore) {
    #expect(core.number == 0 && core.neuronCount == 2 && core.axonCount == 3 && core.classCount == 1)
    #expect(core.routeCount == 2 && core.synapseBytes == 7 && core.byteCount == 239)
    #expect(
      core.neuronModel(at: 0) == NeuronModel(leak: .floor(shift: 4), reset: .subtractBeforeLeak, spikeCap: 3))
    let first = core.neuron(at: 0)
    #expect(first.classIndex == 0 && first.routes == 0..<1 && first.output == ImageLayout.noOutput)
    #expect(first.constants == NeuronConstants(threshold: 10))
    #expect(core.neuron(at: 1).constants == NeuronConstants(threshold: 4, bias: 1))
    #expect((0..<2).map { core.route(at: $0) } == [RouteRecord(core: 1, axon: 0), RouteRecord(core: 1, axon: 1)])
    #expect(synapses(core, 0) == [[0, 5], [1, -3]])
    #expect(synapses(core, 1) == [[1, -8]])
    #expect(synapses(core, 2) == [[0, 7], [1, -2]])
    let axon = core.axon(at: 1)
    #expect(axon.rowOffset == 2 && axon.firstNeuron == 1 && axon.count == 1 && axon.delay == 2)
    #expect(axon.format == .dense && axon.weightBits == 4 && axon.weightShift == 1 && axon.current == 0)
    #expect(core.axon(at: 2).format == .sparse && core.axon(at: 2).delay == 14)
  }

  private func checkSecondCore(_ core: MeshCore) {
    let model = NeuronModel(
      lowerBound: .minusThreshold, currents: .two(.floor(shift: 1), .linear(amount: 2)), leak: .linear(amount: 3),
      compare: .above, reset: .zero, refractoryTicks: 1)
    #expect(core.neuronModel(at: 1) == model)
    #expect(core.neuron(at: 0).classIndex == 1 && core.neuron(at: 0).output == 0)
    #expect(synapses(core, 0) == [[0, 1]] && synapses(core, 1) == [[0, 1]])
    #expect(core.axon(at: 0).weightBits == 2 && core.axon(at: 0).weightShift == 3 && core.axon(at: 1).current == 1)
  }

  @Test("the wide image reads as the page says")
  func wide() throws {
    try HandImage.wide.withImage { image in
      #expect(image.layout == .wide && image.accumulatorBits == 64)
      let core = image.core(at: 0)
      // Gaps of 0 and 2: neurons 0 and 2.
      #expect(synapses(core, 0) == [[0, 4], [2, -1]])
      #expect(synapses(core, 1) == [[0, 1], [1, 2], [2, 3]])
      #expect(core.route(at: 0) == RouteRecord(core: 0, axon: 1))
      #expect(core.neuron(at: 1).routes == 1..<1)
      #expect(core.neuronModel(at: 0)?.lowerBound == .value(.min))
      #expect(image.inputRoute(at: 0) == RouteRecord(core: 0, axon: 0))
    }
  }

  private func synapses(_ core: MeshCore, _ axon: Int) -> [[Int]] {
    var list: [[Int]] = []
    core.forEachSynapse(of: core.axon(at: axon)) { list.append([$0, Int($1)]) }
    return list
  }

  /// Worked by hand. Tick 0: neuron 0 has 2·5 = 10 ≥ 10 and spikes; neuron 1 has −6 + 1 = −5. Tick 1: the spike
  /// brings 1·2³ to current 0 of core 1, which decays to 4; 4 > 3. Neuron 1: −5 − (−1) + 1 = −3. Tick 2: line 0 with
  /// D = 2 brings 2·(−8)·2 = −32: −3 + 1 + 1 − 32 = −33. Tick 14: line 1 brings 7 and −2.
  @Test("the compact image executes as the page says")
  func execution() throws {
    try HandImage.compact.withImage { image in
      let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: MeshMachine.memoryNeeded(for: image), alignment: 16)
      defer { memory.deallocate() }
      var machine = try MeshMachine(image: image, memory: memory)
      try machine.addInput(line: 0, count: 2)
      try machine.addInput(line: 1, count: 1)
      var spikes: [[MeshSpike]] = []
      var membranes: [[Int32]] = []
      for _ in 0..<15 {
        var now: [MeshSpike] = []
        machine.tick { now.append($0) }
        spikes.append(now)
        membranes.append((0..<2).map { machine.state(core: 0, neuron: $0).membrane })
      }
      #expect(spikes[0] == [MeshSpike(core: 0, neuron: 0, count: 1, output: ImageLayout.noOutput)])
      #expect(spikes[1] == [MeshSpike(core: 1, neuron: 0, count: 1, output: 0)])
      #expect(spikes[2...].allSatisfy { $0.isEmpty })
      #expect(Array(membranes[0..<3]) == [[0, -5], [0, -3], [0, -33]])
      #expect(membranes[13][0] == 0 && membranes[14][0] == 7)
      let before = membranes[13][1]
      #expect(membranes[14][1] == before - (before >> 4) + 1 - 2)
    }
  }

  @Test("a higher minor version with a further section for the host is read")
  func laterMinorVersion() throws {
    var image = HandImage.compact
    image.patch(10, UInt16(7))
    #expect(image.sealed().imageError() == nil)
    // An unknown section takes the place of one that may be anywhere behind: put it behind PROV by hand.
    let extra = HandImage.compact.withSection(FourCharacterCode("NOTE"), flags: 1, bytes: [1, 2, 3])
    #expect(extra.imageError() == nil)
    let forDevice = HandImage.compact.withSection(FourCharacterCode("NOTE"), flags: 0, bytes: [1, 2, 3])
    #expect(forDevice.imageError() == .unknownSection(FourCharacterCode("NOTE"), offset: UInt64(forDevice.count - 3)))
  }

  @Test("what the page allows at the edges is read")
  func edges() {
    func error(_ edits: [Rule.Edit]) -> ImageError? {
      Rule("", edits, ImageError.notAnImage).brokenImage().imageError()
    }
    // Weights of 0 may name a current that is not there.
    #expect(error([.init(764, UInt8(1)), .init(824, UInt16(0))]) == nil)
    // θ = 0 with reset zero, and a floor of −0.
    #expect(error([.init(984, Int32(0))]) == nil)
    // An empty row at the end of the synapses.
    #expect(error([.init(744, UInt64(7)), .init(756, UInt32(0))]) == nil)
    // The greatest of everything in a class.
    #expect(error([.init(660, UInt8(255)), .init(664, UInt16.max), .init(667, UInt8(31))]) == nil)
    #expect(error([.init(672, Int32.min), .init(676, Int32.max)]) == nil)
  }
}

extension [UInt8] {
  fileprivate func sealed() -> [UInt8] {
    var copy = self
    copy.seal()
    return copy
  }

  /// The image with one more section at its end.
  fileprivate func withSection(_ kind: FourCharacterCode, flags: UInt32, bytes: [UInt8]) -> [UInt8] {
    let sections = Int(number(at: 24, as: UInt32.self))
    var image =
      Array(self[..<(128 + 64 * sections)]) + [UInt8](repeating: 0, count: 64) + self[(128 + 64 * sections)...]
    image.patch(24, UInt32(sections + 1))
    // 64 bytes more keep every section aligned.
    for index in 0..<sections {
      let at = 128 + 64 * index + 8
      image.patch(at, image.number(at: at, as: UInt64.self) + 64)
    }
    image += [UInt8](repeating: 0, count: (16 - image.count % 16) % 16)
    let entry = 128 + 64 * sections
    image.patch(entry, kind.rawValue)
    image.patch(entry + 4, flags)
    image.patch(entry + 8, UInt64(image.count))
    image.patch(entry + 16, UInt64(bytes.count))
    return (image + bytes).sealed()
  }
}
