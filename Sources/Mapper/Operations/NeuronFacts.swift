import Networks
import NeuronCore

/// What building cores has to know of each neuron, in the network's numbering.
struct NeuronFacts {
  /// The population of each neuron.
  let population: [Int32]
  /// The distinct models of the network.
  let models: [NeuronModel]
  /// The model of each population.
  let modelOfPopulation: [Int]
  /// The spike cap of each population.
  let caps: [Int]
  let offsets: [Int]

  init(_ network: Network) {
    offsets = network.populationOffsets
    var population: [Int32] = []
    population.reserveCapacity(network.neuronCount)
    var models: [NeuronModel] = []
    var places: [NeuronModel: Int] = [:]
    var modelOfPopulation: [Int] = []
    for (index, element) in network.populations.enumerated() {
      population.append(contentsOf: repeatElement(Int32(index), count: element.size))
      let place = places[element.model] ?? models.count
      if place == models.count {
        places[element.model] = place
        models.append(element.model)
      }
      modelOfPopulation.append(place)
    }
    self.population = population
    self.models = models
    self.modelOfPopulation = modelOfPopulation
    caps = network.populations.map { Int($0.model.spikeCap) }
  }

  /// The model of a neuron.
  func model(of neuron: Int) -> Int { modelOfPopulation[Int(population[neuron])] }
}
