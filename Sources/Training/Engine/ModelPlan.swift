import Kernels

/// A model with every size known: what the engine is made from.
struct ModelPlan: Sendable {
  let ticks: Int
  /// The network's inputs as maps; data without maps, and maps that go straight into dense weights, are one row of
  /// channels in the data's order.
  let input: MapLayout
  let populations: [PopulationPlan]
}

/// How a volume of neurons lies in memory: positions in rows, the channels of a position together. Index of (y, x, c)
/// is `(y · width + x) · stride + c`.
struct MapLayout: Sendable, Hashable {
  let channels: Int
  let height: Int
  let width: Int
  /// Channels, padded to whole lanes; of inputs that are maps, and of their poolings, the channels themselves.
  let stride: Int
  /// Elements, padding included.
  var count: Int { height * width * stride }
  /// Neurons, without padding.
  var neurons: Int { height * width * channels }
  /// Whether there is one position only.
  var isRow: Bool { height == 1 && width == 1 }

  /// Maps whose channels are padded to whole lanes.
  init(channels: Int, height: Int = 1, width: Int = 1) {
    self.init(channels: channels, height: height, width: width, stride: channels.paddedToLanes)
  }

  init(channels: Int, height: Int, width: Int, stride: Int) {
    self.channels = channels
    self.height = height
    self.width = width
    self.stride = stride
  }

  /// Where a neuron of the order [channel][y][x], which networks and data have, lies.
  func offset(ofNeuron index: Int) -> Int {
    let positions = height * width
    return index % positions * stride + index / positions
  }
}

/// One population: what feeds it, and its neurons.
struct PopulationPlan: Sendable {
  let name: String
  /// The population below, or the inputs, as they are in memory.
  let source: MapLayout
  /// Pooling in front of the weights; several poolings in a row are one.
  let pooling: PoolingPlan?
  /// What the weights see: the source, pooled.
  let pooled: MapLayout
  let connection: ConnectionPlan
  /// The population itself; dense ones are 1 × 1 maps.
  let output: MapLayout
  let delay: Int
  let recurrentDelay: Int?
  let neurons: NeuronDescription
  /// nil in floats.
  let weightBits: Int?
  /// The greatest count that a pooled source carries in one tick.
  let maximumCount: Int
  /// What a count is multiplied with in the units of the float weights: 1 over the greatest input count and over the
  /// window of average pooling.
  let inputScale: Double

  /// Elements of the weights: dense [pooled.count][output.stride], convolution
  /// [input channel][ky][kx][output.stride].
  var weightCount: Int {
    switch connection {
    case .dense: pooled.count * output.stride
    case .convolution(let kernel, _, _): pooled.channels * kernel * kernel * output.stride
    }
  }

  /// Synapses of the input that end at one neuron, at most.
  var fanIn: Int {
    switch connection {
    case .dense: pooled.neurons
    case .convolution(let kernel, _, _): pooled.channels * kernel * kernel
    }
  }
}

/// Sums over square windows.
struct PoolingPlan: Sendable, Hashable {
  let size: Int
  let stride: Int
}

enum ConnectionPlan: Sendable, Hashable {
  case dense
  case convolution(kernel: Int, stride: Int, padding: Int)
}
