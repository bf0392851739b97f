import FoundationEssentials
import ImageFormat
import Networks

/// What a host needs to feed a network and to read it; devices skip it.
public struct HostSection: Codable, Equatable, Sendable {
  /// The name of the network.
  public var network: String
  /// T, the ticks of one sample.
  public var ticks: Int
  /// The greatest shift of an output; a run takes T + depth ticks.
  public var depth: Int
  /// In the order of output indices.
  public var outputs: [Output]
  /// In the order of neuron numbering.
  public var populations: [Population]
  public var coding: Coding
  public var decoder: String
  public var classes: [String]

  /// Consecutive outputs that share a clock.
  public struct Output: Codable, Equatable, Sendable {
    public var name: String
    public var first: Int
    public var count: Int
    /// The group is read in ticks [shift, shift + T).
    public var shift: Int
    /// What the outputs tell: `membranes`, or nothing, which means spikes.
    public var reads: String?

    /// What the outputs tell.
    public var reading: OutputReading? { reads.map { OutputReading(rawValue: $0) } ?? .spikes }
  }

  /// A population's name and size.
  public struct Population: Codable, Equatable, Sendable {
    public var name: String
    public var size: Int
  }

  /// The parameters of an `InputCoding`.
  public struct Coding: Codable, Equatable, Sendable {
    public var kind: String
    public var maximum: Int
    public var levels: Int
    public var seed: UInt64
    /// There exactly where the kind is `delta`.
    public var threshold: Int?
  }

  /// What a document says to a host.
  public init(_ document: NetworkDocument) {
    let network = document.network
    self.network = network.name
    ticks = document.ticks
    depth = network.outputs.map(\.shift).max() ?? 0
    var first = 0
    outputs = network.outputs.map { group in
      defer { first += group.neurons.count }
      return Output(
        name: group.name, first: first, count: group.neurons.count, shift: group.shift,
        reads: group.reads == .spikes ? nil : group.reads.rawValue)
    }
    populations = network.populations.map { Population(name: $0.name, size: $0.size) }
    coding = Coding(
      kind: document.coding.kind.rawValue, maximum: document.coding.maximum, levels: document.coding.levels,
      seed: document.coding.seed, threshold: document.coding.kind == .delta ? document.coding.threshold : nil)
    decoder = document.decoder.rawValue
    classes = document.classNames
  }

  /// The number of outputs.
  public var outputCount: Int { outputs.reduce(0) { $0 + $1.count } }
  /// The number of readouts: outputs that tell membranes.
  public var readoutCount: Int { outputs.reduce(0) { $0 + ($1.reading == .membranes ? $1.count : 0) } }
  /// The place of each output among the readouts; nil for an output that tells spikes.
  public var readoutPlaces: [Int?] {
    var next = 0
    return outputs.flatMap { group in
      (0..<group.count).map { _ in
        guard group.reading == .membranes else { return nil }
        defer { next += 1 }
        return next
      }
    }
  }
  /// The output index of each readout, ascending.
  public var readoutOutputs: [Int] {
    outputs.flatMap { $0.reading == .membranes ? Array($0.first..<$0.first + $0.count) : [] }
  }
  /// The number of neurons.
  public var neuronCount: Int { populations.reduce(0) { $0 + $1.size } }
  /// The ticks that a run takes: T + depth.
  public var runTicks: Int { ticks + depth }

  /// The coding as a value of the library.
  public var inputCoding: InputCoding? {
    InputCoding.Kind(rawValue: coding.kind).map {
      InputCoding(
        kind: $0, maximum: coding.maximum, levels: coding.levels, seed: coding.seed, threshold: coding.threshold ?? 1)
    }
  }

  /// The decoder as a value of the library.
  public var spikeDecoder: Decoder? { Decoder(rawValue: decoder) }
}

extension HostSection {
  func encoded() throws -> [UInt8] {
    try CanonicalJSON.encode(self)
  }

  /// Reads and checks the section; its numbers come from outside.
  init(bytes: UnsafeRawBufferPointer) throws(ImagesError) {
    self = try CanonicalJSON.decode(HostSection.self, from: bytes, section: "HOST")
    func check(_ condition: Bool, _ what: String) throws(ImagesError) {
      if !condition { throw .hostSection(section: "HOST", problem: what) }
    }
    try check((1...NetworkDocument.maximumTicks).contains(ticks), "ticks is \(ticks), not 1–65535")
    try check((0...1 << 20).contains(depth), "depth is \(depth), not 0–1048576")
    // Names come from outside too: messages give the places instead.
    var next = 0
    for (index, output) in outputs.enumerated() {
      try check(output.first == next, "output group \(index) begins at \(output.first), not at \(next)")
      try check((0...1 << 24).contains(output.count), "output group \(index) has \(output.count) neurons")
      try check((0...depth).contains(output.shift), "output group \(index) has the shift \(output.shift)")
      try check(output.reading != nil, "output group \(index) reads what is not known")
      if let decoder = spikeDecoder {
        try check(
          output.reading == decoder.reads,
          "the decoder \(decoder.rawValue) needs outputs that read \(decoder.reads.rawValue), output group \(index) does not"
        )
      }
      next += output.count
      try check(next <= 1 << 30, "there are more than 2^30 outputs")
    }
    let greatest = outputs.map(\.shift).max() ?? 0
    try check(depth == greatest, "depth is \(depth), but the greatest shift of an output is \(greatest)")
    var neurons = 0
    for (index, population) in populations.enumerated() {
      try check((0...1 << 30).contains(population.size), "population \(index) has \(population.size) neurons")
      neurons += population.size
      try check(neurons <= 1 << 30, "there are more than 2^30 neurons")
    }
    try check(inputCoding != nil, "the coding is none of \(InputCoding.Kind.allCases.map(\.rawValue))")
    try check(
      (coding.threshold != nil) == (inputCoding?.kind == .delta),
      "coding.threshold belongs to the kind delta, and only there")
    do {
      try inputCoding?.validate()
    } catch {
      throw .hostSection(section: "HOST", problem: "\(error)")
    }
    try check(spikeDecoder != nil, "the decoder is not known")
    try check(classes.isEmpty || classes.count == next, "there are \(classes.count) class names for \(next) outputs")
  }
}
