/// The Xylo core: spike counts in and out, one step a call.
///
/// Up to 16 inputs, hidden neurons with one or two synaptic currents, readouts with one; decays by shifts of at least
/// one; several spikes a step. Source: xylosim 0.1.3 (`xylosim.v2`), the vendor's simulator.
public struct XyloMachine: Sendable {
  public static let greatestInput = 15
  public static let greatestHiddenCount = 31

  public let configuration: XyloConfiguration
  public private(set) var hidden: [Neuron]
  public private(set) var readouts: [Neuron]
  /// Spikes of the last step.
  public private(set) var hiddenCounts: [UInt8]
  public private(set) var outputs: [UInt8]

  /// A core at rest.
  ///
  /// - Throws: `XyloError` for a configuration that names what is not there.
  public init(_ configuration: XyloConfiguration) throws(XyloError) {
    try configuration.check()
    self.configuration = configuration
    hidden = configuration.hidden.map {
      Neuron(currents: [Int16](repeating: 0, count: $0.currentShifts.count))
    }
    readouts = configuration.readouts.map {
      Neuron(currents: [Int16](repeating: 0, count: $0.currentShifts.count))
    }
    hiddenCounts = Array(repeating: 0, count: hidden.count)
    outputs = Array(repeating: 0, count: readouts.count)
  }

  /// Back to rest.
  public mutating func clear() {
    for index in hidden.indices {
      hidden[index] = Neuron(currents: hidden[index].currents.map { _ in 0 })
    }
    for index in readouts.indices {
      readouts[index] = Neuron(currents: readouts[index].currents.map { _ in 0 })
    }
    hiddenCounts = hiddenCounts.map { _ in 0 }
    outputs = outputs.map { _ in 0 }
  }

  public struct Neuron: Equatable, Sendable {
    public var membrane: Int16 = 0
    public var currents: [Int16]
  }

  /// Executes a step.
  ///
  /// - Parameter counts: one an input; what is above 15 counts as 15.
  public mutating func step(_ counts: [UInt8]) {
    let shifts = configuration.weightShifts
    for (source, count) in counts.enumerated() where source < configuration.inputSynapses.count {
      for _ in 0..<min(Int(count), Self.greatestInput) {
        Self.deliver(configuration.inputSynapses[source], shift: shifts.input, to: &hidden)
      }
    }
    for (source, count) in hiddenCounts.enumerated() {
      for _ in 0..<count {
        Self.deliver(configuration.recurrentSynapses[source], shift: shifts.recurrent, to: &hidden)
        Self.deliver(configuration.outputSynapses[source], shift: shifts.output, to: &readouts)
      }
    }
    for index in hiddenCounts.indices { hiddenCounts[index] = 0 }
    for index in hidden.indices {
      let parameters = configuration.hidden[index]
      hidden[index].integrate(parameters)
      let count = hidden[index].fire(
        parameters, already: hiddenCounts[index], most: UInt8(Self.greatestHiddenCount))
      hiddenCounts[index] = count
      for target in parameters.aliases {
        // Saturates: 20 + 20 spikes are 31.
        hiddenCounts[target] = UInt8(
          min(Int(hiddenCounts[target]) + Int(count), Self.greatestHiddenCount))
      }
    }
    for index in readouts.indices {
      let parameters = configuration.readouts[index]
      readouts[index].integrate(parameters)
      outputs[index] = readouts[index].fire(parameters, already: 0, most: 1)
    }
  }

  private static func deliver(
    _ synapses: [XyloConfiguration.Synapse], shift: Int, to neurons: inout [Neuron]
  ) {
    for synapse in synapses {
      let current = neurons[synapse.target].currents[synapse.current]
      neurons[synapse.target].currents[synapse.current] = Self.add(
        current, Int32(synapse.weight) << Int32(shift))
    }
  }

  /// x + y, or the rail on y's side where that is no farther off than |y|.
  static func add(_ x: Int16, _ y: Int32) -> Int16 {
    let rail: Int32 = y < 0 ? -32768 : 32767
    return Int16(
      truncatingIfNeeded: (rail - Int32(x)).magnitude > y.magnitude ? Int32(x) + y : rail)
  }

  /// What a value loses in a step: v · 2^−shift, rounded down, but at least one.
  static func decay(_ value: Int16, _ shift: Int) -> Int16 {
    let loss = value >> Int16(min(shift, 15))
    return loss != 0 ? loss : Int16(value.signum())
  }
}

extension XyloMachine.Neuron {
  fileprivate mutating func integrate(_ parameters: XyloConfiguration.Neuron) {
    var sum: Int32 = 0
    for index in currents.indices {
      // Wraps, as all 16-bit differences here: −(−32768) is −32768.
      currents[index] &-= XyloMachine.decay(currents[index], parameters.currentShifts[index])
      sum += Int32(currents[index])
    }
    var change = XyloMachine.add(0 &- XyloMachine.decay(membrane, parameters.membraneShift), sum)
    if let bias = parameters.bias { change = XyloMachine.add(change, Int32(bias)) }
    membrane = XyloMachine.add(membrane, Int32(change))
  }

  /// Spikes, those that aliases gave it included.
  fileprivate mutating func fire(
    _ parameters: XyloConfiguration.Neuron, already: UInt8, most: UInt8
  ) -> UInt8 {
    var count = already
    while Int32(membrane) >= parameters.threshold && count < most {
      // Wraps: an image may hold any threshold, such as −2³¹.
      membrane = Int16(truncatingIfNeeded: Int32(membrane) &- parameters.threshold)
      count += 1
    }
    return count
  }
}
