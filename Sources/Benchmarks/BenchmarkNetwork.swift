import Datasets
import Networks
import Training

/// A network and its data, as tools/benchmarks/peers.py trains them in other frameworks.
enum BenchmarkNetwork: String, CaseIterable {
  case mnist128 = "mnist-128"
  case mnist512 = "mnist-512"
  case fsdd128 = "fsdd-128"
  case convolution = "conv"

  /// - Parameter folder: holds mnist and fsdd.
  func dataset(in folder: String) throws -> Dataset {
    switch self {
    case .mnist128, .mnist512, .convolution: try Dataset.load("mnist:\(folder)/mnist")
    case .fsdd128: try Dataset.load("\(folder)/fsdd/fsdd_delta80_T100_bits.npz")
    }
  }

  var model: ModelDescription {
    switch self {
    case .mnist128: return .dense([128])
    case .mnist512: return .dense([512])
    case .fsdd128:
      let neurons = NeuronDescription(leak: .init(shift: 4))
      return ModelDescription(layers: [
        .population(.init(connection: .dense(neurons: 128), neurons: neurons, recurrentDelay: 1)),
        .population(.init(connection: .dense(neurons: nil), neurons: neurons)),
      ])
    case .convolution:
      return ModelDescription(layers: [
        .population(.init(connection: .convolution(channels: 12, kernel: 5, stride: 1, padding: 0))),
        .pooling(.init(kind: .average, size: 2)),
        .population(.init(connection: .convolution(channels: 32, kernel: 5, stride: 1, padding: 0))),
        .pooling(.init(kind: .average, size: 2)),
        .flatten,
        .population(.init(connection: .dense(neurons: nil))),
      ])
    }
  }

  var ticks: Int {
    switch self {
    case .mnist128, .convolution: 16
    case .mnist512: 25
    case .fsdd128: 100
    }
  }

  var batchSize: Int {
    switch self {
    case .mnist128, .mnist512: 128
    case .fsdd128, .convolution: 64
    }
  }

  /// The input as random spikes where the data are values, as the peers have it.
  func coding(of dataset: Dataset) -> InputCoding {
    InputCoding.standard(for: dataset, kind: dataset.isCounts ? nil : .rate, seed: 1)
  }
}
