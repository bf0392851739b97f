/// What a run on one of these cores may end with.
public enum ODINError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Feedback went on beyond so many events: feedback has no delay, so a loop may never end.
  case runaway(core: String, budget: Int)

  public var description: String {
    switch self {
    case .runaway(let core, let budget):
      "\(core): recurrent spikes went on for \(budget) events within one tick; weaken the recurrent weights, raise the "
        + "thresholds, or open the loop"
    }
  }
}
