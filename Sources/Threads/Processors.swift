import CKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The machine's processors.
public enum Processors {
  /// How many of them this process may use, at least 1.
  public static let count = max(ProcessInfo.processInfo.activeProcessorCount, 1)

  /// A steady clock.
  static var nanoseconds: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Tells the processor that this thread is waiting awake.
  static func relax() { ck_relax() }
}
