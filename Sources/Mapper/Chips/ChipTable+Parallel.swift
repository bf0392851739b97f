extension ChipTable {
  /// The table of a memory that has one place for each source and target: the weights of parallel synapses added up,
  /// ascending by target; what adds up to 0 is no synapse.
  ///
  /// A merged synapse has the delay, the current and the projection of the first of its parts.
  public var withParallelsAdded: ChipTable {
    var merged: [Synapse] = []
    var starts = [0]
    for source in 0..<sourceCount {
      var places: [Int: Int] = [:]
      var row: [Synapse] = []
      for synapse in synapses(of: source) {
        if let place = places[synapse.target] {
          row[place].weight += synapse.weight
        } else {
          places[synapse.target] = row.count
          row.append(synapse)
        }
      }
      merged += row.filter { $0.weight != 0 }.sorted { $0.target < $1.target }
      starts.append(merged.count)
    }
    return ChipTable(inputCount: inputCount, neuronCount: neuronCount, synapses: merged, starts: starts)
  }
}
