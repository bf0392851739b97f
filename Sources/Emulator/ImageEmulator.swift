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
    // At most 2^21 ticks of 2^30 outputs and neurons: the sum fits in 64 bits.
    let values = runTicks * (outputs + readouts + (trace.isEmpty ? 0 : neurons))
    guard values <= Self.maximumValues else { throw .tooLarge(values: values, limit: Self.maximumValues) }
    var raw = [UInt8](repeating: 0, count: runTicks * outputs)
    var rawReadouts = [Int32](repeating: 0, count: runTicks * readouts)
    var neuronSpikes = [UInt8](repeating: 0, count: trace.contains(.neurons) ? runTicks * neurons : 0)
    var membranes = [Int32](repeating: 0, count: trace.contains(.membranes) ? runTicks * neurons : 0)
    machine.clear()
    let proof = try raw.withUnsafeMutableBufferPointer { raw throws(EmulatorError) in
      try neuronSpikes.withUnsafeMutableBufferPointer { traced throws(EmulatorError) in
        try execute(
          input, ticks: ticks, lines: lines, runTicks: runTicks, on: machine, raw: raw, traced: traced,
          rawReadouts: &rawReadouts, membranes: &membranes)
      }
    }
    return SampleRun(
      ticks: ticks, runTicks: runTicks, rawSpikes: raw, rawReadouts: rawReadouts, totalSpikes: proof.spikes,
      checksum: proof.checksum, neuronSpikes: neuronSpikes, membranes: membranes)
  }

  /// The ticks of a run; buffers of what is not recorded are empty.
  private func execute(
    _ input: UnsafeBufferPointer<UInt8>, ticks: Int, lines: Int, runTicks: Int, on machine: any Machine,
    raw: UnsafeMutableBufferPointer<UInt8>, traced: UnsafeMutableBufferPointer<UInt8>, rawReadouts: inout [Int32],
    membranes: inout [Int32]
  ) throws(EmulatorError) -> SpikeProof {
    let neurons = image.host.neuronCount
    let outputs = image.host.outputCount
    let readouts = image.host.readoutCount
    let places = readouts > 0 ? image.host.readoutPlaces : []
    var recorder = SpikeRecorder(outputs: raw, neurons: traced)
    for tick in 0..<runTicks {
      if tick < ticks {
        try machine.addInputs(UnsafeBufferPointer(rebasing: input[tick * lines..<(tick + 1) * lines]))
      }
      recorder.begin(tick, outputs: outputs, neurons: traced.isEmpty ? 0 : neurons)
      machine.tick(recordingIn: &recorder)
      if let fault = machine.fault { throw fault }
      if readouts > 0 {
        machine.forEachReadout { readout in
          recorder.proof.add(readout, tick: UInt32(tick))
          // Loading has compared both sides' readouts.
          if let place = places[readout.output] { rawReadouts[tick * readouts + place] = readout.membrane }
        }
      }
      if !membranes.isEmpty {
        membranes.withUnsafeMutableBufferPointer {
          machine.copyMembranes(into: UnsafeMutableBufferPointer(rebasing: $0[tick * neurons..<(tick + 1) * neurons]))
        }
      }
    }
    return recorder.proof
  }
}
