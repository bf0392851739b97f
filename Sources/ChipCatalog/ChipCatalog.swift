import Emulator
import Images
import Mapper
import MeshChip
import Networks
import ODINChip
import Targets
import UCaspianChip
import XyloChip

/// The one list of chip families.
public enum ChipCatalog {
  /// A family whose networks can be mapped, written as images and emulated.
  public typealias Family = ChipFamily & PayloadEncoder & MachineMaker

  /// Every family; a new one is a line here.
  public static let families: [any Family] = [
    MeshFamily(),
    TinyODINFamily(),
    ODINFamily(),
    UCaspianFamily(),
    XyloFamily(),
  ]

  /// The names of all families.
  public static var names: [String] { families.map { type(of: $0).name } }

  /// The family that a target file means; nil where none has this name.
  public static func family(named name: String) -> (any Family)? {
    families.first { type(of: $0).name == name }
  }

  /// The family of a target.
  public static func family(of target: Target) throws(ChipFamilyError) -> any Family {
    guard let family = family(named: target.family) else {
      throw .unknownFamily(target.family, target: target.name, known: names)
    }
    return family
  }

  /// Places a network on a target of any family; see `ChipFamily.map`.
  public static func map(_ network: Network, to target: Target, alternatives: [Target] = []) throws -> Mapping {
    try family(of: target).map(network, to: target, alternatives: alternatives)
  }
}
