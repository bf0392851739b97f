import Images
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Measures what the project promises of training and of the emulator.
///
/// tools/benchmarks/training runs `step` beside its peers.
@main
struct Benchmarks {
  static let usage = """
    usage: snnmap-benchmarks step NETWORK [--threads 1] [--precision integer] [--bits 8] [--seconds 4]
             NETWORK: \(BenchmarkNetwork.allCases.map(\.rawValue).joined(separator: ", "))
             The environment variable SNNMAP_DATA names the folder that holds mnist and fsdd.
           snnmap-benchmarks emulate NETWORK|IMAGE.snnimg [--target sim, or xylo-audio-2] [--seed 1] [--samples 16] [--repeats 50]
             [--threads 1] [--machine fast|reference] [--input-percent 10]
             NETWORK: \(EmulatedNetwork.allCases.map(\.rawValue).joined(separator: ", "))
             The environment variable SNNMAP_KERNELS chooses among portable, v3 and v4.
           snnmap-benchmarks emulate-image NETWORK --output IMAGE.snnimg [--target sim, or xylo-audio-2] [--seed 1]
    """

  static func main() {
    do {
      let arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
      guard arguments.words.count == 2 else { throw UsageError(message: usage) }
      switch arguments.words[0] {
      case "step": try step(arguments)
      case "emulate": try emulate(arguments)
      case "emulate-image": try writeImage(arguments)
      default: throw UsageError(message: usage)
      }
    } catch {
      let text = "\(error)\n"
      write(2, text, text.utf8.count)
      exit(2)
    }
  }

  private static func step(_ arguments: Arguments) throws {
    guard let network = BenchmarkNetwork(rawValue: arguments.words[1]), let folder = getenv("SNNMAP_DATA"),
      let precision = Precision(rawValue: arguments.text("precision", "integer"))
    else { throw UsageError(message: usage) }
    var options = TrainingOptions()
    options.threads = try arguments.number("threads", 1)
    options.weightBits = try arguments.number("bits", 8)
    options.precision = precision
    try StepBenchmark(
      network: network, options: options, seconds: Double(try arguments.number("seconds", 4)),
      folder: String(cString: folder)
    ).run()
  }

  private static func emulate(_ arguments: Arguments) throws {
    let name = arguments.words[1]
    let seed = UInt64(try arguments.number("seed", 1))
    let image: LoadedImage
    if let network = EmulatedNetwork(rawValue: name) {
      let made = try EmulatedImage(network, seed: seed, target: arguments.text("target", network.standardTarget))
      image = try LoadedImage(name: name, bytes: made.bytes)
    } else {
      image = try LoadedImage(path: name)
    }
    let samples = try arguments.number("samples", 16)
    let repeats = try arguments.number("repeats", 50)
    let machine = arguments.text("machine", "fast")
    guard samples >= 1, repeats >= 1, machine == "fast" || machine == "reference" else {
      throw UsageError(message: usage)
    }
    try EmulationBenchmark(
      image: image, threads: try arguments.number("threads", 1), samples: samples, repeats: repeats,
      seed: seed, inputPercent: try arguments.number("input-percent", 10), usesReference: machine == "reference"
    ).run()
  }

  private static func writeImage(_ arguments: Arguments) throws {
    let path = arguments.text("output", "")
    guard let network = EmulatedNetwork(rawValue: arguments.words[1]), !path.isEmpty else {
      throw UsageError(message: usage)
    }
    let image = try EmulatedImage(
      network, seed: UInt64(try arguments.number("seed", 1)), target: arguments.text("target", network.standardTarget))
    guard let file = fopen(path, "w") else { throw UsageError(message: "\(path) cannot be written") }
    let written = image.bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    guard fclose(file) == 0, written == image.bytes.count else {
      throw UsageError(message: "\(path) was not written whole")
    }
    print("{\"image\": \"\(path)\", \"bytes\": \(written), \"threshold\": \(image.threshold)}")
  }
}
