import NetworkFiles
import Networks

extension Dataset {
  /// Reads the four files of MNIST, or of a set in its format, plain or compressed by gzip.
  static func mnist(folder: String) throws -> Dataset {
    let train = try idxSamples(folder: folder, prefix: "train")
    let test = try idxSamples(folder: folder, prefix: "t10k")
    guard train.shape == test.shape else {
      throw DatasetError.malformed(
        path: folder,
        problem: "images are \(train.shape) for training and \(test.shape) for testing; they must be equal")
    }
    guard test.set.count > 0 else { throw DatasetError.noTestSamples(path: folder) }
    return Dataset(
      name: "mnist", inputShape: train.shape, inputCount: train.set.inputCount,
      classNames: (0..<10).map(String.init), train: train.set, test: test.set,
      fullScale: max(scale(of: train.set), scale(of: test.set)))
  }

  private static func idxSamples(folder: String, prefix: String) throws -> (set: SampleSet, shape: [Int]) {
    let images = try IdxFile.read(folder: folder, name: "\(prefix)-images-idx3-ubyte", axes: 3)
    let labels = try IdxFile.read(folder: folder, name: "\(prefix)-labels-idx1-ubyte", axes: 1)
    let numbers = try labels.integers()
    try checkLabels(numbers, samples: images.shape[0], classes: 10, path: labels.path)
    let shape = Array(images.shape.dropFirst())
    guard (1...NetworkLimits.neurons).contains(NpyArray.elementCount(of: shape) ?? 0) else {
      throw DatasetError.malformed(path: images.path, problem: "has images of \(shape) pixels; 1 to 2²⁴ are possible")
    }
    return (SampleSet(form: .values, inputCount: shape.reduce(1, *), labels: numbers, array: images), shape)
  }
}
