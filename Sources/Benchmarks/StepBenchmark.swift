import Datasets
import Networks
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Times the steps of a training run: coding, forward and backward pass, and the optimiser.
struct StepBenchmark {
  let network: BenchmarkNetwork
  let options: TrainingOptions
  let seconds: Double
  let folder: String

  /// Trains for as long as asked and prints one JSON object, with the keys of tools/benchmarks/peers.py.
  func run() throws {
    let dataset = try network.dataset(in: folder)
    var options = options
    options.ticks = network.ticks
    options.batchSize = network.batchSize
    options.epochs = 1_000
    let source = try EncodedSamples(
      dataset.train, coding: network.coding(of: dataset), ticks: options.ticks, inputShape: dataset.inputShape,
      classCount: dataset.classNames.count)
    // What reading the data needed at its height does not count.
    Clock.forgetPeak()
    let before = Clock.memory("VmRSS")
    var walls: [Double] = [], cpus: [Double] = []
    let start = Clock.now(CLOCK_MONOTONIC)
    var wall = start, cpu = Clock.now(CLOCK_PROCESS_CPUTIME_ID)
    do {
      _ = try Trainer.train(
        network.model, on: source, options: options, arithmetic: TrainingArithmetic(),
        progress: { progress in
          let nextWall = Clock.now(CLOCK_MONOTONIC), nextCPU = Clock.now(CLOCK_PROCESS_CPUTIME_ID)
          // The last batch of an epoch may be smaller.
          if !progress.isEpochEnd {
            walls.append(nextWall - wall)
            cpus.append(nextCPU - cpu)
          }
          (wall, cpu) = (nextWall, nextCPU)
        }, isCancelled: { walls.count >= 5 && Clock.now(CLOCK_MONOTONIC) - start > seconds })
    } catch .cancelled {
    }
    let batch = Double(options.batchSize)
    let extra = (Clock.memory("VmHWM") - before) / 1024
    print(
      """
      {"framework": "snnmap", "network": "\(network.rawValue)", "threads": \(options.threads), \
      "samples_per_second": \(Int(batch / median(walls))), \
      "samples_per_processor_second": \(Int(batch / median(cpus))), "extra_megabytes": \(extra), "steps": \(walls.count)}
      """)
  }

  private func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }
}
