/// Why a tick of a core does not end as it should.
enum TickProblem: Error {
  case runaway
  /// The core's neuron fires more often than a count can tell.
  case tooManySpikes(neuron: Int)
}

extension CrossbarCore {
  /// Executes a tick: a time reference, then the events of the input lines, the queue run dry after each.
  ///
  /// - Parameters:
  ///   - input: the counts of the lines; 0 afterwards.
  ///   - rows: the row of each line.
  ///   - counts: the spikes of each neuron, added up.
  ///   - budget: the events that may follow one input event.
  mutating func tick(input: inout [UInt8], rows: [UInt8], counts: inout [UInt16], budget: Int) throws(TickProblem) {
    referTime()
    try settle(&counts, budget: budget)
    for line in rows.indices where input[line] != 0 {
      for _ in 0..<input[line] {
        acceptEvent(of: rows[line])
        try settle(&counts, budget: budget)
      }
      input[line] = 0
    }
  }

  /// Runs the queue dry and counts what left.
  private mutating func settle(_ counts: inout [UInt16], budget: Int) throws(TickProblem) {
    do throws(ODINError) {
      try run(budget: budget)
    } catch {
      throw .runaway
    }
    if output.isEmpty { return }
    for neuron in output {
      counts[Int(neuron)] &+= 1
      if counts[Int(neuron)] > UInt8.max { throw .tooManySpikes(neuron: Int(neuron)) }
    }
    output.removeAll(keepingCapacity: true)
  }
}
