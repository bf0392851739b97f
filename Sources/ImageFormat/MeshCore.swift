import FixedPoint
import NeuronCore

/// One core of a mesh image: its counts and where its tables are in the file.
public struct MeshCore {
  public let bytes: UnsafeRawBufferPointer
  public let layout: RecordLayout
  public let number: UInt16
  public let neuronCount: Int
  public let axonCount: Int
  public let classCount: Int
  public let routeCount: Int
  public let synapseBytes: Int
  /// Offsets in the file.
  public let classesOffset: Int
  public let neuronsOffset: Int
  public let axonsOffset: Int
  public let routesOffset: Int
  public let synapsesOffset: Int

  /// The core at byte `start`, whose header and length `check` has accepted.
  init(bytes: UnsafeRawBufferPointer, start: Int, layout: RecordLayout) {
    let read = ByteReader(bytes)
    self.bytes = bytes
    self.layout = layout
    neuronCount = Int(clamping: read.u32(start))
    axonCount = Int(clamping: read.u32(start + 4))
    classCount = Int(clamping: read.u32(start + 8))
    routeCount = Int(clamping: read.u32(start + 12))
    synapseBytes = Int(clamping: read.u64(start + 16))
    number = UInt16(truncatingIfNeeded: read.u32(start + 24))
    classesOffset = start + ImageLayout.coreHeaderBytes
    neuronsOffset = classesOffset + classCount * ImageLayout.classBytes
    axonsOffset = neuronsOffset + neuronCount * ImageLayout.neuronBytes
    routesOffset = axonsOffset + axonCount * ImageLayout.axonBytes
    synapsesOffset = routesOffset + routeCount * layout.routeBytes
  }

  /// The bytes of the whole core.
  public var byteCount: Int { synapsesOffset + synapseBytes - classesOffset + ImageLayout.coreHeaderBytes }

  /// The class record at `index`; nil where its fields break the format.
  public func neuronModel(at index: Int) -> NeuronModel? {
    try? readClass(at: index)
  }

  /// The neuron record at `index`.
  public func neuron(at index: Int) -> NeuronRecord {
    let at = neuronsOffset + index * ImageLayout.neuronBytes
    let read = ByteReader(bytes)
    // Clipped so that the end of the range fits in a 32-bit Int; such a route is refused all the same.
    let first = min(Int(clamping: read.u32(at + 4)), Int(Int32.max) - 65535)
    let output = read.u32(at + 20)
    let isReadout = output != ImageLayout.noOutput && output & ImageLayout.readoutFlag != 0
    return NeuronRecord(
      classIndex: Int(read.u16(at)), routes: first..<first + Int(read.u16(at + 2)),
      constants: NeuronConstants(threshold: read.i32(at + 8), bias: read.i32(at + 12), start: read.u32(at + 16)),
      output: isReadout ? output & ~ImageLayout.readoutFlag : output, isReadout: isReadout)
  }

  /// The axon record at `index`, whose fields `validate` has accepted.
  @inlinable
  public func axon(at index: Int) -> AxonRecord {
    let at = axonsOffset + index * ImageLayout.axonBytes
    let read = ByteReader(bytes)
    return AxonRecord(
      rowOffset: Int(clamping: read.u64(at)), firstNeuron: Int(clamping: read.u32(at + 8)),
      count: Int(clamping: read.u32(at + 12)), delay: Int(read.u8(at + 16)),
      format: read.u8(at + 17) == 0 ? .dense : .sparse, weightBits: Int(read.u8(at + 18)),
      weightShift: Int(read.u8(at + 19)), current: Int(read.u8(at + 20)))
  }

  /// The route record at `index`.
  @inlinable
  public func route(at index: Int) -> RouteRecord {
    readRoute(bytes, routesOffset + index * layout.routeBytes, layout)
  }

  /// Calls `body` with each neuron and weight (before the shift) of an axon's row, zero weights included.
  public func forEachSynapse(of axon: AxonRecord, _ body: (_ neuron: Int, _ weight: Int8) -> Void) {
    let start = synapsesOffset + axon.rowOffset
    switch (axon.format, layout) {
    case (.dense, _):
      let row = UnsafeRawBufferPointer(rebasing: bytes[start..<synapsesOffset + synapseBytes])
      for index in 0..<axon.count {
        body(axon.firstNeuron + index, BitPacking.unpackWeight(bits: axon.weightBits, row, index))
      }
    case (.sparse, .compact):
      for index in 0..<axon.count {
        body(Int(bytes[start + 2 * index]), Int8(bitPattern: bytes[start + 2 * index + 1]))
      }
    case (.sparse, .wide):
      let read = ByteReader(bytes)
      var neuron = 0
      for index in 0..<axon.count {
        neuron += Int(read.u16(start + 3 * index))
        body(neuron, Int8(bitPattern: bytes[start + 3 * index + 2]))
      }
    }
  }

  /// Checks that a core's tables fill exactly `length` bytes from `start`.
  static func check(
    _ bytes: UnsafeRawBufferPointer, start: Int, length: Int, layout: RecordLayout, number: Int
  ) throws(ImageError) {
    let read = ByteReader(bytes)
    func fail(_ field: ImageField, _ offset: Int, _ value: Int64) -> ImageError {
      .invalidField(field, offset: UInt64(start + offset), value: value)
    }
    let neurons = Int(clamping: read.u32(start))
    let axons = Int(clamping: read.u32(start + 4))
    let classes = Int(clamping: read.u32(start + 8))
    let routes = Int(clamping: read.u32(start + 12))
    let synapses = read.u64(start + 16)
    let compact = layout == .compact
    // Each count is below 2^28 and each record below 2^7 bytes: the products fit in 64 bits.
    guard neurons <= (compact ? 256 : ImageLayout.maximumCount) else { throw fail(.neuronCount, 0, Int64(neurons)) }
    guard axons <= (compact ? 65535 : ImageLayout.maximumCount) else { throw fail(.axonCount, 4, Int64(axons)) }
    guard classes <= 65535 else { throw fail(.classCount, 8, Int64(classes)) }
    guard routes <= ImageLayout.maximumCount else { throw fail(.routeCount, 12, Int64(routes)) }
    guard read.u32(start + 24) == UInt32(number) else {
      throw fail(.coreNumber, 24, Int64(read.u32(start + 24)))
    }
    guard read.isZero(start + 28..<start + 64) else { throw fail(.reserved, 28, 1) }
    let tables =
      Int64(ImageLayout.coreHeaderBytes) + Int64(classes) * Int64(ImageLayout.classBytes) + Int64(neurons)
      * Int64(ImageLayout.neuronBytes) + Int64(axons) * Int64(ImageLayout.axonBytes) + Int64(routes)
      * Int64(layout.routeBytes)
    guard tables <= Int64(length), synapses == UInt64(Int64(length) - tables) else {
      throw fail(.synapseBytes, 16, Int64(truncatingIfNeeded: synapses))
    }
  }
}
