/// What a core holds before it has a number and its neurons have routes.
struct CoreContents {
  /// In the network's numbering.
  var neurons: [UInt32] = []
  var axons: [Axon] = []
  var rows: [Row] = []
  var synapses: [UInt8] = []
  /// The lines that enter, ascending; line i enters axons lineAxons[lineStarts[i]..<lineStarts[i + 1]].
  var lines: [UInt32] = []
  var lineStarts: [Int] = [0]
  var lineAxons: [UInt32] = []
  /// For each neuron the greatest magnitude of one tick's input: Σ |w| · 2^shift · cap.
  var inputBounds: [Int64] = []
}

/// What one core may hold.
struct CoreLimits {
  var neurons: Int
  var axons: Int
  var synapseBytes: Int
  var routes: Int
  var classes: Int

  static let none = CoreLimits(
    neurons: .max, axons: .max, synapseBytes: .max, routes: .max, classes: .max)
}

/// Why neurons do not fit one core.
enum CoreShortage: Error {
  /// A budget is exceeded; building stopped there.
  case budget(Resource)
  /// The weight takes more than `RowStorage.maximumParts` axons.
  case weight(Int32, neuron: UInt32)
}
