/// Waiting awake, for a moment.
enum LookOut {
  /// About twice what it takes to wake a sleeping thread on a virtual machine.
  private static let nanoseconds: UInt64 = 100_000

  /// Whether a condition came true within that moment.
  static func sees(_ condition: () -> Bool) -> Bool {
    let end = Processors.nanoseconds &+ nanoseconds
    repeat {
      for _ in 0..<64 {
        if condition() { return true }
        Processors.relax()
      }
    } while Processors.nanoseconds < end
    return false
  }
}
