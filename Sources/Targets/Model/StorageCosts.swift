/// The two ways in which a mesh core stores its records; raw values are those of an image's `BORD` section.
public enum StorageLayout: UInt8, Sendable, Hashable, CaseIterable {
  /// At most 256 neurons a core, 16-bit axon numbers, 2 bytes a sparse synapse.
  case compact = 0
  /// 32-bit axon numbers, 3 bytes a sparse synapse.
  case wide = 1
}

/// The bytes that each record of a target takes in an image, so that a budget check counts what the image holds.
///
/// Source: firmware-protocol/image-format.md.
public struct StorageCosts: Sendable, Hashable {
  /// How a core stores its records.
  public var layout: StorageLayout
  /// Bytes of a core's entry in the list of cores.
  public var coreEntry: Int
  /// Bytes of a core's header.
  public var coreHeader: Int
  /// Bytes of a class record.
  public var classRecord: Int
  /// Bytes of a neuron record.
  public var neuron: Int
  /// Bytes of an axon record.
  public var axon: Int
  /// Bytes of a route record, in cores and in the input table.
  public var route: Int
  /// Bytes of an input line in the input table; the table has one line more, its end.
  public var inputLine: Int
  /// Bytes to whose multiple a dense row is padded.
  public var denseRowUnit: Int
  /// Bytes of a synapse in a sparse row.
  public var sparseSynapse: Int

  public init(
    layout: StorageLayout, coreEntry: Int = 24, coreHeader: Int = 64, classRecord: Int = 40,
    neuron: Int = 24, axon: Int = 24, route: Int? = nil, inputLine: Int = 4, denseRowUnit: Int = 1,
    sparseSynapse: Int? = nil
  ) {
    self.layout = layout
    self.coreEntry = coreEntry
    self.coreHeader = coreHeader
    self.classRecord = classRecord
    self.neuron = neuron
    self.axon = axon
    self.route = route ?? (layout == .compact ? 4 : 8)
    self.inputLine = inputLine
    self.denseRowUnit = denseRowUnit
    self.sparseSynapse = sparseSynapse ?? (layout == .compact ? 2 : 3)
  }
}

extension StorageCosts {
  /// Bytes of a dense row of `count` weights: ⌈count·bits/8⌉, padded. 5 weights of 4 bits take 3 bytes.
  public func denseRowBytes(count: Int, bits: Int) -> Int {
    let bytes = (count * bits + 7) / 8
    return (bytes + denseRowUnit - 1) / denseRowUnit * denseRowUnit
  }

  /// Bytes of a sparse row of `count` entries, fillers of the wide layout included.
  public func sparseRowBytes(count: Int) -> Int { count * sparseSynapse }

  /// Bytes of one core in the image, without the padding to the next core.
  public func coreBytes(neurons: Int, axons: Int, classes: Int, routes: Int, synapseBytes: Int) -> Int {
    coreHeader + classes * classRecord + neurons * neuron + axons * axon + routes * route + synapseBytes
  }

  /// Bytes of the input table.
  public func inputTableBytes(lines: Int, routes: Int) -> Int { (lines + 1) * inputLine + routes * route }
}
