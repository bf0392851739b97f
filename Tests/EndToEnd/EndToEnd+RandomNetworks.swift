import ChipCatalog
import Dispatch
import FixedPoint
import Mapper
import Networks
import NeuronCore
import ShippedTargets
import Synchronization
import Targets
import TestSupport
import Testing

/// The whole way of a network, with every spike compared at every step.
@Suite struct EndToEnd {
  @Test("1,000 random networks over every option of the mesh: interpreter, emulator and board agree")
  func randomNetworks() throws {
    let tally = try Self.inParallel(1000) { try Self.check(seed: UInt64($0), into: &$1) }
    print("EndToEnd, random networks: \(tally.text)")
    #expect(tally.failures.isEmpty, "\(tally.failures.prefix(5))")
    #expect(tally.networks == 1000 && tally.samples == 1000)
    // A random target restricts every option, so that few networks fit one whole.
    #expect(tally.onWholeTarget >= 5)
    #expect(tally.onWholeTarget + tally.onTargetBudgets >= 900)
    #expect(tally.severalCores >= 300)
    #expect(tally.wide >= 100)
    #expect(tally.spikes >= 500_000)
    #expect(tally.boardChecksums >= 1000)
    #expect(tally.readouts >= 20_000 && tally.boardReadouts >= 20_000)
  }

  /// Does `count` checks on all processors; the order has no part in the result.
  static func inParallel(_ count: Int, _ check: @Sendable (Int, inout Tally) throws -> Void) throws -> Tally {
    let total = Mutex(Tally())
    DispatchQueue.concurrentPerform(iterations: count) { index in
      var tally = Tally()
      do {
        try check(index, &tally)
      } catch {
        tally.failures.append("network \(index): \(error)")
      }
      total.withLock { [tally] in $0.add(tally) }
    }
    return total.withLock { $0 }
  }

  private static func check(seed: UInt64, into tally: inout Tally) throws {
    let random = RandomNetwork.make(seed: seed, options: .mesh)
    let document = NetworkDocument(network: random.network, ticks: random.ticks)
    let (target, mapping) = try place(random.network, seed: seed, &tally)
    try ChainCheck(name: "network \(seed) on \(target.name)", document: document, target: target, mapping: mapping)
      .run(input: random.input, into: &tally)
  }

  /// The first of some random targets that the network fits: whole ones, then ones to whose arithmetic the options of
  /// the network were added, some of them with small cores, then the shipped ones.
  private static func place(
    _ network: Network, seed: UInt64, _ tally: inout Tally
  ) throws -> (Target, Mapping) {
    for attempt in 0..<8 {
      var target = RandomTarget.make(seed: seed * 8 + UInt64(attempt))
      let isWhole = attempt < 4
      if !isWhole { target.arithmetic.admit(network) }
      if attempt == 4 || attempt == 5 {
        target.budgets.neuronsPerCore = min(target.budgets.neuronsPerCore, 4 + Int(seed % 24))
      }
      guard let mapping = try map(network, to: target, &tally) else { continue }
      if isWhole { tally.onWholeTarget += 1 } else { tally.onTargetBudgets += 1 }
      return (target, mapping)
    }
    for name in ["board", "board-rack"] {
      let target = try Target.load(name)
      guard let mapping = try map(network, to: target, &tally) else { continue }
      tally.onShipped[name, default: 0] += 1
      return (target, mapping)
    }
    // What fits nowhere else ends the test here.
    let target = try Target.load("sim")
    let mapping = try ChipCatalog.map(network, to: target)
    tally.onShipped[target.name, default: 0] += 1
    return (target, mapping)
  }

  /// The mapping on a target that has been written as a file and read back; nil for a misfit.
  private static func map(_ network: Network, to target: Target, _ tally: inout Tally) throws -> Mapping? {
    let read = try TargetReader().read(target.yamlText, file: "\(target.name).yaml")
    try #require(read == target)
    do {
      return try ChipCatalog.map(network, to: read)
    } catch is Misfit {
      tally.misfits += 1
      return nil
    }
  }
}

extension Arithmetic {
  /// Adds what a network needs, and leaves what it does not need as it is.
  fileprivate mutating func admit(_ network: Network) {
    for population in network.populations {
      let model = population.model
      let decays = [model.leak] + (0..<model.currents.count).map { model.currents.decay(of: $0) }
      for decay in decays where !leaks.contains(DecayKind(decay)) { leaks.append(DecayKind(decay)) }
      if !sums.contains(model.sum) { sums.append(model.sum) }
      if !compares.contains(model.compare) { compares.append(model.compare) }
      if !resets.contains(model.reset) { resets.append(model.reset) }
      maximumCurrents = max(maximumCurrents, model.currents.count)
      maximumSpikeCap = max(maximumSpikeCap, Int(model.spikeCap))
      maximumRefractoryTicks = max(maximumRefractoryTicks, Int(model.refractoryTicks))
      maximumStart = max(maximumStart, 10)
    }
    maximumLeakShift = 31
    membraneBits = max(membraneBits, 16)
    weightBits = weightBits.contains(8) ? weightBits : [8] + weightBits
    maximumWeightShift = 7
    delays = 1...15
    inputDelays = 0...14
    maximumInputCount = 255
  }
}
