import Targets

/// The targets that travel inside the tool: the files of the folder `targets`.
public enum ShippedTarget {
  /// Their names, in the order in which lists show them; a test compares them with the folder.
  public static let names = [
    "board", "board-micro", "board-rack", "sim", "ucaspian", "tinyodin", "odin", "xylo-audio-2", "xylo-audio-3",
    "xylo-imu", "loihi-1", "truenorth", "ranc", "speck",
  ]

  /// The text of a shipped target's file; nil for another name.
  public static func yamlText(_ name: String) -> String? {
    // Embedded files cannot be enumerated, so this is the one list of them.
    switch name {
    case "board": String(decoding: PackageResources.board_yaml, as: UTF8.self)
    case "board-micro": String(decoding: PackageResources.board_micro_yaml, as: UTF8.self)
    case "board-rack": String(decoding: PackageResources.board_rack_yaml, as: UTF8.self)
    case "sim": String(decoding: PackageResources.sim_yaml, as: UTF8.self)
    case "ucaspian": String(decoding: PackageResources.ucaspian_yaml, as: UTF8.self)
    case "tinyodin": String(decoding: PackageResources.tinyodin_yaml, as: UTF8.self)
    case "odin": String(decoding: PackageResources.odin_yaml, as: UTF8.self)
    case "xylo-audio-2": String(decoding: PackageResources.xylo_audio_2_yaml, as: UTF8.self)
    case "xylo-audio-3": String(decoding: PackageResources.xylo_audio_3_yaml, as: UTF8.self)
    case "xylo-imu": String(decoding: PackageResources.xylo_imu_yaml, as: UTF8.self)
    case "loihi-1": String(decoding: PackageResources.loihi_1_yaml, as: UTF8.self)
    case "truenorth": String(decoding: PackageResources.truenorth_yaml, as: UTF8.self)
    case "ranc": String(decoding: PackageResources.ranc_yaml, as: UTF8.self)
    case "speck": String(decoding: PackageResources.speck_yaml, as: UTF8.self)
    default: nil
    }
  }

  /// Every shipped target, in the order of `names`.
  public static func all() throws(TargetError) -> [Target] {
    var targets: [Target] = []
    for name in names { targets.append(try load(name)) }
    return targets
  }

  static func load(_ name: String) throws(TargetError) -> Target {
    guard let text = yamlText(name) else {
      throw .unknownTarget(name: name, nearest: Spelling.nearest(to: name, among: names), shipped: names)
    }
    return try TargetReader().read(text, file: "targets/\(name).yaml")
  }
}

extension TargetReader {
  /// A reader whose files may extend a shipped target.
  public static var extendingShipped: TargetReader {
    TargetReader(baseNames: ShippedTarget.names) { name throws(TargetError) in try ShippedTarget.load(name) }
  }
}

extension Target {
  /// The target that `--target` names: a shipped name, or the path of a file.
  ///
  /// A word with a `/` or the ending `.yaml` or `.yml` is a path. Another word that is no shipped name may still be the
  /// path of a file that is there.
  public static func load(_ nameOrPath: String) throws(TargetError) -> Target {
    if ShippedTarget.names.contains(nameOrPath) { return try ShippedTarget.load(nameOrPath) }
    let isPath = nameOrPath.contains("/") || nameOrPath.hasSuffix(".yaml") || nameOrPath.hasSuffix(".yml")
    guard isPath || TargetFile.exists(nameOrPath) else { return try ShippedTarget.load(nameOrPath) }
    return try TargetReader.extendingShipped.read(try TargetFile.text(of: nameOrPath), file: nameOrPath)
  }
}
