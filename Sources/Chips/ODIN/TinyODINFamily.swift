import Images
import Mapper
import Networks
import Targets

/// tinyODIN: 256 neurons behind a crossbar of 4-bit weights.
public struct TinyODINFamily: SingleChipFamily, CrossbarFamily {
  public static var name: String { "tinyodin" }
  static var core: String { "tinyODIN" }

  public static var format: ChipFormat {
    ChipFormat(
      arithmetic: CrossbarArithmetic.of(membraneBits: 12), timing: .withinTick, isMembraneSigned: true,
      neurons: CrossbarMemory.neuronCount,
      inputs: CrossbarMemory.neuronCount, weights: -8...7, weightSigns: .perSynapse, thresholds: 0...4095,
      leakAmounts: 0...127,
      queuedEvents: TinyODINMachine.queuedEvents)
  }

  public init() {}

  public func layOut(_ network: Network, on target: Target, limits: ChipLimits) throws(Misfit) -> ChipMapping {
    try CrossbarLayout<Self>(network: network, target: target, limits: limits).mapping()
  }

  /// A mapping of another kind of family.
  static var noChip: ImagesError { .hostSection(section: "SPIF", problem: "the network is not mapped on \(core)") }
}
