import FixedPoint
import NeuronCore
import Targets

/// Makes valid members of the mesh family for property tests: the same seed gives the same target.
public enum RandomTarget {
  /// A target with random arithmetic, budgets and grid, whose record sizes are those of the image format.
  ///
  /// One in four has the wide layout, one in eight exists in the emulator only; budgets are small enough that a network of a few
  /// hundred neurons needs several cores.
  public static func make(seed: UInt64) -> Target {
    var random = RandomStream(seed: seed, stream: 0x7A67_6574)
    let isWide = random.below(4) == 0
    let emulationOnly = random.below(8) == 0
    let target = Target(
      name: "random-\(seed)", summary: "made from seed \(seed)", emulationOnly: emulationOnly,
      arithmetic: arithmetic(&random), budgets: budgets(&random, emulationOnly: emulationOnly, isWide: isWide),
      costs: StorageCosts(layout: isWide ? .wide : .compact),
      topology: Topology(
        chipsX: between(1, 2, &random), chipsY: between(1, 2, &random), coresX: between(1, 4, &random),
        coresY: between(1, 4, &random)),
      link: emulationOnly ? nil : link(&random))
    return target
  }

  private static func arithmetic(_ random: inout RandomStream) -> Arithmetic {
    let membraneBits = between(8, 32, &random)
    return Arithmetic(
      membraneBits: membraneBits,
      accumulatorBits: membraneBits == 32 || random.below(4) == 0 ? 64 : 32,
      maximumCurrents: between(0, 2, &random),
      accumulators: [.exact],
      leaks: some(of: DecayKind.allCases, &random),
      maximumLeakShift: between(1, 31, &random),
      sums: some(of: SumRule.allCases, &random),
      compares: some(of: Comparison.allCases, &random),
      resets: some(of: Reset.allCases, &random),
      maximumSpikeCap: between(1, 255, &random),
      maximumRefractoryTicks: between(0, 65535, &random),
      weightBits: some(of: [8, 4, 2], &random).sorted(by: >),
      maximumWeightShift: between(0, 7, &random),
      delays: 1...between(1, 15, &random),
      inputDelays: 0...between(0, 14, &random),
      maximumInputCount: 255,
      maximumStart: between(0, 65535, &random))
  }

  private static func budgets(_ random: inout RandomStream, emulationOnly: Bool, isWide: Bool) -> Budgets {
    func limit(_ least: Int, _ greatest: Int, _ random: inout RandomStream) -> Int {
      let value = between(least, greatest, &random)
      return emulationOnly && random.below(2) == 0 ? Budgets.unlimited : value
    }
    let neurons = isWide ? limit(16, 2000, &random) : between(16, 256, &random)
    let axons = isWide ? limit(64, 4096, &random) : between(64, 1024, &random)
    return Budgets(
      neuronsPerCore: neurons, axonsPerCore: axons,
      synapseBytesPerCore: limit(1024, 65536, &random), routesPerCore: limit(64, 4096, &random),
      classesPerCore: limit(2, 16, &random), inputs: limit(256, 65536, &random),
      inputTableEntries: limit(1024, 65536, &random), outputs: limit(64, 16384, &random),
      slotBytes: limit(65536, 16_777_216, &random), slots: emulationOnly ? 0 : between(1, 4, &random))
  }

  private static func link(_ random: inout RandomStream) -> Link {
    Link(
      maximumPayload: between(8192, 65536, &random), window: between(1, 8, &random),
      pageBytes: 1 << between(4, 12, &random), eraseMilliseconds: between(0, 5000, &random),
      commitMilliseconds: between(0, 5000, &random))
  }

  /// A number of a range whose ends belong to it.
  private static func between(_ least: Int, _ greatest: Int, _ random: inout RandomStream) -> Int {
    least + Int(random.below(UInt32(greatest - least + 1)))
  }

  /// At least one element, in random order.
  private static func some<Element>(of all: [Element], _ random: inout RandomStream) -> [Element] {
    var rest = all
    var chosen: [Element] = []
    for _ in 0...Int(random.below(UInt32(all.count))) {
      chosen.append(rest.remove(at: Int(random.below(UInt32(rest.count)))))
    }
    return chosen
  }
}
