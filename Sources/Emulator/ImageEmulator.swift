import FixedPoint
import Images
import Networks

/// Runs samples on an image's bytes, bit for bit as a board does.
public struct ImageEmulator: Sendable {
  public let image: LoadedImage
  private let maker: any MachineMaker

  /// - Parameter maker: the family of the image, from `ChipCatalog`.
  public init(image: LoadedImage, maker: any MachineMaker) {
    self.image = image
    self.maker = maker
  }

  /// A machine for one thread.
  public func makeMachine() throws -> any Machine {
    try maker.makeMachine(for: image)
  }

  /// The most values that the result of one sample may have.
  public static let maximumValues = 1 << 32

  /// Runs one sample from a cleared state.
  ///
  /// - Parameters:
  ///   - input: counts, [ticks][lines].
  ///   - ticks: T, 1–65535.
  public func run(
    _ input: UnsafeBufferPointer<UInt8>, ticks: Int, on machine: any Machine, trace: TraceOptions = []
  ) throws(EmulatorError) -> SampleRun {
    guard ticks >= 1 && ticks <= NetworkDocument.maximumTicks else {
      throw .tooManyTicks(given: ticks, limit: NetworkDocument.maximumTicks)
    }
    precondition(input.count % ticks == 0, "input is [ticks][lines]")
    let lines = input.count / ticks
    let runTicks = ticks + image.host.depth
    let outputs = image.host.outputCount
    let neurons = image.host.neuronCount
    let readouts = image.host.readoutCount
    let places = readouts > 0 ? image.host.readoutPlaces : []
    // At most 2^21 ticks of 2^30 outputs and neurons: the sum fits in 64 bits.
    let values = runTicks * (outputs + readouts + (trace.isEmpty ? 0 : neurons))
    guard values <= Self.maximumValues else { throw .tooLarge(values: values, limit: Self.maximumValues) }
    var raw = [UInt8](repeating: 0, count: runTicks * outputs)
    var rawReadouts = [Int32](repeating: 0, count: runTicks * readouts)
    var neuronSpikes = [UInt8](repeating: 0, count: trace.contains(.neurons) ? runTicks * neurons : 0)
    var membranes = [Int32](repeating: 0, count: trace.contains(.membranes) ? runTicks * neurons : 0)
    var proof = SpikeProof()
    machine.clear()
    for tick in 0..<runTicks {
      if tick < ticks {
        let row = tick * lines
        for line in 0..<lines where input[row + line] != 0 {
          try machine.addInput(line: line, count: input[row + line])
        }
      }
      machine.tick { spike in
        proof.add(spike, tick: UInt32(tick))
        if let output = spike.output { raw[tick * outputs + output] = spike.count }
        if trace.contains(.neurons) { neuronSpikes[tick * neurons + spike.networkIndex] = spike.count }
      }
      if readouts > 0 {
        machine.forEachReadout { readout in
          proof.add(readout, tick: UInt32(tick))
          // Loading has compared both sides' readouts.
          if let place = places[readout.output] { rawReadouts[tick * readouts + place] = readout.membrane }
        }
      }
      if trace.contains(.membranes) {
        membranes.withUnsafeMutableBufferPointer {
          machine.copyMembranes(into: UnsafeMutableBufferPointer(rebasing: $0[tick * neurons..<(tick + 1) * neurons]))
        }
      }
    }
    return SampleRun(
      ticks: ticks, runTicks: runTicks, rawSpikes: raw, rawReadouts: rawReadouts, totalSpikes: proof.spikes,
      checksum: proof.checksum, neuronSpikes: neuronSpikes, membranes: membranes)
  }
}

/// The running proof of a run: the CRC32C over all of its spikes and readouts.
public struct SpikeProof: Sendable {
  private var crc = CRC32C()
  /// The number of spikes so far, a count of n being n.
  public private(set) var spikes = 0

  public init() {}

  public var checksum: UInt32 { crc.value }

  /// Adds a spike; spikes come ascending by tick, core and neuron.
  public mutating func add(_ spike: EmulatedSpike, tick: UInt32) {
    crc.update(littleEndian: tick)
    crc.update(littleEndian: spike.core)
    crc.update(littleEndian: spike.neuron)
    crc.update(spike.count)
    spikes += Int(spike.count)
  }

  /// Adds a readout; those of a tick come after its spikes, ascending by core and neuron.
  public mutating func add(_ readout: EmulatedReadout, tick: UInt32) {
    crc.update(littleEndian: tick)
    crc.update(littleEndian: readout.core)
    crc.update(littleEndian: readout.neuron)
    crc.update(littleEndian: UInt32(bitPattern: readout.membrane))
  }
}
