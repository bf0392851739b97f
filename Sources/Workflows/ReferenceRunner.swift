import Dispatch
import Networks
import Synchronization

/// Runs samples on the plain interpreter, which defines what a network means.
public struct ReferenceRunner: SampleRunner, Sendable {
  private let interpreter: NetworkInterpreter
  private let threads: Int

  /// - Throws: what `Network.validate()` finds.
  public init(_ network: Network, threads: Int) throws(NetworkError) {
    interpreter = try NetworkInterpreter(network)
    self.threads = threads
  }

  public func run(
    _ samples: Range<Int>, of provider: any SampleProvider,
    consume: (_ index: Int, _ outcome: SampleOutcome) throws -> Void
  ) throws {
    let network = interpreter.network
    guard provider.lines == network.inputCount else {
      throw WorkflowError(
        .usage,
        "the samples have \(provider.lines) input lines, the network \(network.name) has \(network.inputCount); "
          + "use the data that it was trained for")
    }
    var next = samples.lowerBound
    while next < samples.upperBound {
      let block = next..<min(samples.upperBound, next + threads * 8)
      let results = Mutex<[Int: Result<SampleOutcome, any Error>]>([:])
      DispatchQueue.concurrentPerform(iterations: block.count) { place in
        let index = block.lowerBound + place
        let result = Result { try outcome(index, provider) }
        results.withLock { $0[index] = result }
      }
      let finished = results.withLock { $0 }
      for index in block {
        if let result = finished[index] { try consume(index, try result.get()) }
      }
      next = block.upperBound
    }
  }

  private func outcome(_ index: Int, _ provider: any SampleProvider) throws -> SampleOutcome {
    let network = interpreter.network
    var input = [UInt8](repeating: 0, count: provider.ticks * provider.lines)
    try input.withUnsafeMutableBufferPointer { try provider.fill(index, $0) }
    let trace = try interpreter.run(input: input, ticks: provider.ticks)
    return SampleOutcome(
      outputs: trace.alignedOutputs(of: network, ticks: provider.ticks),
      readouts: trace.alignedReadouts(of: network, ticks: provider.ticks),
      totalSpikes: trace.spikes.reduce(0) { $0 + Int($1) }, checksum: nil)
  }
}
