#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ParallelTasks {
  /// How many workers a number of threads stands for: 0 for as many as there are processors.
  static func workers(threads: Int) -> Int {
    threads == 0 ? ProcessInfo.processInfo.activeProcessorCount : max(threads, 1)
  }
}
