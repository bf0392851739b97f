/// Cuts the order of filling into cores.
struct Fill {
  /// How a population continues in a core that other populations have begun.
  enum Style: CaseIterable {
    /// Only as a whole: populations stay together.
    case together
    /// As far as there is room: the fewest cores.
    case dense
  }

  let facts: NeuronFacts
  let limits: CoreLimits
  let style: Style
  /// The routes that each neuron takes, as far as they are known.
  let routeLoads: [Int]
  /// Filling stops beyond this number of cores.
  let coreLimit: Int

  /// Why filling ended early.
  enum Failure: Error {
    /// A single neuron exceeds a core.
    case neuron(UInt32, CoreShortage)
  }

  /// What filling gave.
  struct Result {
    var cores: [CoreContents] = []
    /// How often each resource ended a core.
    var ends: [Resource: Int] = [:]
    /// Whether `coreLimit` ended it.
    var isIncomplete = false
  }

  /// The cores, in the order of filling.
  func cores(of units: [FillUnit], with builder: inout CoreBuilder) throws(Failure) -> Result {
    var result = Result()
    var open: [UInt32] = []
    var openContents: CoreContents?
    var lastChunk = 0
    func closeCore(_ reason: Resource?) {
      if let openContents { result.cores.append(openContents) }
      result.ends[reason ?? .neurons, default: 0] += 1
      (open, openContents) = ([], nil)
    }
    for unit in units {
      var position = 0
      while position < unit.neurons.count {
        if result.cores.count >= coreLimit {
          result.isIncomplete = true
          return result
        }
        let rest = unit.neurons[position...]
        let chunk = longest(rest, after: open, guess: lastChunk, with: &builder)
        var length = chunk.length
        let isWhole = length == rest.count
        if !isWhole && !open.isEmpty && (style == .together || length == 0) {
          closeCore(chunk.end)
          continue
        }
        if length == 0 {
          throw .neuron(unit.neurons[position], chunk.shortage ?? .budget(chunk.end ?? .neurons))
        }
        var contents = chunk.contents
        if !isWhole, let cut = unit.tileEnds.last(where: { $0 > position && $0 < position + length }) {
          // A whole tile at least fits, so the core ends with a tile.
          let shorter = open + rest.prefix(cut - position)
          if let cutContents = try? builder.build(shorter[...], limits: limits) {
            (length, contents) = (cut - position, cutContents)
          }
        }
        if let contents { (open, openContents) = (contents.neurons, contents) }
        position += length
        if !isWhole {
          lastChunk = length
          closeCore(chunk.end)
        }
      }
    }
    if let openContents { result.cores.append(openContents) }
    return result
  }

  private struct Chunk {
    var length = 0
    var contents: CoreContents?
    /// What ended the core.
    var end: Resource?
    /// Why not even one neuron more fits.
    var shortage: CoreShortage?
  }

  /// The longest part of `rest` that fits a core after `open`.
  ///
  /// Sharing makes the bytes of a core not quite monotonic; what bisection finds fits, and that is enough.
  private func longest(
    _ rest: ArraySlice<UInt32>, after open: [UInt32], guess: Int, with builder: inout CoreBuilder
  ) -> Chunk {
    var chunk = Chunk()
    let (countable, end) = countableLength(rest, after: open)
    if countable < rest.count { chunk.end = end }
    var low = 0
    var high = countable + 1
    // Cores are much alike: where the last one took far less than can be counted, begin there.
    let isNear = guess > 0 && guess < countable / 2
    var probe = isNear ? guess : countable
    var step = 1
    while low + 1 < high {
      do {
        let neurons = open + rest.prefix(probe)
        chunk.contents = try builder.build(neurons[...], limits: limits)
        low = probe
      } catch {
        high = probe
        if case .budget(let resource) = error { chunk.end = resource }
        chunk.shortage = error
      }
      if guess > low && guess < high {
        probe = guess
      } else if low >= guess && low + step < high && (isNear || low == guess) {
        probe = low + step
        step *= 2
      } else {
        probe = (low + high) / 2
      }
    }
    chunk.length = low
    return chunk
  }

  /// How many neurons fit by the budgets that can be counted without building.
  private func countableLength(_ rest: ArraySlice<UInt32>, after open: [UInt32]) -> (Int, Resource?) {
    var routes = 0
    var models = Set<Int>()
    for neuron in open {
      routes += routeLoads[Int(neuron)]
      models.insert(facts.model(of: Int(neuron)))
    }
    var length = 0
    for neuron in rest {
      if open.count + length >= limits.neurons { return (length, .neurons) }
      routes += routeLoads[Int(neuron)]
      if routes > limits.routes { return (length, .routes) }
      models.insert(facts.model(of: Int(neuron)))
      if models.count > limits.classes { return (length, .classes) }
      length += 1
    }
    return (length, nil)
  }
}
