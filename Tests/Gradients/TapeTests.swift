import FixedPoint
import Kernels
import Testing
import Training

/// A loss that is linear in what the outputs do, with coefficients by a seed.
struct LinearLoss: SampleLoss {
  func coefficient(_ tick: Int, _ output: Int) -> Double {
    var random = RandomStream(seed: 11, stream: UInt64(tick * 1000 + output))
    return Double(random.unit()) * 2 - 0.5
  }

  func value<R: KernelScalar>(
    of output: OutputActivity<R>, label: Int, gradient: OutputGradient<R>
  ) -> (loss: Double, shape: GradientShape) {
    var loss = 0.0
    for tick in 0..<output.ticks {
      for index in 0..<output.classes {
        let place = tick * output.stride + index
        let value = output.membranes.map { Double($0[place]) } ?? Double(output.spikes[place])
        loss += coefficient(tick, index) * value
        gradient.rows[place] = R(coefficient(tick, index))
      }
    }
    return (loss, .perTick)
  }

  func predicted<R: KernelScalar>(_ output: OutputActivity<R>) -> Int { 0 }
}

@Suite("Gradients of random networks")
struct TapeTests {
  @Test("every gradient is what differentiating step by step gives, for layers and neurons of all kinds")
  func tape() throws {
    var fired = 0
    for seed in 0..<120 as Range<UInt64> {
      var model = RandomModel(seed: seed)
      let samples = [model.counts(), model.counts(), model.counts()]
      let variants = KernelVariant.supported
      var setting = model.setting
      setting.variant = variants[Int(seed) % variants.count]
      let probe = try GradientProbe(
        as: Double.self, setting, values: model.values, counts: samples, labels: [0, 0, 0], loss: LinearLoss())
      fired += try compare(probe, setting, model.values, samples, "seed \(seed)")
    }
    #expect(fired > 1000)
  }

  /// Returns how many spikes there were.
  private func compare(
    _ probe: GradientProbe, _ setting: GradientProbe.Setting, _ values: [GradientProbe.Values], _ samples: [[UInt8]],
    _ name: String
  ) throws -> Int {
    var totals: [[[Double]]] = []
    var fired = 0
    for (sample, counts) in samples.enumerated() {
      var network = TapeNetwork(setting, values: values, counts: counts)
      var parts: [(node: Tape.Node, derivative: Double)] = [], value = 0.0
      for (tick, row) in network.outputs.enumerated() {
        for (index, node) in row.enumerated() {
          let coefficient = LinearLoss().coefficient(tick, index)
          value += coefficient * network.tape[node]
          parts.append((node, coefficient))
        }
      }
      let loss = network.tape.add(value, parts)
      expect([probe.outcomes[sample].loss], near: [value], 1e-10, "\(name): loss", scale: max(1, abs(value)))
      let gradient = network.tape.gradient(of: loss)
      near(probe.inputGradient[sample], network.inputs.joined().map { gradient[$0] }, "\(name): inputs")
      for (index, spikes) in network.spikes.enumerated() where index < network.spikes.count - 1 {
        #expect(probe.spikes[sample][index].map(Double.init) == spikes.joined().map { network.tape[$0] }, "\(name)")
      }
      fired += probe.outcomes[sample].spikes.reduce(0, +)
      let found = network.nodes.map { nodes in
        [nodes.weights, nodes.recurrent, nodes.biases, [nodes.threshold], [nodes.leak], [nodes.currentLeak]].map {
          $0.map { gradient[$0] }
        }
      }
      totals = totals.isEmpty ? found : zip(totals, found).map { zip($0, $1).map { zip($0, $1).map(+) } }
    }
    let populations = setting.model.layers.compactMap { layer -> PopulationDescription? in
      if case .population(let population) = layer { population } else { nil }
    }
    for (index, total) in totals.enumerated() {
      let gradient = probe.gradients[index], neurons = populations[index].neurons
      near(gradient.weights, total[0], "\(name): weights \(index)")
      near(gradient.recurrent ?? [], total[1], "\(name): recurrent \(index)")
      near(gradient.biases ?? [], total[2], "\(name): biases \(index)")
      if neurons.trainsThreshold { near([gradient.threshold], total[3], "\(name): threshold \(index)") }
      if neurons.leak?.isTrained == true { near([gradient.leak], total[4], "\(name): leak \(index)") }
      if neurons.currentLeak?.isTrained == true { near([gradient.currentLeak], total[5], "\(name): current \(index)") }
    }
    return fired
  }

  private func near(_ found: [Double], _ expected: [Double], _ name: String) {
    let worst = zip(found, expected).map { ($0 - $1).magnitude }.max() ?? 0
    let scale = expected.map(\.magnitude).max() ?? 0
    #expect(found.count == expected.count, "\(name): \(found.count) values for \(expected.count)")
    #expect(worst <= 1e-10 * max(scale, 1e-3), "\(name): off by \(worst) of \(scale)")
  }
}
