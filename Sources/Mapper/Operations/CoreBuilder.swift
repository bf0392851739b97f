import ImageFormat

/// Builds the axons and rows of a core out of the neurons that it holds.
///
/// Rows with equal bytes are stored once. Sources whose row, delay, current and shift are equal share an
/// axon as long as their spike caps sum to at most 255; inputs, whose cap is 255, share none.
struct CoreBuilder {
  let table: SynapseTable
  let facts: NeuronFacts
  let storage: RowStorage
  /// For each line its place among those of the core being built, −1 where it does not enter.
  private var slots: [Int32]
  private var rowNeurons: [Int32] = []
  private var rowWeights: [Int32] = []

  /// The greatest count that an axon can carry in one tick.
  static let greatestCount = 255

  init(table: SynapseTable, facts: NeuronFacts, storage: RowStorage) {
    self.table = table
    self.facts = facts
    self.storage = storage
    slots = [Int32](repeating: -1, count: table.lineCount)
  }

  /// The core of these neurons, or why it exceeds `limits` (of which axons and synapse bytes count here).
  mutating func build(_ neurons: ArraySlice<UInt32>, limits: CoreLimits) throws(CoreShortage) -> CoreContents {
    var core = CoreContents()
    core.neurons = Array(neurons)
    core.inputBounds = [Int64](repeating: 0, count: neurons.count)
    core.lines = collectLines(neurons)
    let starts = scatter(neurons, lines: core.lines)
    for line in core.lines { slots[Int(line)] = -1 }
    core.lineStarts.reserveCapacity(core.lines.count + 1)
    var joint = JointRows()
    for (index, line) in core.lines.enumerated() {
      try add(line, entries: starts[index]..<starts[index + 1], to: &core, &joint, limits)
      core.lineStarts.append(core.lineAxons.count)
    }
    return core
  }

  /// The lines of all neurons, ascending; `slots` holds their places.
  private mutating func collectLines(_ neurons: ArraySlice<UInt32>) -> [UInt32] {
    var lines: [UInt32] = []
    for neuron in neurons {
      for index in table.starts[Int(neuron)]..<table.starts[Int(neuron) + 1] {
        let line = table.lines[index]
        if slots[Int(line)] < 0 {
          slots[Int(line)] = 0
          lines.append(line)
        }
      }
    }
    lines.sort()
    for (place, line) in lines.enumerated() { slots[Int(line)] = Int32(truncatingIfNeeded: place) }
    return lines
  }

  /// Sorts the neurons' synapses by line into `rowNeurons` and `rowWeights`; where each line's begin.
  private mutating func scatter(_ neurons: ArraySlice<UInt32>, lines: [UInt32]) -> [Int] {
    var starts = [Int](repeating: 0, count: lines.count + 1)
    for neuron in neurons {
      for index in table.starts[Int(neuron)]..<table.starts[Int(neuron) + 1] {
        starts[Int(slots[Int(table.lines[index])]) + 1] += 1
      }
    }
    for place in lines.indices { starts[place + 1] += starts[place] }
    let count = starts[lines.count]
    if rowNeurons.count < count {
      rowNeurons = [Int32](repeating: 0, count: count)
      rowWeights = [Int32](repeating: 0, count: count)
    }
    var next = starts
    for (place, neuron) in neurons.enumerated() {
      for index in table.starts[Int(neuron)]..<table.starts[Int(neuron) + 1] {
        let slot = Int(slots[Int(table.lines[index])])
        rowNeurons[next[slot]] = Int32(truncatingIfNeeded: place)
        rowWeights[next[slot]] = table.weights[index]
        next[slot] += 1
      }
    }
    return starts
  }

  private func add(
    _ line: UInt32, entries: Range<Int>, to core: inout CoreContents, _ joint: inout JointRows, _ limits: CoreLimits
  ) throws(CoreShortage) {
    let source = table.source(ofLine: line)
    let cap =
      source < table.inputCount ? Self.greatestCount : facts.caps[Int(facts.population[source - table.inputCount])]
    let user = AxonUser(line: line, cap: cap, kind: table.kind(ofLine: line))
    let neurons = rowNeurons[entries]
    if let plan = storage.plan(neurons: neurons, weights: rowWeights[entries]) {
      try add(plan, neurons, rowWeights[entries], of: user, to: &core, &joint, limits)
      return
    }
    var rest = Array(rowWeights[entries])
    let wide = Array(neurons)
    for _ in 0..<RowStorage.maximumParts {
      let (restNeurons, restWeights) = nonZero(wide, rest)
      if restNeurons.isEmpty { return }
      if let plan = storage.plan(neurons: restNeurons[...], weights: restWeights[...]) {
        try add(plan, restNeurons[...], restWeights[...], of: user, to: &core, &joint, limits)
        return
      }
      let part = storage.takePart(from: &rest)
      let (partNeurons, partWeights) = nonZero(wide, part)
      guard let plan = storage.plan(neurons: partNeurons[...], weights: partWeights[...]) else {
        throw .weight(rowWeights[entries.lowerBound], neuron: core.neurons[Int(wide[0])])
      }
      try add(plan, partNeurons[...], partWeights[...], of: user, to: &core, &joint, limits)
    }
    let worst = entries.max { rowWeights[$0].magnitude < rowWeights[$1].magnitude } ?? entries.lowerBound
    throw .weight(rowWeights[worst], neuron: core.neurons[Int(rowNeurons[worst])])
  }

