import ArgumentParser
import Workflows

/// `--data`, with what it may be.
struct DataOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Samples: `digits` (comes with snnmap), `mnist:DIR`, an npz or csv file, or others of docs/data.md.",
      valueName: "digits|mnist:DIR|file.npz"))
  var data: String

  /// The files that are named; those of a folder are not.
  var files: [String] {
    if data.hasPrefix("idx:") { return data.dropFirst(4).split(separator: ",").map(String.init) }
    return data.hasSuffix(".npz") || data.hasSuffix(".csv") ? [data] : []
  }
}

/// `--threads`.
struct ThreadOption: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Threads to work with; results never depend on it. Default: one for each processor.", valueName: "count"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads) is not within 1–1024")
    }
  }

  /// The number of threads, at least 1.
  var count: Int { threads ?? ProcessorCount.available }
}

/// `--json`.
struct JSONOption: ParsableArguments {
  @Flag(name: .long, help: "Print the result as JSON on standard output.")
  var json = false
}

/// Where an image is run.
enum ImageVenue: String, ExpressibleByArgument, CaseIterable {
  case emulator
  case device
}

/// Where a network is run.
enum Venue: String, ExpressibleByArgument, CaseIterable {
  case reference
  case emulator
  case device
}
