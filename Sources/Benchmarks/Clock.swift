#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Times and memory of this process.
enum Clock {
  /// Seconds of a steady clock.
  static var now: Double { now(CLOCK_MONOTONIC) }

  /// Seconds that the process has kept processors busy.
  static var processor: Double { now(CLOCK_PROCESS_CPUTIME_ID) }

  /// Seconds.
  static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Makes the kernel measure the greatest resident set from now on.
  static func forgetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// A line of /proc/self/status in KiB; 0 where there is none.
  static func memory(_ key: String) -> Int {
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
