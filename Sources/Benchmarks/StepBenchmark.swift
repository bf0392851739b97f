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
    Self.forgetPeak()
    let before = Self.memory("VmRSS")
    var walls: [Double] = [], cpus: [Double] = []
    let start = Self.now(CLOCK_MONOTONIC)
    var wall = start, cpu = Self.now(CLOCK_PROCESS_CPUTIME_ID)
    do {
      _ = try Trainer.train(
        network.model, on: source, options: options, arithmetic: TrainingArithmetic(),
        progress: { progress in
          let nextWall = Self.now(CLOCK_MONOTONIC), nextCPU = Self.now(CLOCK_PROCESS_CPUTIME_ID)
          // The last batch of an epoch may be smaller.
          if !progress.isEpochEnd {
            walls.append(nextWall - wall)
            cpus.append(nextCPU - cpu)
          }
          (wall, cpu) = (nextWall, nextCPU)
        }, isCancelled: { walls.count >= 5 && Self.now(CLOCK_MONOTONIC) - start > seconds })
    } catch .cancelled {
    }
    let batch = Double(options.batchSize)
    let extra = (Self.memory("VmHWM") - before) / 1024
    print(
      """
      {"framework": "snnmap", "network": "\(network.rawValue)", "threads": \(options.threads), \
      "samples_per_second": \(Int(batch / median(walls))), \
      "samples_per_processor_second": \(Int(batch / median(cpus))), "extra_megabytes": \(extra), "steps": \(walls.count)}
      """)
  }

  private func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }

  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Makes the kernel measure the greatest resident set from now on.
  private static func forgetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// A line of /proc/self/status in KiB; 0 where there is none.
  private static func memory(_ key: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix(key) else { continue }
      return Int(text.filter(\.isNumber)) ?? 0
    }
    return 0
  }
}
