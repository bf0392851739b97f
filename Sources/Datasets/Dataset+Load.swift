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
  ///   - specification: `digits`, `mnist:FOLDER`, `mnist` (then FOLDER is `$SNNMAP_DATA/mnist`), or the
  ///     path of a file that ends in `.npz`.
  ///   - folder: what stands for `$SNNMAP_DATA`; by default the environment's.
  /// - Throws: `DatasetError` or `NetworkFilesError`.
  public static func load(_ specification: String, dataFolder folder: String? = environmentFolder()) throws -> Dataset {
    if specification == "digits" { return try digits() }
    if specification == "mnist" {
      guard let folder, !folder.isEmpty else { throw DatasetError.noFolder }
      return try mnist(folder: folder + "/mnist")
    }
    if specification.hasPrefix("mnist:") {
      let path = String(specification.dropFirst(6))
      guard !path.isEmpty else { throw DatasetError.noFolder }
      return try mnist(folder: path)
    }
    guard specification.hasSuffix(".npz") else { throw DatasetError.unknownSpecification(specification) }
    return try npz(try Npz.read(specification), name: specification)
  }

  /// The value of the environment variable SNNMAP_DATA.
  public static func environmentFolder() -> String? {
    getenv("SNNMAP_DATA").map { String(cString: $0) }
  }

  /// The 8×8 digits that the program carries; see data/digits8x8.
  static func digits() throws -> Dataset {
    try npz(try Npz(HeapBytes(PackageResources.digits_npz), path: "digits"), name: "digits")
  }
}
