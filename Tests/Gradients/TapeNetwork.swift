import NeuronCore
import Training

/// A network of any layers on a tape: the neuron of docs/neuron.md in floats, whose spikes have the surrogate for their
/// derivative.
struct TapeNetwork {
  var tape = Tape()
  let setting: GradientProbe.Setting
  /// Each population's parameters on the tape.
  var nodes: [Parameters] = []
  /// The spikes of the last population, of a readout its membranes: [ticks][neurons].
  var outputs: [[Tape.Node]] = []
  /// The counts on the input lines: [ticks][inputs].
  var inputs: [[Tape.Node]] = []
  /// The loss's parts that come from elsewhere than the outputs.
  var spikes: [[[Tape.Node]]] = []

  struct Parameters {
    var weights: [Tape.Node]
    var recurrent: [Tape.Node]
    var biases: [Tape.Node]
    var threshold: Tape.Node
    var leak: Tape.Node
    var currentLeak: Tape.Node
  }

  /// Maps as [channel][y][x].
  private struct Shape {
    var channels: Int
    var height: Int
    var width: Int
    var count: Int { channels * height * width }
  }

  init(_ setting: GradientProbe.Setting, values: [GradientProbe.Values], counts: [UInt8]) {
    self.setting = setting
    let sides = setting.inputShape.count == 3 ? setting.inputShape : [setting.inputShape.reduce(1, *), 1, 1]
    var shape = Shape(channels: sides[0], height: sides[1], width: sides[2])
    inputs = (0..<setting.ticks).map { tick in
      (0..<shape.count).map { tape.add(Double(counts[tick * shape.count + $0])) }
    }
    var rows = inputs, scale = 1 / Double(setting.maximumCount), index = 0
    for layer in setting.model.layers {
      switch layer {
      case .flatten: continue
      case .pooling(let pooling):
        let before = shape
        shape.height = (shape.height - pooling.size) / pooling.stride + 1
        shape.width = (shape.width - pooling.size) / pooling.stride + 1
        rows = rows.map { pool($0, before, shape, pooling) }
        if pooling.kind == .average { scale /= Double(pooling.size * pooling.size) }
      case .population(let population):
        nodes.append(record(values[index]))
        (rows, shape) = run(population, nodes[index], rows, shape, scale)
        spikes.append(rows)
        (scale, index) = (1, index + 1)
      }
    }
    outputs = rows
  }

  private mutating func record(_ values: GradientProbe.Values) -> Parameters {
    Parameters(
      weights: values.weights.map { tape.add($0) }, recurrent: (values.recurrent ?? []).map { tape.add($0) },
      biases: (values.biases ?? []).map { tape.add($0) }, threshold: tape.add(values.threshold),
      leak: tape.add(values.leak), currentLeak: tape.add(values.currentLeak))
  }

  private mutating func pool(
    _ row: [Tape.Node], _ before: Shape, _ after: Shape, _ pooling: PoolingDescription
  ) -> [Tape.Node] {
    var pooled: [Tape.Node] = []
    for channel in 0..<after.channels {
      for y in 0..<after.height {
        for x in 0..<after.width {
          var window: [Tape.Node] = []
          for v in 0..<pooling.size {
            for h in 0..<pooling.size {
              let at = (channel * before.height + y * pooling.stride + v) * before.width + x * pooling.stride + h
              window.append(row[at])
            }
          }
          pooled.append(tape.sum(window))
        }
      }
    }
    return pooled
  }

  /// The synapses of each neuron of a population as (source, weight).
  private func synapses(
    _ connection: ConnectionDescription, _ below: Shape, _ weights: [Tape.Node]
  ) -> (lists: [[(source: Int, weight: Tape.Node)]], shape: Shape) {
    switch connection {
    case .dense(let neurons):
      let size = neurons ?? setting.classCount
      let lists = (0..<size).map { target in (0..<below.count).map { ($0, weights[$0 * size + target]) } }
      return (lists, Shape(channels: size, height: 1, width: 1))
    case .convolution(let channels, let kernel, let stride, let padding):
      let shape = Shape(
        channels: channels, height: (below.height + 2 * padding - kernel) / stride + 1,
        width: (below.width + 2 * padding - kernel) / stride + 1)
      var lists: [[(source: Int, weight: Tape.Node)]] = []
      for channel in 0..<channels {
        for oy in 0..<shape.height {
          for ox in 0..<shape.width {
            var list: [(source: Int, weight: Tape.Node)] = []
            for c in 0..<below.channels {
              for ky in 0..<kernel {
                for kx in 0..<kernel {
                  let y = oy * stride + ky - padding, x = ox * stride + kx - padding
                  guard (0..<below.height).contains(y), (0..<below.width).contains(x) else { continue }
                  let weight = ((c * kernel + ky) * kernel + kx) * channels + channel
                  list.append(((c * below.height + y) * below.width + x, weights[weight]))
                }
              }
            }
            lists.append(list)
          }
        }
      }
      return (lists, shape)
    }
  }

