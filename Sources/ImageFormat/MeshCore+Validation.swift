import FixedPoint
import NeuronCore

extension MeshCore {
  /// Reads and checks a class record.
  func readClass(at index: Int) throws(ImageError) -> NeuronModel {
    let at = classesOffset + index * ImageLayout.classBytes
    let read = ByteReader(bytes)
    func fail(_ field: ImageField, _ offset: Int, _ value: Int64) -> ImageError {
      .invalidField(field, offset: UInt64(at + offset), value: value)
    }
    guard read.u8(at) == Accumulator.exact.rawValue else { throw fail(.accumulator, 0, Int64(read.u8(at))) }
    guard let sum = SumRule(rawValue: read.u8(at + 1)) else { throw fail(.sum, 1, Int64(read.u8(at + 1))) }
    guard let compare = Comparison(rawValue: read.u8(at + 2)) else {
      throw fail(.compare, 2, Int64(read.u8(at + 2)))
    }
    guard let reset = Reset(rawValue: read.u8(at + 3)) else { throw fail(.reset, 3, Int64(read.u8(at + 3))) }
    guard read.u8(at + 4) >= 1 else { throw fail(.spikeCap, 4, 0) }
    guard read.u8(at + 7) == 0 else { throw fail(.reserved, 7, 1) }
    guard read.u32(at + 36) == 0 else { throw fail(.reserved, 36, 1) }
    let leak = try readDecay(at, code: 10, amount: 24)
    let first = try readDecay(at, code: 12, amount: 28)
    let second = try readDecay(at, code: 14, amount: 32)
    let currents: CurrentDecays
    switch read.u8(at + 5) {
    case 0 where first == .none && second == .none: currents = .none
    case 1 where second == .none: currents = .one(first)
    case 2: currents = .two(first, second)
    default: throw fail(.currents, 5, Int64(read.u8(at + 5)))
    }
    let lower = read.i32(at + 16)
    let upper = read.i32(at + 20)
    guard lower <= 0 else { throw fail(.lowerBound, 16, Int64(lower)) }
    guard upper >= 0 else { throw fail(.upperBound, 20, Int64(upper)) }
    let floor: MembraneFloor
    switch read.u8(at + 6) {
    case 0: floor = .value(lower)
    case 1 where lower == 0: floor = .minusThreshold
    default: throw fail(.membraneFloor, 6, Int64(read.u8(at + 6)))
    }
    return NeuronModel(
      lowerBound: floor, upperBound: upper, accumulator: .exact, currents: currents, leak: leak, sum: sum,
      compare: compare, reset: reset, spikeCap: read.u8(at + 4), refractoryTicks: read.u16(at + 8))
  }

  private func readDecay(_ at: Int, code: Int, amount: Int) throws(ImageError) -> DecayRule {
    let read = ByteReader(bytes)
    if let rule = DecayRule(
      code: read.u8(at + code), shift: read.u8(at + code + 1), amount: read.u32(at + amount))
    {
      return rule
    }
    throw .invalidField(.decayRule, offset: UInt64(at + code), value: Int64(read.u16(at + code)))
  }

  /// Checks every class, neuron and axon record and every row of the core.
  ///
  /// - Parameter readouts: counts the readouts that are found.
  func validateRecords(
    outputCount: Int, seenOutputs: UnsafeMutableRawBufferPointer, readouts: inout Int
  ) throws(ImageError) {
    for index in 0..<classCount { _ = try readClass(at: index) }
    for index in 0..<neuronCount { try validateNeuron(index, outputCount: outputCount, seenOutputs, &readouts) }
    for index in 0..<axonCount { try validateAxon(index) }
  }

  private func validateNeuron(
    _ index: Int, outputCount: Int, _ seen: UnsafeMutableRawBufferPointer, _ readouts: inout Int
  ) throws(ImageError) {
    let at = neuronsOffset + index * ImageLayout.neuronBytes
    func fail(_ field: ImageField, _ offset: Int, _ value: Int64) -> ImageError {
      .invalidField(field, offset: UInt64(at + offset), value: value)
    }
    let record = neuron(at: index)
    guard record.classIndex < classCount else { throw fail(.neuronClass, 0, Int64(record.classIndex)) }
    guard record.routes.upperBound <= routeCount else {
      throw fail(.routeRange, 4, Int64(record.routes.upperBound))
    }
    let model = try readClass(at: record.classIndex)
    let threshold = record.constants.threshold
    guard threshold >= 1 || model.reset == .zero else { throw fail(.threshold, 8, Int64(threshold)) }
    // A floor of −θ must be at most 0 and fit in 32 bits.
    if model.lowerBound == .minusThreshold, threshold < 0 { throw fail(.threshold, 8, Int64(threshold)) }
    guard record.output != ImageLayout.noOutput else { return }
    guard Int(record.output) < outputCount else { throw fail(.output, 20, Int64(record.output)) }
    if record.isReadout {
      // A readout tells its membrane, so it must have no spikes to tell.
      guard !model.compare.passes(Int64(model.upperBound), threshold: Int64(threshold)) else {
        throw fail(.readout, 20, Int64(record.output))
      }
      readouts += 1
    }
    let bit = UInt8(1) << UInt8(record.output & 7)
    let byte = Int(record.output >> 3)
    guard seen[byte] & bit == 0 else { throw fail(.duplicateOutput, 20, Int64(record.output)) }
    seen[byte] |= bit
  }