  private func nonZero(_ neurons: [Int32], _ weights: [Int32]) -> ([Int32], [Int32]) {
    var keptNeurons: [Int32] = []
    var keptWeights: [Int32] = []
    for (neuron, weight) in zip(neurons, weights) where weight != 0 {
      keptNeurons.append(neuron)
      keptWeights.append(weight)
    }
    return (keptNeurons, keptWeights)
  }

  private func add(
    _ plan: RowPlan, _ neurons: ArraySlice<Int32>, _ weights: ArraySlice<Int32>, of user: AxonUser,
    to core: inout CoreContents, _ joint: inout JointRows, _ limits: CoreLimits
  ) throws(CoreShortage) {
    let start = core.synapses.count
    storage.append(plan, neurons: neurons, weights: weights, to: &core.synapses)
    let row = joint.row(plan, from: start, in: &core)
    if core.synapses.count > limits.synapseBytes { throw .budget(.synapseBytes) }
    let axon = Axon(
      row: row, firstNeuron: plan.firstNeuron, delay: user.kind.delay, shift: plan.shift, current: user.kind.current)
    core.lineAxons.append(UInt32(truncatingIfNeeded: joint.axon(axon, for: user, in: &core)))
    if core.axons.count > limits.axons { throw .budget(.axons) }
    for (neuron, weight) in zip(neurons, weights) {
      // Below 2^31 · 255 for each of at most 2^31 synapses; saturates for the check that follows.
      let term = Int64(weight.magnitude) * Int64(user.cap)
      let (sum, overflow) = core.inputBounds[Int(neuron)].addingReportingOverflow(term)
      core.inputBounds[Int(neuron)] = overflow ? .max : sum
    }
  }
}

/// A line that wants an axon.
private struct AxonUser {
  let line: UInt32
  /// The most spikes that it brings in one tick.
  let cap: Int
  let kind: SynapseTable.Kind
}

/// Which rows and axons of a core are equal.
private struct JointRows {
  private var newestRow: [UInt64: Int] = [:]
  private var olderRow: [Int] = []
  private var newestAxon: [Axon: Int] = [:]
  /// For each axon the counts that it can still carry, and the last line that entered it.
  private var room: [(count: Int, line: UInt32)] = []

  /// The row of the bytes from `start`, which are removed again where an equal row exists.
  mutating func row(_ plan: RowPlan, from start: Int, in core: inout CoreContents) -> Int {
    let bytes = start..<core.synapses.count
    let key = digest(plan, core.synapses, bytes)
    var candidate = newestRow[key]
    while let index = candidate {
      let row = core.rows[index]
      if row.format == plan.format, row.bits == plan.bits, row.count == plan.count,
        core.synapses[row.bytes] == core.synapses[bytes]
      {
        core.synapses.removeSubrange(bytes)
        return index
      }
      candidate = olderRow[index] < 0 ? nil : olderRow[index]
    }
    olderRow.append(newestRow[key] ?? -1)
    newestRow[key] = core.rows.count
    core.rows.append(Row(format: plan.format, bits: plan.bits, count: plan.count, bytes: bytes))
    return core.rows.count - 1
  }

  /// An axon for `user`: an equal one with room, or a new one.
  mutating func axon(_ axon: Axon, for user: AxonUser, in core: inout CoreContents) -> Int {
    if user.cap < CoreBuilder.greatestCount, let index = newestAxon[axon], room[index].count >= user.cap,
      room[index].line != user.line
    {
      room[index].count -= user.cap
      room[index].line = user.line
      return index
    }
    core.axons.append(axon)
    room.append((CoreBuilder.greatestCount - user.cap, user.line))
    newestAxon[axon] = core.axons.count - 1
    return core.axons.count - 1
  }

  /// FNV-1a over the row; equal digests are compared byte for byte.
  private func digest(_ plan: RowPlan, _ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func mix(_ value: UInt64) { hash = (hash ^ value) &* 0x0000_0100_0000_01B3 }
    mix(UInt64(plan.format.rawValue) << 8 | UInt64(plan.bits))
    mix(UInt64(plan.count))
    bytes.withUnsafeBytes { buffer in
      var index = range.lowerBound
      while index + 8 <= range.upperBound {
        mix(buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian)
        hash ^= hash >> 29
        index += 8
      }
      while index < range.upperBound {
        mix(UInt64(buffer[index]))
        index += 1
      }
    }
    return hash
  }
}