  private mutating func weighted(
    _ list: [(source: Int, weight: Tape.Node)], _ row: [Tape.Node], _ scale: Double
  ) -> Tape.Node {
    var value = 0.0
    var parents: [(node: Tape.Node, derivative: Double)] = []
    for (source, weight) in list {
      let count = row[source]
      value += tape[weight] * tape[count]
      parents.append((weight, tape[count] * scale))
      parents.append((count, tape[weight] * scale))
    }
    return tape.add(value * scale, parents)
  }

  private mutating func run(
    _ population: PopulationDescription, _ parameters: Parameters, _ rows: [[Tape.Node]], _ below: Shape,
    _ scale: Double
  ) -> ([[Tape.Node]], Shape) {
    let (lists, shape) = synapses(population.connection, below, parameters.weights)
    let positions = shape.height * shape.width
    var neurons = (0..<shape.count).map { index in
      TapeNeuron(
        tape: &tape, population.neurons, parameters,
        bias: parameters.biases.isEmpty
          ? nil : parameters.biases[index / positions], setting: setting)
    }
    var fired: [[Tape.Node]] = [], membranes: [[Tape.Node]] = []
    for tick in 0..<setting.ticks {
      var spikes: [Tape.Node] = [], row: [Tape.Node] = []
      for index in 0..<shape.count {
        var arrivals: [Tape.Node] = []
        if tick >= population.delay { arrivals.append(weighted(lists[index], rows[tick - population.delay], scale)) }
        if let delay = population.recurrentDelay, tick >= delay {
          let list = (0..<shape.count).map { ($0, parameters.recurrent[$0 * shape.count + index]) }
          arrivals.append(weighted(list, fired[tick - delay], 1))
        }
        let input = tape.sum(arrivals)
        let (spike, membrane) = neurons[index].step(&tape, input: input)
        spikes.append(spike)
        row.append(membrane)
      }
      fired.append(spikes)
      membranes.append(row)
    }
    return (population.neurons.role == .readout ? membranes : fired, shape)
  }
}

/// One neuron on a tape.
private struct TapeNeuron {
  let description: NeuronDescription
  let parameters: TapeNetwork.Parameters
  let bias: Tape.Node?
  let surrogate: Surrogate
  let isAttached: Bool
  private var current: Tape.Node
  private var held: Tape.Node
  private var owed: Tape.Node?
  private var left = 0

  init(
    tape: inout Tape, _ description: NeuronDescription, _ parameters: TapeNetwork.Parameters, bias: Tape.Node?,
    setting: GradientProbe.Setting
  ) {
    (self.description, self.parameters, self.bias) = (description, parameters, bias)
    surrogate = setting.surrogate
    isAttached = setting.resetGradient == .attached
    current = tape.add(0)
    held = tape.add(0)
  }

  mutating func step(_ tape: inout Tape, input: Tape.Node) -> (spikes: Tape.Node, membrane: Tape.Node) {
    var input = input
    if description.currentLeak != nil {
      current = tape.product(tape.sum([current, input]), parameters.currentLeak)
      input = current
    }
    if left > 0 {
      left -= 1
      return (tape.add(0), held)
    }
    var terms = [description.leak == nil ? held : tape.product(held, parameters.leak), input]
    if let bias { terms.append(bias) }
    if let owed { terms.append(owed) }
    owed = nil
    let membrane = tape.sum(terms)
    if description.role == .readout {
      held = membrane
      return (tape.add(0), membrane)
    }
    return (fire(&tape, membrane), membrane)
  }

  private mutating func fire(_ tape: inout Tape, _ membrane: Tape.Node) -> Tape.Node {
    let threshold = tape[parameters.threshold]
    var count = 0, rest = tape[membrane]
    while count < description.spikeCap, rest >= threshold {
      rest -= threshold
      count += 1
    }
    let single = (1...description.spikeCap).map { surrogate.derivative(tape[membrane] - Double($0) * threshold) }
    let numbered = single.enumerated().map { Double($0.offset + 1) * $0.element }.reduce(0, +)
    let spikes = tape.add(
      Double(count), [(membrane, single.reduce(0, +)), (parameters.threshold, -numbered)])
    if count > 0 { left = description.refractoryTicks }
    switch description.reset ?? .subtractBeforeLeak {
    case .zero:
      let any = count > 0 ? 1.0 : 0.0
      let passed = tape.add(any, [(membrane, single[0]), (parameters.threshold, -single[0])])
      held = tape.add(
        tape[membrane] * (1 - any), [(membrane, 1 - any)] + (isAttached ? [(passed, -tape[membrane])] : []))
    case .subtractBeforeLeak: held = tape.sum([membrane, subtracted(&tape, spikes)])
    case .subtractAfterLeak:
      held = membrane
      owed = subtracted(&tape, spikes)
    }
    return spikes
  }

  /// −θ·n; the θ of it is differentiated even where the spikes are constants.
  private func subtracted(_ tape: inout Tape, _ spikes: Tape.Node) -> Tape.Node {
    let threshold = tape[parameters.threshold]
    return tape.add(
      -threshold * tape[spikes],
      [(parameters.threshold, -tape[spikes])] + (isAttached ? [(spikes, -threshold)] : []))
  }
}
