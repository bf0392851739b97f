import ArgumentParser
import Workflows

/// `--data`, with what it may be.
struct DataOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Samples: `digits` (comes with snnmap), `mnist:DIR` (the four idx files), or an npz file.",
      valueName: "digits|mnist:DIR|file.npz"))
  var data: String
}

/// `--threads`.
struct ThreadOption: ParsableArguments {
  @Option(name: .long, help: "Threads to work with; results never depend on it. Default: one for each processor.")
  var threads: Int?

  /// The number of threads, at least 1.
  func count() throws -> Int {
    guard let threads else { return ProcessorCount.available }
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads \(threads) is not within 1–1024")
    }
    return threads
  }
}

/// `--json`.
struct JSONOption: ParsableArguments {
  @Flag(name: .long, help: "Print the result as JSON on standard output.")
  var json = false
}

/// `--device`.
struct DeviceOption: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The board: unix:PATH for a virtual board. Default: the only board there is.", valueName: "unix:PATH"))
  var device: String?
}

/// Where samples are run.
enum Venue: String, ExpressibleByArgument, CaseIterable {
  case reference
  case emulator
  case device
}