  private func validateAxon(_ index: Int) throws(ImageError) {
    let at = axonsOffset + index * ImageLayout.axonBytes
    let read = ByteReader(bytes)
    func fail(_ field: ImageField, _ offset: Int, _ value: Int64) -> ImageError {
      .invalidField(field, offset: UInt64(at + offset), value: value)
    }
    guard read.u8(at + 16) <= ImageLayout.maximumStoredDelay else {
      throw fail(.delay, 16, Int64(read.u8(at + 16)))
    }
    guard let format = RowFormat(rawValue: read.u8(at + 17)) else {
      throw fail(.rowFormat, 17, Int64(read.u8(at + 17)))
    }
    let bits = Int(read.u8(at + 18))
    guard bits == 8 || (format == .dense && (bits == 2 || bits == 4)) else {
      throw fail(.weightBits, 18, Int64(bits))
    }
    guard read.u8(at + 19) <= ImageLayout.maximumWeightShift else {
      throw fail(.weightShift, 19, Int64(read.u8(at + 19)))
    }
    guard read.u8(at + 20) <= 1 else { throw fail(.axonCurrent, 20, Int64(read.u8(at + 20))) }
    guard read.isZero(at + 21..<at + 24) else { throw fail(.reserved, 21, 1) }
    let rowOffset = read.u64(at)
    let first = Int(clamping: read.u32(at + 8))
    let count = Int(clamping: read.u32(at + 12))
    // Every neuron of a dense row and every entry of a sparse one exist: the products below cannot overflow.
    guard count <= (format == .dense ? neuronCount : synapseBytes / layout.sparseSynapseBytes) else {
      throw fail(.rowCount, 12, Int64(count))
    }
    let rowBytes =
      format == .dense ? ImageLayout.denseRowBytes(count: count, bits: bits) : count * layout.sparseSynapseBytes
    guard rowOffset <= UInt64(synapseBytes), rowBytes <= synapseBytes - Int(rowOffset) else {
      throw fail(.rowOffset, 0, Int64(truncatingIfNeeded: rowOffset))
    }
    switch format {
    case .dense:
      guard first <= neuronCount - count else { throw fail(.firstNeuron, 8, Int64(first)) }
    case .sparse:
      guard first == 0 else { throw fail(.firstNeuron, 8, Int64(first)) }
    }
    try validateRow(axon(at: index), rowBytes: rowBytes)
  }

  private func validateRow(_ axon: AxonRecord, rowBytes: Int) throws(ImageError) {
    let start = synapsesOffset + axon.rowOffset
    let read = ByteReader(bytes)
    var neuron = -1
    for index in 0..<axon.count {
      let weight: Int8
      switch (axon.format, layout) {
      case (.dense, _):
        neuron = axon.firstNeuron + index
        let row = UnsafeRawBufferPointer(rebasing: bytes[start..<start + rowBytes])
        weight = BitPacking.unpackWeight(bits: axon.weightBits, row, index)
        if axon.weightBits == 2 && weight == -2 {
          throw .invalidField(.weight, offset: UInt64(start + index / 4), value: -2)
        }
      case (.sparse, .compact):
        let next = Int(bytes[start + 2 * index])
        guard next > neuron else {
          throw .invalidField(.rowOrder, offset: UInt64(start + 2 * index), value: Int64(next))
        }
        neuron = next
        weight = Int8(bitPattern: bytes[start + 2 * index + 1])
      case (.sparse, .wide):
        let gap = Int(read.u16(start + 3 * index))
        guard gap > 0 || index == 0 else {
          throw .invalidField(.rowOrder, offset: UInt64(start + 3 * index), value: 0)
        }
        neuron = max(neuron, 0) + gap
        weight = Int8(bitPattern: bytes[start + 3 * index + 2])
      }
      guard neuron < neuronCount else {
        throw .invalidField(.firstNeuron, offset: UInt64(start), value: Int64(neuron))
      }
      if axon.current > 0 && weight != 0 { try checkCurrent(of: neuron, axon) }
    }
    try checkPadding(axon, start: start, rowBytes: rowBytes)
  }

  /// Current 0 stands for the membrane itself where a neuron has no currents.
  private func checkCurrent(of neuron: Int, _ axon: AxonRecord) throws(ImageError) {
    let model = try readClass(at: self.neuron(at: neuron).classIndex)
    guard axon.current < model.currents.count else {
      throw .invalidField(
        .axonCurrent, offset: UInt64(synapsesOffset + axon.rowOffset), value: Int64(axon.current))
    }
  }

  private func checkPadding(_ axon: AxonRecord, start: Int, rowBytes: Int) throws(ImageError) {
    guard axon.format == .dense, rowBytes > 0 else { return }
    let usedBits = axon.count * axon.weightBits - (rowBytes - 1) * 8
    if usedBits < 8, bytes[start + rowBytes - 1] >> UInt8(usedBits) != 0 {
      throw .invalidField(.padding, offset: UInt64(start + rowBytes - 1), value: Int64(bytes[start + rowBytes - 1]))
    }
  }
}
