import FixedPoint
import ImageFormat
import Images
import Mapper
import Networks
import NeuronCore
import Targets

extension MeshFamily: PayloadEncoder {
  public var family: FourCharacterCode { .mesh }

  /// The sections `BORD`, `CORE` and `INPT`, as firmware-protocol/image-format.md lays them out.
  ///
  /// - Precondition: the mapping is one that this family made; its numbers fit their records.
  public func sections(for mapping: Mapping) throws -> [ImageSection] {
    let layout = mapping.target.costs.layout.recordLayout
    var cores = ByteWriter(reserving: mapping.cores.reduce(0) { $0 + $1.synapses.count + 4096 })
    var places: [Range<Int>] = []
    for core in mapping.cores {
      cores.align(to: ImageLayout.sectionAlignment)
      let start = cores.count
      cores.append(core, outputs: mapping.outputs, layout: layout)
      places.append(start..<cores.count)
    }
    return [
      ImageSection(kind: .board, bytes: board(mapping, places: places)),
      ImageSection(kind: .cores, bytes: cores.bytes),
      ImageSection(kind: .inputs, bytes: inputs(mapping, layout: layout)),
    ]
  }

  private func board(_ mapping: Mapping, places: [Range<Int>]) -> [UInt8] {
    let topology = mapping.target.topology
    var writer = ByteWriter()
    for extent in [topology.chipsX, topology.chipsY, topology.coresX, topology.coresY] {
      writer.append(UInt16(extent))
    }
    writer.append(mapping.target.costs.layout.recordLayout.rawValue)
    writer.append(UInt8(mapping.target.arithmetic.accumulatorBits))
    writer.append(UInt16(ImageLayout.ringTicks))
    writer.append(UInt32(mapping.cores.count))
    writer.append(UInt32(mapping.inputCount))
    writer.append(UInt32(mapping.outputs.count))
    writer.append(UInt32(mapping.readoutCount))
    writer.append(UInt32(0))
    for (core, place) in zip(mapping.cores, places) {
      writer.append(UInt32(core.number))
      writer.append(UInt32(0))
      writer.append(UInt64(place.lowerBound))
      writer.append(UInt64(place.count))
    }
    return writer.bytes
  }

  private func inputs(_ mapping: Mapping, layout: RecordLayout) -> [UInt8] {
    var writer = ByteWriter(
      reserving: mapping.inputRouteStarts.count * 4 + mapping.inputRoutes.count * layout.routeBytes)
    for start in mapping.inputRouteStarts { writer.append(UInt32(start)) }
    for route in mapping.inputRoutes { writer.append(route, layout: layout) }
    return writer.bytes
  }
}

extension ByteWriter {
  fileprivate mutating func append(_ core: MappedCore, outputs: [MappedOutput], layout: RecordLayout) {
    append(UInt32(core.neurons.count))
    append(UInt32(core.axons.count))
    append(UInt32(core.classes.count))
    append(UInt32(core.routes.count))
    append(UInt64(core.synapses.count))
    append(UInt32(core.number))
    appendZeros(36)
    for model in core.classes { append(model) }
    for neuron in core.neurons { append(neuron, outputs: outputs) }
    for axon in core.axons { append(axon, row: core.rows[axon.row]) }
    for route in core.routes { append(route, layout: layout) }
    append(contentsOf: core.synapses)
  }

  private mutating func append(_ model: NeuronModel) {
    append(model.accumulator.rawValue)
    append(model.sum.rawValue)
    append(model.compare.rawValue)
    append(model.reset.rawValue)
    append(model.spikeCap)
    append(UInt8(model.currents.count))
    var floor: Int32 = 0
    if case .value(let value) = model.lowerBound { floor = value }
    append(UInt8(model.lowerBound == .minusThreshold ? 1 : 0))
    append(UInt8(0))
    append(model.refractoryTicks)
    let decays = [model.leak, model.currents.decay(of: 0), model.currents.decay(of: 1)]
    for decay in decays {
      append(decay.code)
      append(decay.storedShift)
    }
    append(floor)
    append(model.upperBound)
    for decay in decays {
      if case .linear(let amount) = decay { append(amount) } else { append(UInt32(0)) }
    }
    append(UInt32(0))
  }

  private mutating func append(_ neuron: MappedNeuron, outputs: [MappedOutput]) {
    append(UInt16(neuron.classIndex))
    append(UInt16(neuron.routes.count))
    append(UInt32(neuron.routes.lowerBound))
    append(neuron.constants.threshold)
    append(neuron.constants.bias)
    append(neuron.constants.start)
    guard let output = neuron.output else {
      append(ImageLayout.noOutput)
      return
    }
    append(UInt32(output) | (outputs[output].reads == .membranes ? ImageLayout.readoutFlag : 0))
  }

  private mutating func append(_ axon: Axon, row: Row) {
    append(UInt64(row.bytes.lowerBound))
    append(UInt32(axon.firstNeuron))
    append(UInt32(row.count))
    append(UInt8(axon.delay))
    append(row.format.rawValue)
    append(UInt8(row.bits))
    append(UInt8(axon.shift))
    append(UInt8(axon.current))
    appendZeros(3)
  }

  fileprivate mutating func append(_ route: Route, layout: RecordLayout) {
    append(UInt16(route.core))
    switch layout {
    case .compact:
      append(UInt16(route.axon))
    case .wide:
      append(UInt16(0))
      append(UInt32(route.axon))
    }
  }
}
