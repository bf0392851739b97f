/// The routes of every source: inputs, then neurons, as `SynapseTable` numbers them.
struct Routing {
  /// Where each source's routes begin, and at the end their number.
  let starts: [Int]
  /// Ascending by core and axon within a source.
  let routes: [Route]

  /// - Parameters:
  ///   - cores: ascending by number.
  ///   - numbers: the number of each core.
  init(_ cores: [CoreContents], numbers: [Int], table: SynapseTable) {
    var starts = [Int](repeating: 0, count: table.sourceCount + 1)
    for core in cores {
      for (index, line) in core.lines.enumerated() {
        starts[table.source(ofLine: line) + 1] += core.lineStarts[index + 1] - core.lineStarts[index]
      }
    }
    for source in 0..<table.sourceCount { starts[source + 1] += starts[source] }
    var next = starts
    var routes = [Route](repeating: Route(core: 0, axon: 0), count: starts[table.sourceCount])
    for (core, number) in zip(cores, numbers) {
      for (index, line) in core.lines.enumerated() {
        let source = table.source(ofLine: line)
        for axon in core.lineAxons[core.lineStarts[index]..<core.lineStarts[index + 1]] {
          routes[next[source]] = Route(core: number, axon: Int(axon))
          next[source] += 1
        }
      }
    }
    for source in 0..<table.sourceCount {
      routes[starts[source]..<starts[source + 1]].sort { ($0.core, $0.axon) < ($1.core, $1.axon) }
    }
    self.starts = starts
    self.routes = routes
  }

  /// The routes of a source.
  subscript(source: Int) -> ArraySlice<Route> { routes[starts[source]..<starts[source + 1]] }

  /// How many routes each neuron takes, without making them.
  static func loads(_ cores: [CoreContents], table: SynapseTable) -> [Int] {
    var loads = [Int](repeating: 0, count: table.neuronCount)
    for core in cores {
      for (index, line) in core.lines.enumerated() {
        let source = table.source(ofLine: line)
        if source >= table.inputCount {
          loads[source - table.inputCount] += core.lineStarts[index + 1] - core.lineStarts[index]
        }
      }
    }
    return loads
  }
}
