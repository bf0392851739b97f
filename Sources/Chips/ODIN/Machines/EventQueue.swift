/// The scheduler's queue of a core: a fixed number of events, and what does not fit is lost.
struct EventQueue: Sendable {
  private var events: [UInt16]
  private var start = 0
  private var count = 0

  /// - Parameter capacity: a power of two.
  init(capacity: Int) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0)
    events = Array(repeating: 0, count: capacity)
  }

  var isEmpty: Bool { count == 0 }
  var isFull: Bool { count == events.count }
  var first: UInt16? { count == 0 ? nil : events[start] }

  /// Does nothing when the queue is full, as in the design: the event is lost without a sign.
  mutating func push(_ event: UInt16) {
    if isFull { return }
    events[(start + count) & (events.count - 1)] = event
    count += 1
  }

  mutating func removeFirst() {
    precondition(count > 0)
    start = (start + 1) & (events.count - 1)
    count -= 1
  }
}
