import ImageFormat

/// The routes of all neurons and input lines, with what the image says of the axons they name.
struct RouteTable {
  /// For each core in use.
  let axons: [AxonTable]
  let plans: [SourcePlan]
  let bundles: [[Bundle]]
  let inputs: SourcePlan

  init(_ image: MeshImage, arena: Arena) {
    let cores = (0..<image.coreCount).map { image.core(at: $0) }
    var places = [Int](repeating: 0, count: image.gridCoreCount)
    for (index, core) in cores.enumerated() { places[Int(core.number)] = index }
    let references = Self.references(image, cores, places)
    let tables = cores.indices.map { AxonTable(cores[$0], references: references[$0], arena: arena) }
    func executed(_ route: RouteRecord, ahead: Int) -> ExecutedRoute {
      let place = places[Int(route.core)]
      return ExecutedRoute(
        core: UInt32(place), axon: route.axon, shared: tables[place].axons[Int(route.axon)].shared,
        ticks: UInt32(cores[place].axon(at: Int(route.axon)).delay + ahead))
    }
    var bundles = [[Bundle]](repeating: [], count: cores.count)
    plans = cores.map { core in
      let ranges = arena.make(RouteRange.self, count: core.neuronCount)
      for neuron in 0..<core.neuronCount { ranges[neuron] = RouteRange(core.neuron(at: neuron).routes) }
      let routes = arena.make(ExecutedRoute.self, count: core.routeCount)
      for index in 0..<core.routeCount { routes[index] = executed(core.route(at: index), ahead: 1) }
      return SourcePlan(
        count: core.neuronCount, ranges: ranges, routes: routes, tables: tables, bundles: &bundles, arena: arena)
    }
    let ranges = arena.make(RouteRange.self, count: image.inputCount)
    for line in 0..<image.inputCount { ranges[line] = RouteRange(image.routes(ofInput: line)) }
    let routes = arena.make(ExecutedRoute.self, count: image.inputRouteCount)
    for index in 0..<image.inputRouteCount { routes[index] = executed(image.inputRoute(at: index), ahead: 0) }
    inputs = SourcePlan(
      count: image.inputCount, ranges: ranges, routes: routes, tables: tables, bundles: &bundles, arena: arena)
    axons = tables
    self.bundles = bundles
  }

  /// For each core and axon, how many sources name it; neurons may share routes.
  private static func references(_ image: MeshImage, _ cores: [MeshCore], _ places: [Int]) -> [[UInt32]] {
    var references = cores.map { [UInt32](repeating: 0, count: $0.axonCount) }
    for core in cores {
      // How many neurons begin and end their routes at each place.
      var changes = [Int](repeating: 0, count: core.routeCount + 1)
      for neuron in 0..<core.neuronCount {
        let range = core.neuron(at: neuron).routes
        changes[range.lowerBound] += 1
        changes[range.upperBound] -= 1
      }
      var users = 0
      for index in 0..<core.routeCount {
        users += changes[index]
        let route = core.route(at: index)
        references[places[Int(route.core)]][Int(route.axon)] &+= UInt32(users)
      }
    }
    for index in 0..<image.inputRouteCount {
      let route = image.inputRoute(at: index)
      references[places[Int(route.core)]][Int(route.axon)] &+= 1
    }
    return references
  }
}

/// The routes of a neuron or an input line.
struct RouteRange: BitwiseCopyable {
  var first: UInt32
  var count: UInt32

  init(_ range: Range<Int>) {
    first = UInt32(truncatingIfNeeded: range.lowerBound)
    count = UInt32(truncatingIfNeeded: range.count)
  }
}
