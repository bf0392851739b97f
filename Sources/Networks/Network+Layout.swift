extension Network {
  /// How many neurons all populations have.
  public var neuronCount: Int { populations.reduce(0) { $0 + $1.size } }

  /// The number of each population's first neuron, and at the end the neuron count.
  public var populationOffsets: [Int] {
    populations.reduce(into: [0]) { offsets, population in
      offsets.append((offsets.last ?? 0) + population.size)
    }
  }

  /// How many neurons are read out.
  public var outputCount: Int { outputs.reduce(0) { $0 + $1.neurons.count } }

  /// How many of the outputs are readouts: outputs that read membranes.
  public var readoutCount: Int { outputs.reduce(0) { $0 + ($1.reads == .membranes ? $1.neurons.count : 0) } }

  /// The greatest shift of an output: a run of T ticks of input takes T + depth ticks.
  public var depth: Int { outputs.reduce(0) { max($0, $1.shift) } }

  /// The neuron and the shift of each output, in the order of output numbering.
  public var outputNeurons: [(neuron: Int, shift: Int)] {
    let offsets = populationOffsets
    return outputs.flatMap { group in
      group.neurons.map { (offsets[group.population] + $0, group.shift) }
    }
  }

  /// The neuron, the shift and the output index of each readout, in the order of output numbering.
  public var readoutNeurons: [(neuron: Int, shift: Int, output: Int)] {
    let offsets = populationOffsets
    var first = 0
    var readouts: [(neuron: Int, shift: Int, output: Int)] = []
    for group in outputs {
      if group.reads == .membranes {
        for (place, neuron) in group.neurons.enumerated() {
          readouts.append((offsets[group.population] + neuron, group.shift, first + place))
        }
      }
      first += group.neurons.count
    }
    return readouts
  }

  /// How many sources a projection has: input lines, or neurons of its source population.
  public func sourceCount(of projection: Projection) -> Int {
    switch projection.source {
    case .input: inputCount
    case .population(let index): populations[index].size
    }
  }
}
