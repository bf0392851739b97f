/// What is wrong with a network, or with input for one.
public enum NetworkError: Error, Equatable, Sendable {
  /// There are more of something than this program takes.
  case tooMany(String, of: NetworkElement, count: Int, limit: Int)
  /// Something that must hold at least one element is empty.
  case empty(String, of: NetworkElement)
  /// A list does not have one value for each of what it describes.
  case wrongCount(String, of: NetworkElement, expected: Int, actual: Int)
  /// A number lies outside its range; `index` says which of a list.
  case outOfRange(String, of: NetworkElement, index: Int?, value: Int, allowed: ClosedRange<Int>)
  /// A threshold of 0 or less with a reset that subtracts it.
  case thresholdNeedsReset(NetworkElement, index: Int?, threshold: Int)
  /// An output group reads membranes of a population whose neurons can spike.
  case readoutCanSpike(NetworkElement, population: String, upperBound: Int)
  /// A delay is less than its source allows.
  case delayTooShort(NetworkElement, synapse: Int?, delay: Int, minimum: Int)
  /// An output extent follows from the input, the kernel, the stride and the padding, and is another.
  case wrongOutputShape(NetworkElement, expected: MapShape, actual: MapShape)
  /// A kernel is larger than its padded input.
  case kernelTooLarge(NetworkElement, kernel: Int, extent: Int)
  /// The largest possible sum of one neuron's input does not fit in 63 bits.
  case sumTooWide(NetworkElement)
  /// A loop of projections whose delays are too short for any shifts of the clocks.
  case loopTooShort(populations: [String], trainedDelays: Int)
  /// A deployed delay is beyond what was asked for.
  case delayTooLong(NetworkElement, delay: Int, maximum: Int)
  /// Input does not have ticks × inputs values.
  case wrongInputSize(ticks: Int, inputs: Int, actual: Int)
}

/// A part of a network, as error messages name it.
public enum NetworkElement: Equatable, Sendable, CustomStringConvertible {
  case network
  case population(index: Int, name: String)
  case projection(index: Int, name: String)
  case output(index: Int, name: String)

  public var description: String {
    switch self {
    case .network: "the network"
    case .population(let index, let name): "population \(index) '\(name)'"
    case .projection(let index, let name): "projection \(index) '\(name)'"
    case .output(let index, let name): "output group \(index) '\(name)'"
    }
  }
}

extension NetworkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooMany(let what, let element, let count, let limit):
      "\(element) has \(count) \(what), more than the \(limit) supported; use a smaller network"
    case .empty(let what, let element):
      "\(element) has no \(what); give it at least one"
    case .wrongCount(let what, let element, let expected, let actual):
      "\(element) has \(actual) \(what) where \(expected) are needed; correct the list or the sizes"
    case .outOfRange(let what, let element, let index, let value, let allowed):
      "\(element): \(what)\(Self.place(index)) is \(value); it must lie in \(Self.text(allowed))"
    case .thresholdNeedsReset(let element, let index, let threshold):
      "\(element): threshold\(Self.place(index)) is \(threshold); it must be at least 1 unless the reset is zero"
    case .readoutCanSpike(let element, let population, let upperBound):
      "\(element) reads membranes of '\(population)', whose neurons can spike; give them a threshold above their "
        + "upper bound \(upperBound), or read spikes"
    case .delayTooShort(let element, let synapse, let delay, let minimum):
      "\(element): delay\(Self.place(synapse)) is \(delay); the least is \(minimum) here (1 between neurons, 0 from inputs)"
    case .wrongOutputShape(let element, let expected, let actual):
      "\(element): the output is \(Self.text(actual)), but input, kernel, stride and padding give \(Self.text(expected))"
    case .kernelTooLarge(let element, let kernel, let extent):
      "\(element): a kernel of \(kernel) does not fit into \(extent) padded inputs; make it smaller or pad more"
    case .sumTooWide(let element):
      "\(element): its synapses could sum beyond 63 bits; use narrower weights or fewer synapses"
    case .loopTooShort(let populations, let delays):
      "the loop \(populations.joined(separator: " → ")) has \(delays) ticks of delay for \(populations.count - 1) "
        + "projections; give it at least one tick for each"
    case .delayTooLong(let element, let delay, let maximum):
      "\(element): balancing its path needs a delay of \(delay), more than \(maximum); shorten the longer path"
    case .wrongInputSize(let ticks, let inputs, let actual):
      "the input has \(actual) values where \(ticks) ticks of \(inputs) inputs need ticks × inputs"
    }
  }

  private static func place(_ index: Int?) -> String {
    index.map { " [\($0)]" } ?? ""
  }

  private static func text(_ range: ClosedRange<Int>) -> String {
    "\(range.lowerBound)…\(range.upperBound)"
  }

  private static func text(_ shape: MapShape) -> String {
    "\(shape.channels)×\(shape.height)×\(shape.width)"
  }
}
