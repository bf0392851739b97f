import Kernels
import Testing
import XyloChip

/// A run of the vendor's simulator, as its file spells it.
private struct XyloRecording: Decodable {
  struct Configuration: Decodable {
    let synapsesIn: [[[Int]]]
    let synapsesRec: [[[Int]]]
    let synapsesOut: [[[Int]]]
    let aliases: [[Int]]
    let threshold: [Int32]
    let thresholdOut: [Int32]
    let hasBias: Int
    let bias: [Int16]
    let biasOut: [Int16]
    let weightShiftInp: Int
    let weightShiftRec: Int
    let weightShiftOut: Int
    let dashMem: [Int]
    let dashMemOut: [Int]
    let dashSyns: [[Int]]
    let dashSynsOut: [[Int]]
  }

  struct Trace: Decodable {
    let input: [[Int]]
    let out: [[Int]]
    let rec: [[Int]]
    let vmem: [[Int]]
    let isyn: [[Int]]
    let isyn2: [[Int]]
    let vmemOut: [[Int]]
    let isynOut: [[Int]]
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
        threshold: threshold, bias: config.hasBias != 0 ? bias : nil, membraneShift: membrane, currentShifts: currents,
        aliases: aliases)
    }
    return XyloConfiguration(
      inputSynapses: try synapses(config.synapsesIn), recurrentSynapses: try synapses(config.synapsesRec),
      outputSynapses: try synapses(config.synapsesOut),
      hidden: config.threshold.indices.map {
        neuron(config.threshold[$0], config.bias[$0], config.dashMem[$0], config.dashSyns[$0], config.aliases[$0])
      },
      readouts: config.thresholdOut.indices.map {
        neuron(config.thresholdOut[$0], config.biasOut[$0], config.dashMemOut[$0], config.dashSynsOut[$0], [])
      },
      weightShifts: (config.weightShiftInp, config.weightShiftRec, config.weightShiftOut))
  }
}

extension Conformance {
  @Test("Every recording of the Xylo core is reproduced: spikes, membranes and currents of every step")
  func xylo() throws {
    guard let folder = GoldenFolder.find("xylosim") else { return }
    try folder.replayAll { file in
      let recording = try folder.decode(XyloRecording.self, file, fromSnakeCase: true)
      let configuration = try recording.configuration()
      var core = try XyloMachine(configuration)
      // Every form of the fast core, which leaves aliases to the plain one.
      let columns = try KernelVariant.supported.compactMap {
        XyloColumns(configuration, kernels: try KernelSet($0))
      }
      guard columns.count == (recording.config.aliases.allSatisfy(\.isEmpty) ? KernelVariant.supported.count : 0)
      else { throw GoldenMismatch(description: "no fast core for this configuration") }
      let trace = recording.trace
      for (step, counts) in trace.input.enumerated() {
        core.step(counts.map { UInt8(clamping: $0) })
        for columns in columns {
          counts.map { UInt8(clamping: $0) }.withUnsafeBufferPointer {
            if let base = $0.baseAddress { columns.tick(base) }
          }
          guard Array(columns.hiddenCounts) == core.hiddenCounts, Array(columns.outputs) == core.outputs,
            Array(columns.hiddenMembranes) == core.hidden.map(\.membrane),
            Array(columns.readoutMembranes) == core.readouts.map(\.membrane)
          else { throw GoldenMismatch(description: "step \(step): the fast core differs") }
        }
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
        try expect("membranes of readouts", core.readouts.map(\.membrane), trace.vmemOut)
        try expect("currents of readouts", core.readouts.map { $0.currents[0] }, trace.isynOut)
      }
    }
  }
}
