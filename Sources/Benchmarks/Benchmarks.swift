/// Measures what the project promises. Run with `swift run -c release snnmap-benchmarks`.
@main
struct Benchmarks {
  static let usage = """
    usage: snnmap-benchmarks accuracy DATA [--seeds 5] [--judge test|held-out] [training options]
           snnmap-benchmarks training-speed DATA [training options]
    DATA: digits, mnist ($SNNMAP_DATA/mnist), mnist:FOLDER or a file.npz
    training options: --layers 128 --bits 8 --ticks 16 --epochs 5 --batch 128 --rate 0.002 --warm-up 0.1
      --threads 0 --leak 3 --slope 4 --logit 1 --bias 0 --coding direct|rate|deterministic --levels 16
    """

  static func main() {
    do {
      let arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
      guard arguments.words.count == 2 else { throw UsageError(message: usage) }
      let benchmark = try TrainingBenchmark(arguments, data: arguments.words[1])
      switch arguments.words[0] {
      case "accuracy": try benchmark.accuracy(seeds: try arguments.number("seeds", 5))
      case "training-speed": try benchmark.speed()
      default: throw UsageError(message: usage)
      }
    } catch {
      print(error)
    }
  }
}
