import FixedPoint
import ImageFormat
import Targets

extension MappedCore {
  /// Calls `body` with each neuron and weight of an axon, the shift applied, weights of 0 left out.
  public func forEachSynapse(
    of axon: Axon, layout: StorageLayout, _ body: (_ neuron: Int, _ weight: Int32) -> Void
  ) {
    let row = rows[axon.row]
    synapses.withUnsafeBytes { all in
      let bytes = UnsafeRawBufferPointer(rebasing: all[row.bytes])
      var neuron = axon.firstNeuron
      for index in 0..<row.count {
        let weight: Int8
        switch (row.format, layout) {
        case (.dense, _):
          neuron = axon.firstNeuron + index
          weight = BitPacking.unpackWeight(bits: row.bits, bytes, index)
        case (.sparse, .compact):
          neuron = Int(bytes[2 * index])
          weight = Int8(bitPattern: bytes[2 * index + 1])
        case (.sparse, .wide):
          neuron += Int(bytes[3 * index]) | Int(bytes[3 * index + 1]) << 8
          weight = Int8(bitPattern: bytes[3 * index + 2])
        }
        if weight != 0 { body(neuron, Int32(weight) << Int32(axon.shift)) }
      }
    }
  }
}
