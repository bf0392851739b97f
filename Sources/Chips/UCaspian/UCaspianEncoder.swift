import ImageFormat
import Images
import Mapper
import Networks

extension FourCharacterCode {
  /// Images for the uCaspian core.
  public static var ucaspian: Self { Self("UCAS") }
  /// The packets that configure a core, as they are sent.
  static var ucaspianPackets: Self { Self("PCKT") }
}

extension UCaspianFamily: PayloadEncoder {
  public var family: FourCharacterCode { .ucaspian }

  /// The section `PCKT`: the configuration's packets in the order in which they are sent.
  ///
  /// - Throws: `UCaspianError.notThisFamilys` for a mapping that this family has not made.
  public func sections(for mapping: Mapping) throws -> [ImageSection] {
    guard let network = mapping.chip?.network else { throw UCaspianError.notThisFamilys }
    return [ImageSection(kind: .ucaspianPackets, bytes: try UCaspianConfiguration(network).bytes)]
  }
}

extension UCaspianConfiguration {
  /// The configuration of a network that has its relays.
  ///
  /// - Throws: `UCaspianError.notThisFamilys` for a network that `layOut` would have refused.
  init(_ network: Network) throws(UCaspianError) {
    var fed = network
    fed.projections.removeAll { $0.source == .input }
    let table = ChipTable(fed)
    let outputs = Set(network.outputNeurons.map(\.neuron))
    let thresholds = network.populations.flatMap { population in
      (0..<population.size).map { population.threshold[$0] }
    }
    guard thresholds.count <= UCaspianMachine.neuronCount, table.synapses.count <= UCaspianMachine.synapseCount else {
      throw .notThisFamilys
    }
    self.init(neurons: [], synapses: [])
    for (number, threshold) in thresholds.enumerated() {
      let row = table.synapses(of: table.inputCount + number)
      let delay = row.first?.delay ?? 1
      guard let threshold = UInt8(exactly: threshold), let count = UInt8(exactly: row.count), (1...16).contains(delay),
        row.allSatisfy({ $0.delay == delay })
      else { throw .notThisFamilys }
      neurons.append(
        Neuron(
          threshold: threshold, delay: UInt8(delay - 1), tellsHost: outputs.contains(number),
          firstSynapse: count == 0 ? 0 : UInt16(synapses.count), synapseCount: count))
      for synapse in row {
        guard let weight = Int8(exactly: synapse.weight), let target = UInt8(exactly: synapse.target) else {
          throw .notThisFamilys
        }
        synapses.append(Synapse(weight: weight, target: target))
      }
    }
  }
}

extension UCaspianFamily: PayloadInspector {
  public func facts(of image: LoadedImage) throws -> [PayloadFact] {
    let configuration = try UCaspianConfiguration(of: image)
    let relays = image.inputCount
    var fanOut = 0
    for neuron in configuration.neurons { fanOut = max(fanOut, Int(neuron.synapseCount)) }
    let delays = Set(configuration.neurons.filter { $0.synapseCount > 0 }.map { Int($0.delay) + 1 }).sorted()
    return [
      PayloadFact(
        "neurons", "\(configuration.neurons.count) of \(UCaspianMachine.neuronCount), \(relays) input relays"),
      PayloadFact("synapses", "\(configuration.synapses.count) of \(UCaspianMachine.synapseCount)"),
      PayloadFact("synapses of one neuron", "at most \(fanOut) of 255"),
      PayloadFact("delays in ticks", delays.map(String.init).joined(separator: ", ")),
      PayloadFact(
        "packets", "\(1 + configuration.neurons.count + configuration.synapses.count), each acknowledged by the core"),
    ]
  }
}

extension UCaspianConfiguration {
  /// The configuration that an image holds, compared with the image's ports.
  ///
  /// - Throws: `ImagesError.hostSectionOf`, with the reason.
  init(of image: LoadedImage) throws {
    do {
      self = try image.withSection(.ucaspianPackets) { bytes in try UCaspianConfiguration(bytes: bytes) }
    } catch let error as UCaspianError {
      throw ImagesError.hostSectionOf(path: image.name, section: "PCKT", problem: "\(error)")
    }
    func check(_ condition: Bool, _ section: String, _ problem: String) throws {
      if !condition { throw ImagesError.hostSectionOf(path: image.name, section: section, problem: problem) }
    }
    guard let ports = image.ports else { throw ImagesError.format(path: image.name, .family(image.family)) }
    try check(
      neurons.count == image.host.neuronCount, "PCKT",
      "\(neurons.count) neurons, but the host's section has \(image.host.neuronCount)")
    for (line, neuron) in ports.inputs.enumerated() {
      try check(
        neuron < min(128, neurons.count), "PORT", "input line \(line) charges neuron \(neuron), which cannot be")
    }
    try check(Set(ports.inputs).count == ports.inputs.count, "PORT", "two input lines charge the same neuron")
    for (output, neuron) in ports.outputs.enumerated() {
      try check(
        neurons[neuron].tellsHost, "PORT", "output \(output) is neuron \(neuron), of which the host is not told")
    }
    try check(
      neurons.count { $0.tellsHost } == ports.outputs.count, "PCKT", "the host is told of neurons that are no outputs")
    try check(image.host.readoutCount == 0, "HOST", "there are readouts, and the core tells spikes alone")
  }
}
