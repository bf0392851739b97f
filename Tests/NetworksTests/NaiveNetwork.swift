import Networks
import NeuronCore

/// A network run a second way: every spike puts an event on a calendar, and each neuron sorts what has come
/// for it. Synapses are found from the definition of each layout, output by output.
struct NaiveNetwork {
  struct Wire {
    var projection: Int
    var source: Int
    var position: Int
    /// Numbered through the network.
    var target: Int
    var weight: Int32
    var delay: Int
    var current: Int
  }

  struct Event {
    var wire: Wire
    var count: UInt8
  }

  let network: Network
  private var wires: [Wire] = []

  init(_ network: Network) {
    self.network = network
    for index in network.projections.indices { addWires(index) }
  }

  /// Spike counts and membranes, [ticks][neurons].
  func run(_ input: [UInt8], ticks: Int, totalTicks: Int) -> (spikes: [UInt8], membranes: [Int32]) {
    let offsets = network.populationOffsets
    var calendar = [[Event]](repeating: [], count: totalTicks)
    var states = network.populations.flatMap { population in
      (0..<population.size).map { NeuronState(initialMembrane: population.initialMembrane[$0]) }
    }
    var spikes: [UInt8] = []
    var membranes: [Int32] = []
    func send(_ count: UInt8, _ source: ProjectionSource, _ index: Int, at tick: Int) {
      if count == 0 { return }
      for wire in wires where wire.source == index && network.projections[wire.projection].source == source {
        if tick + wire.delay < totalTicks { calendar[tick + wire.delay].append(Event(wire: wire, count: count)) }
      }
    }
    for tick in 0..<totalTicks {
      if tick < ticks {
        for line in 0..<network.inputCount {
          send(input[tick * network.inputCount + line], .input, line, at: tick)
        }
      }
      let arrived = calendar[tick].sorted {
        ($0.wire.projection, $0.wire.source, $0.wire.position)
          < ($1.wire.projection, $1.wire.source, $1.wire.position)
      }
      for (place, population) in network.populations.enumerated() {
        for index in 0..<population.size {
          let neuron = offsets[place] + index
          var arrivals = population.model.beginTick(states[neuron])
          for event in arrived where event.wire.target == neuron {
            population.model.deliver(
              weight: event.wire.weight, count: event.count, current: event.wire.current, to: &arrivals)
          }
          let constants = NeuronConstants(
            threshold: population.threshold[index], bias: population.bias[index],
            start: UInt32(population.start[index]))
          let outcome = population.model.finishTick(
            &states[neuron], constants: constants, arrivals: arrivals, tick: UInt32(tick))
          spikes.append(outcome.spikes)
          membranes.append(states[neuron].membrane)
          send(outcome.spikes, .population(place), index, at: tick)
        }
      }
    }
    return (spikes, membranes)
  }

  private mutating func addWires(_ index: Int) {
    let projection = network.projections[index]
    let offset = network.populationOffsets[projection.target]
    let (delay, current) = (projection.delay, projection.current)
    func wire(_ source: Int, _ target: Int, _ weight: Int32) -> Wire {
      Wire(
        projection: index, source: source, position: wires.count, target: offset + target, weight: weight,
        delay: delay, current: current)
    }
    switch projection.connectivity {
    case .dense(let weights):
      let targets = network.populations[projection.target].size
      for place in 0..<weights.count { wires.append(wire(place / targets, place % targets, weights[place])) }
    case .oneToOne(let weights):
      for neuron in 0..<network.populations[projection.target].size {
        wires.append(wire(neuron, neuron, weights.count == 1 ? weights[0] : weights[neuron]))
      }
    case .sparse(let list):
      for place in list.sources.indices {
        var made = wire(Int(list.sources[place]), Int(list.targets[place]), list.weights[place])
        if !list.delays.isEmpty { made.delay = Int(list.delays[place]) }
        if !list.currents.isEmpty { made.current = Int(list.currents[place]) }
        wires.append(made)
      }
    case .convolution(let conv):
      forEachWindow(conv.output, conv.input, conv.kernelHeight, conv.kernelWidth) { out, ic, ky, kx in
        let y = out.y * conv.strideY - conv.paddingY + ky
        let x = out.x * conv.strideX - conv.paddingX + kx
        guard (0..<conv.input.height).contains(y), (0..<conv.input.width).contains(x) else { return }
        let channel = out.channel * conv.input.channels + ic
        let weight = conv.weights[(channel * conv.kernelHeight + ky) * conv.kernelWidth + kx]
        wires.append(wire((ic * conv.input.height + y) * conv.input.width + x, out.index, weight))
      }
    case .sumPooling(let pool):
      forEachWindow(pool.output, pool.input, pool.kernelHeight, pool.kernelWidth) { out, ic, ky, kx in
        guard ic == out.channel else { return }
        let (y, x) = (out.y * pool.strideY + ky, out.x * pool.strideX + kx)
        wires.append(wire((ic * pool.input.height + y) * pool.input.width + x, out.index, pool.weight))
      }
    }
  }

  private func forEachWindow(
    _ output: MapShape, _ input: MapShape, _ kernelHeight: Int, _ kernelWidth: Int,
    _ body: ((channel: Int, y: Int, x: Int, index: Int), Int, Int, Int) -> Void
  ) {
    for index in 0..<output.count {
      let place = (
        index / (output.height * output.width), index / output.width % output.height, index % output.width, index
      )
      for channel in 0..<input.channels {
        for ky in 0..<kernelHeight { for kx in 0..<kernelWidth { body(place, channel, ky, kx) } }
      }
    }
  }
}
