import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Measures what the project promises of training; tools/benchmarks/training runs it beside its peers.
@main
struct Benchmarks {
  static let usage = """
    usage: snnmap-benchmarks step NETWORK [--threads 1] [--precision integer] [--bits 8] [--seconds 4]
    NETWORK: \(BenchmarkNetwork.allCases.map(\.rawValue).joined(separator: ", "))
    The environment variable SNNMAP_DATA names the folder that holds mnist and fsdd.
    """

  static func main() {
    do {
      let arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
      guard arguments.words.count == 2, arguments.words[0] == "step",
        let network = BenchmarkNetwork(rawValue: arguments.words[1]), let folder = getenv("SNNMAP_DATA")
      else { throw UsageError(message: usage) }
      var options = TrainingOptions()
      options.threads = try arguments.number("threads", 1)
      options.weightBits = try arguments.number("bits", 8)
      guard let precision = Precision(rawValue: arguments.text("precision", "integer")) else {
        throw UsageError(message: usage)
      }
      options.precision = precision
      try StepBenchmark(
        network: network, options: options, seconds: Double(try arguments.number("seconds", 4)),
        folder: String(cString: folder)
      ).run()
    } catch {
      let text = "\(error)\n"
      write(2, text, text.utf8.count)
      exit(2)
    }
  }
}
