import NetworkFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Dataset {
  /// Reads the data that a specification names.
  ///
  /// - Parameters:
  ///   - specification: `digits`, `mnist:FOLDER`, `mnist` (then FOLDER is `$SNNMAP_DATA/mnist`),
  ///     `idx:IMAGES,LABELS`, `nmnist:FOLDER`, `events:FOLDER`, or the path of a file that ends in `.npz`
  ///     or `.csv`.
  ///   - options: how events become counts, and how many pixels become one.
  ///   - folder: what stands for `$SNNMAP_DATA`; by default the environment's.
  /// - Throws: `DatasetError` or `NetworkFilesError`.
  public static func load(
    _ specification: String, options: DatasetOptions = DatasetOptions(),
    dataFolder folder: String? = environmentFolder()
  ) throws -> Dataset {
    try options.events.validate()
    let dataset = try load(specification, options, folder)
    // Events are counted on fewer pixels as they are read.
    return dataset.isEvents ? dataset : try dataset.downscaled(by: options.events.downscale)
  }

  private static func load(_ specification: String, _ options: DatasetOptions, _ folder: String?) throws -> Dataset {
    if specification == "digits" { return try digits() }
    if specification == "mnist" {
      guard let folder, !folder.isEmpty else { throw DatasetError.noFolder }
      return try mnist(folder: folder + "/mnist", name: "mnist")
    }
    if let path = rest(of: specification, after: "mnist:") {
      guard !path.isEmpty else { throw DatasetError.noFolder }
      return try mnist(folder: path, name: path)
    }
    if let paths = rest(of: specification, after: "idx:") {
      let parts = paths.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw DatasetError.unknownSpecification(specification)
      }
      return try idx(images: parts[0], labels: parts[1], name: parts[0])
    }
    for prefix in ["nmnist:", "events:"] {
      guard let path = rest(of: specification, after: prefix) else { continue }
      guard !path.isEmpty else { throw DatasetError.unknownSpecification(specification) }
      let isNMNIST = prefix == "nmnist:"
      return try eventFolder(
        path, name: path, binning: options.events, extensions: isNMNIST ? ["bin"] : EventFile.extensions,
        sensor: isNMNIST ? SensorSize(width: 34, height: 34) : nil)
    }
    if specification.hasSuffix(".csv") { return try csv(specification) }
    guard specification.hasSuffix(".npz") else { throw DatasetError.unknownSpecification(specification) }
    return try npz(try Npz.read(specification), name: specification, binning: options.events)
  }

  private static func rest(of text: String, after prefix: String) -> String? {
    text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
  }

  /// The value of the environment variable SNNMAP_DATA.
  public static func environmentFolder() -> String? {
    getenv("SNNMAP_DATA").map { String(cString: $0) }
  }

  /// The 8×8 digits that the program carries; see data/digits8x8.
  static func digits() throws -> Dataset {
    try npz(
      try Npz(HeapBytes(PackageResources.digits_npz), path: "digits"), name: "digits", binning: EventBinning())
  }
}
