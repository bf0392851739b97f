import Images
import Mapper
import Networks
import Targets

/// ODIN: 256 neurons with unsigned membranes behind a crossbar of 3-bit weights, whose signs the sources have.
public struct ODINFamily: SingleChipFamily, CrossbarFamily {
  public static var name: String { "odin" }
  static var core: String { "ODIN" }

  public static var format: ChipFormat {
    ChipFormat(
      arithmetic: CrossbarArithmetic.of(membraneBits: 8), timing: .withinTick, isMembraneSigned: false,
      neurons: CrossbarMemory.neuronCount,
      inputs: CrossbarMemory.neuronCount, weights: -7...7, weightSigns: .perSource, thresholds: 0...255,
      leakAmounts: 0...127,
      queuedEvents: ODINMachine.queuedEvents)
  }

  public init() {}

  public func layOut(_ network: Network, on target: Target, limits: ChipLimits) throws(Misfit) -> ChipMapping {
    try CrossbarLayout<Self>(network: network, target: target, limits: limits).mapping()
  }

  /// A mapping of another kind of family.
  static var noChip: ImagesError { .hostSection(section: "SPIF", problem: "the network is not mapped on \(core)") }
}
