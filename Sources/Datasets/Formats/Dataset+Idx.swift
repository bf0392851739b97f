import NetworkFiles
import Networks

extension Dataset {
  /// Reads the four files of MNIST, or of any set in its format, plain or compressed by gzip.
  ///
  /// There are as many classes as the greatest label of both parts says.
  static func mnist(folder: String, name: String) throws -> Dataset {
    let train = try idxArrays("\(folder)/train-images-idx3-ubyte", "\(folder)/train-labels-idx1-ubyte")
    let test = try idxArrays("\(folder)/t10k-images-idx3-ubyte", "\(folder)/t10k-labels-idx1-ubyte")
    guard train.shape == test.shape else {
      throw DatasetError.malformed(
        path: folder,
        problem: "images are \(train.shape) for training and \(test.shape) for testing; they must be equal")
    }
    guard !test.labels.isEmpty else { throw DatasetError.noTestSamples(path: folder) }
    return Dataset(
      name: name, inputShape: train.shape, inputCount: train.set.inputCount,
      classNames: try checkedClasses(train.labels + test.labels, path: "\(folder)/train-labels-idx1-ubyte"),
      train: train.set, test: test.set,
      fullScale: max(scale(of: train.set), scale(of: test.set)))
  }

  /// Reads a file of images and one of labels; the last fifth is tested on.
  static func idx(images: String, labels: String, name: String) throws -> Dataset {
    let all = try idxArrays(images, labels)
    guard !all.labels.isEmpty else { throw DatasetError.empty(path: images) }
    let first = firstTestSample(of: all.labels.count)
    return Dataset(
      name: name, inputShape: all.shape, inputCount: all.set.inputCount,
      classNames: try checkedClasses(all.labels, path: labels),
      train: all.set.selecting(Array(0..<first)), test: all.set.selecting(Array(first..<all.labels.count)),
      fullScale: scale(of: all.set))
  }

  /// The names 0…greatest label. Beyond the 62 classes of EMNIST most of them must occur: a damaged label would make
  /// classes that nobody has.
  private static func checkedClasses(_ labels: [Int], path: String) throws(DatasetError) -> [String] {
    let names = numberedClasses(labels)
    let occurring = Set(labels).count
    guard names.count <= 62 || occurring * 2 >= names.count else {
      let problem =
        "holds label \(names.count - 1), but only \(occurring) of the classes 0–\(names.count - 1) occur; number the "
        + "classes 0, 1, 2, …"
      throw .malformed(path: path, problem: problem)
    }
    return names
  }

  /// The names 0…greatest label.
  static func numberedClasses(_ labels: [Int]) -> [String] { (0...(labels.max() ?? 0)).map(String.init) }

  /// The first sample of the last fifth, which is at least one sample.
  static func firstTestSample(of count: Int) -> Int { count - max(1, count / 5) }

  private static func idxArrays(
    _ imagesPath: String, _ labelsPath: String
  ) throws -> (set: SampleSet, shape: [Int], labels: [Int]) {
    let images = try IdxFile.read(imagesPath, axes: 2...IdxFile.maximumAxes)
    let labels = try IdxFile.read(labelsPath, axes: 1...1)
    let numbers = try labels.integers()
    try checkLabels(numbers, samples: images.shape[0], classes: nil, path: labels.path)
    let shape = Array(images.shape.dropFirst())
    guard (1...NetworkLimits.neurons).contains(NpyArray.elementCount(of: shape) ?? 0) else {
      throw DatasetError.malformed(path: images.path, problem: "has images of \(shape) pixels; 1 to 2²⁴ are possible")
    }
    let set = SampleSet(form: .values, inputCount: shape.reduce(1, *), labels: numbers, array: images)
    return (set, shape, numbers)
  }
}
