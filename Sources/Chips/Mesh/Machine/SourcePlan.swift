import ImageFormat

/// Where the spikes of consecutive sources go: neurons of a core, or input lines.
///
/// Most sources have neighbours whose rows lie at equal distances in the image. Such a stretch hands over its spiking
/// sources as one list, to a `Bundle` for each route that a source has; other sources go route by route.
struct SourcePlan {
  /// They follow each other; the last one ends behind the last source.
  let stretches: UnsafeMutableBufferPointer<Stretch>
  let ranges: UnsafeMutablePointer<RouteRange>
  let routes: UnsafeMutablePointer<ExecutedRoute>

  /// Stretches of fewer sources are not worth a bundle.
  private static var leastSize: Int { 16 }

  /// Plans the sources 0..<count, and adds their bundles to the cores' lists.
  init(
    count: Int, ranges: UnsafeMutablePointer<RouteRange>, routes: UnsafeMutablePointer<ExecutedRoute>,
    tables: [AxonTable], bundles: inout [[Bundle]], arena: Arena
  ) {
    self.ranges = ranges
    self.routes = routes
    var stretches: [Stretch] = []
    var first = 0
    while first < count {
      let end = Self.end(of: first, count, ranges, routes, tables)
      var places: [BundlePlace] = []
      if end - first >= Self.leastSize {
        for index in 0..<Int(ranges[first].count) {
          let route = routes[Int(ranges[first].first) + index]
          let next = routes[Int(ranges[first + 1].first) + index]
          let table = tables[Int(route.core)]
          let stride = table.axons[Int(next.axon)].offset - table.axons[Int(route.axon)].offset
          places.append(BundlePlace(core: Int(route.core), bundle: bundles[Int(route.core)].count))
          bundles[Int(route.core)].append(
            Bundle(
              kind: table.kinds[Int(table.axons[Int(route.axon)].kind)], ticks: route.ticks,
              origin: table.axons[Int(route.axon)].offset - first * stride, stride: stride, size: end - first,
              slots: table.slots, arena: arena))
        }
      }
      if places.isEmpty, let last = stretches.indices.last, stretches[last].bundles.isEmpty {
        stretches[last].end = UInt32(truncatingIfNeeded: end)
      } else {
        stretches.append(Stretch(end: UInt32(truncatingIfNeeded: end), bundles: arena.list(places)))
      }
      first = end
    }
    self.stretches = arena.list(stretches)
  }

  /// Where the sources end whose routes go on from `first` at equal distances.
  private static func end(
    of first: Int, _ count: Int, _ ranges: UnsafeMutablePointer<RouteRange>,
    _ routes: UnsafeMutablePointer<ExecutedRoute>, _ tables: [AxonTable]
  ) -> Int {
    func axon(_ source: Int, _ index: Int) -> ExecutedAxon {
      let route = routes[Int(ranges[source].first) + index]
      return tables[Int(route.core)].axons[Int(route.axon)]
    }
    func continues(_ source: Int, _ index: Int) -> Bool {
      let route = routes[Int(ranges[source].first) + index]
      let before = routes[Int(ranges[first].first) + index]
      let kinds = tables[Int(route.core)].kinds
      let stride = axon(first + 1, index).offset - axon(first, index).offset
      return route.core == before.core && route.ticks == before.ticks && route.shared == ExecutedRoute.notShared
        && before.shared == ExecutedRoute.notShared && axon(source, index).kind == axon(first, index).kind
        && kinds[Int(axon(source, index).kind)].format == .dense
        && axon(source, index).offset - axon(source - 1, index).offset == stride
    }
    let width = ranges[first].count
    var end = first + 1
    while end < count && ranges[end].count == width
      && (0..<Int(width)).allSatisfy({ continues(end, $0) })
    {
      end += 1
    }
    return end
  }

  /// The stretch of a source.
  func stretch(of source: Int) -> Stretch {
    var low = 0
    var high = stretches.count - 1
    while low < high {
      let middle = (low + high) / 2
      if source < Int(stretches[middle].end) { high = middle } else { low = middle + 1 }
    }
    return stretches[low]
  }
}

struct Stretch {
  /// The first source behind the stretch.
  var end: UInt32
  /// The bundles that its sources go to; empty where they go route by route.
  let bundles: UnsafeMutableBufferPointer<BundlePlace>
}

/// A bundle of a core in use.
struct BundlePlace {
  let core: Int
  let bundle: Int
}

/// The rows of consecutive sources that belong to one core, one delay and one kind of row, at equal distances.
struct Bundle {
  let kind: RowKind
  /// From the tick at hand to that of the arrival.
  let ticks: UInt32
  /// Source s has its row at origin + s · stride.
  let origin: Int
  let stride: Int
  /// The arriving sources and their counts, [slots][size], and how many they are, [slots].
  let sources: UnsafeMutablePointer<UInt32>
  let counts: UnsafeMutablePointer<UInt8>
  let found: UnsafeMutablePointer<Int>
  /// Whether a count is above 1, [slots].
  let isBeyondOne: UnsafeMutablePointer<Bool>
  let size: Int

  init(kind: RowKind, ticks: UInt32, origin: Int, stride: Int, size: Int, slots: Int, arena: Arena) {
    self.kind = kind
    self.ticks = ticks
    self.origin = origin
    self.stride = stride
    self.size = size
    sources = arena.make(UInt32.self, count: slots * size)
    counts = arena.make(UInt8.self, count: slots * size)
    found = arena.make(Int.self, count: slots)
    isBeyondOne = arena.make(Bool.self, count: slots)
  }

  /// Adds spiking sources to what arrives in a slot.
  @inline(__always)
  func append(
    _ spiking: UnsafePointer<UInt32>, _ spikes: UnsafePointer<UInt8>, count: Int, isBeyondOne isAny: Bool, slot: Int
  ) {
    let place = slot &* size &+ found[slot]
    (sources + place).update(from: spiking, count: count)
    (counts + place).update(from: spikes, count: count)
    found[slot] &+= count
    if isAny { isBeyondOne[slot] = true }
  }
}
