import ImageFormat
import Mapper
import Networks
import NeuronCore
import Targets

/// The reference boards: grids of cores that each execute the tick of docs/neuron.md.
public struct MeshFamily: GridFamily {
  public static var name: String { "mesh" }

  public init() {}

  public func check(_ target: Target) throws(ChipFamilyError) {
    guard target.family == Self.name else {
      throw .otherFamily(target.family, target: target.name, expected: Self.name)
    }
    guard target.chip == nil else { throw .chipSection(target: target.name, isNeeded: false) }
    try checkCosts(target)
    try checkLimits(target)
  }

  /// The records of a target's YAML against those of the format.
  private func checkCosts(_ target: Target) throws(ChipFamilyError) {
    let costs = target.costs
    let layout = costs.layout.recordLayout
    let records: [(String, Int, Int)] = [
      ("core_entry", costs.coreEntry, ImageLayout.boardCoreBytes),
      ("core_header", costs.coreHeader, ImageLayout.coreHeaderBytes),
      ("class_record", costs.classRecord, ImageLayout.classBytes),
      ("neuron", costs.neuron, ImageLayout.neuronBytes),
      ("axon", costs.axon, ImageLayout.axonBytes),
      ("route", costs.route, layout.routeBytes),
      ("input_line", costs.inputLine, ImageLayout.inputOffsetBytes),
      ("dense_row_unit", costs.denseRowUnit, 1),
      ("sparse_synapse", costs.sparseSynapse, layout.sparseSynapseBytes),
    ]
    for (record, stated, actual) in records where stated != actual {
      throw .cost(record: record, target: target.name, stated: stated, actual: actual)
    }
  }

  /// What the format can number and store.
  private func checkLimits(_ target: Target) throws(ChipFamilyError) {
    let (arithmetic, topology) = (target.arithmetic, target.topology)
    try check("topology", topology.coreCount, 1...65535, target)
    for extent in [topology.chipsX, topology.chipsY, topology.coresX, topology.coresY] {
      try check("topology", extent, 1...65535, target)
    }
    if target.costs.layout == .compact {
      try check("budgets.neurons_per_core", target.budgets.neuronsPerCore, 0...256, target)
      try check("budgets.axons_per_core", target.budgets.axonsPerCore, 0...65535, target)
    }
    if target.budgets.classesPerCore != Budgets.unlimited {
      try check("budgets.classes_per_core", target.budgets.classesPerCore, 0...65535, target)
    }
    try check("arithmetic.membrane_bits", arithmetic.membraneBits, 1...32, target)
    if arithmetic.accumulatorBits != 32 {
      try check("arithmetic.accumulator_bits", arithmetic.accumulatorBits, 64...64, target)
    }
    for accumulator in arithmetic.accumulators {
      try check("arithmetic.accumulators", Int(accumulator.rawValue), 0...0, target)
    }
    try check("arithmetic.maximum_currents", arithmetic.maximumCurrents, 0...2, target)
    for bits in arithmetic.weightBits where bits != 4 {
      try check("arithmetic.weight_bits", bits, bits == 2 ? 2...2 : 8...8, target)
    }
    try check(
      "arithmetic.maximum_weight_shift", arithmetic.maximumWeightShift, 0...Int(ImageLayout.maximumWeightShift), target)
    // A spike value is a byte, and no record of an image holds a smaller limit.
    try check("arithmetic.maximum_input_count", arithmetic.maximumInputCount, 255...255, target)
    let greatest = Int(ImageLayout.maximumStoredDelay)
    try check("arithmetic.input_delays", arithmetic.inputDelays.lowerBound, 0...greatest, target)
    try check("arithmetic.input_delays", arithmetic.inputDelays.upperBound, 0...greatest, target)
    try check("arithmetic.delays", arithmetic.delays.lowerBound, 1...greatest + 1, target)
    try check("arithmetic.delays", arithmetic.delays.upperBound, 1...greatest + 1, target)
  }

  private func check(_ field: String, _ value: Int, _ allowed: ClosedRange<Int>, _ target: Target)
    throws(ChipFamilyError)
  {
    if !allowed.contains(value) {
      throw .beyondFormat(field: field, target: target.name, value: value, allowed: allowed)
    }
  }
}

extension StorageLayout {
  /// The same layout in the words of the image format.
  var recordLayout: RecordLayout { self == .compact ? .compact : .wide }
}
