import Testing
import XyloChip

/// A run of the vendor's simulator, as its file spells it.
private struct XyloRecording: Decodable {
  struct Configuration: Decodable {
    let synapses_in: [[[Int]]]
    let synapses_rec: [[[Int]]]
    let synapses_out: [[[Int]]]
    let aliases: [[Int]]
    let threshold: [Int32]
    let threshold_out: [Int32]
    let has_bias: Int
    let bias: [Int16]
    let bias_out: [Int16]
    let weight_shift_inp: Int
    let weight_shift_rec: Int
    let weight_shift_out: Int
    let dash_mem: [Int]
    let dash_mem_out: [Int]
    let dash_syns: [[Int]]
    let dash_syns_out: [[Int]]
  }

  struct Trace: Decodable {
    let input: [[Int]]
    let out: [[Int]]
    let rec: [[Int]]
    let vmem: [[Int]]
    let isyn: [[Int]]
    let isyn2: [[Int]]
    let vmem_out: [[Int]]
    let isyn_out: [[Int]]
  }

  let config: Configuration
  let trace: Trace

  func configuration() throws -> XyloConfiguration {
    func synapses(_ lists: [[[Int]]]) throws -> [[XyloConfiguration.Synapse]] {
      try lists.map { list in
        try list.map { synapse in
          guard synapse.count == 3, let weight = Int8(exactly: synapse[2]) else {
            throw GoldenMismatch(description: "\(synapse) is no synapse")
          }
          return XyloConfiguration.Synapse(target: synapse[0], current: synapse[1], weight: weight)
        }
      }
    }
    func neuron(_ threshold: Int32, _ bias: Int16, _ membrane: Int, _ currents: [Int], _ aliases: [Int])
      -> XyloConfiguration.Neuron
    {
      XyloConfiguration.Neuron(
        threshold: threshold, bias: config.has_bias != 0 ? bias : nil, membraneShift: membrane, currentShifts: currents,
        aliases: aliases)
    }
    return XyloConfiguration(
      inputSynapses: try synapses(config.synapses_in), recurrentSynapses: try synapses(config.synapses_rec),
      outputSynapses: try synapses(config.synapses_out),
      hidden: config.threshold.indices.map {
        neuron(config.threshold[$0], config.bias[$0], config.dash_mem[$0], config.dash_syns[$0], config.aliases[$0])
      },
      readouts: config.threshold_out.indices.map {
        neuron(config.threshold_out[$0], config.bias_out[$0], config.dash_mem_out[$0], config.dash_syns_out[$0], [])
      },
      weightShifts: (config.weight_shift_inp, config.weight_shift_rec, config.weight_shift_out))
  }
}

extension Conformance {
  @Test("Every recording of the Xylo core is reproduced: spikes, membranes and currents of every step")
  func xylo() throws {
    guard let folder = GoldenFolder.find("xylosim") else { return }
    try folder.replayAll { file in
      let recording = try folder.decode(XyloRecording.self, file)
      var core = try XyloMachine(try recording.configuration())
      let trace = recording.trace
      for (step, counts) in trace.input.enumerated() {
        core.step(counts.map { UInt8(clamping: $0) })
        func expect(_ what: String, _ actual: [some BinaryInteger], _ expected: [[Int]]) throws {
          guard actual.map({ Int($0) }) == expected[step] else {
            throw GoldenMismatch(description: "step \(step): other \(what)")
          }
        }
        try expect("output spikes", core.outputs, trace.out)
        try expect("hidden spikes", core.hiddenCounts, trace.rec)
        try expect("membranes", core.hidden.map(\.membrane), trace.vmem)
        try expect("currents", core.hidden.map { $0.currents[0] }, trace.isyn)
        if !trace.isyn2.isEmpty { try expect("second currents", core.hidden.map { $0.currents[1] }, trace.isyn2) }
        try expect("membranes of readouts", core.readouts.map(\.membrane), trace.vmem_out)
        try expect("currents of readouts", core.readouts.map { $0.currents[0] }, trace.isyn_out)
      }
    }
  }
}
