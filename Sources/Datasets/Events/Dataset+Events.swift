import NetworkFiles
import Networks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Dataset {
  /// The most inputs that a sample can have.
  static let maximumInputs = NetworkLimits.neurons

  /// Reads a folder of recordings with a folder for each class, and above them, or not, one for training
  /// and one for testing (`Train` and `Test`, or `train` and `test`).
  ///
  /// Without the latter, the last fifth of each class (at least one recording) is tested on. Classes and
  /// files are in the order of their names' bytes; classes whose names are all numbers, in the order of
  /// the numbers. Files are decoded when a sample is asked for.
  static func eventFolder(
    _ folder: String, name: String, binning: EventBinning, extensions: [String], sensor: SensorSize?
  ) throws -> Dataset {
    let entries = try Folder.names(in: folder)
    let parts = [("Train", "Test"), ("train", "test")].first { entries.contains($0.0) && entries.contains($0.1) }
    var paths: [String] = []
    var labels: [Int] = []
    var testing: [Int] = []
    var training: [Int] = []
    let classNames: [String]
    func add(_ recordings: [String], label: Int, testFrom: Int) {
      for (place, path) in recordings.enumerated() {
        if place >= testFrom { testing.append(paths.count) } else { training.append(paths.count) }
        paths.append(path)
        labels.append(label)
      }
    }
    if let parts {
      let names = try [parts.0, parts.1].map { try Folder.classes(in: "\(folder)/\($0)") }
      classNames = Folder.ordered(Array(Set(names[0] + names[1])))
      for (part, isTest) in [(parts.0, false), (parts.1, true)] {
        for (label, name) in classNames.enumerated() where names[isTest ? 1 : 0].contains(name) {
          let found = try Folder.recordings(in: "\(folder)/\(part)/\(name)", extensions: extensions)
          add(found, label: label, testFrom: isTest ? 0 : found.count)
        }
      }
    } else {
      classNames = try Folder.classes(in: folder)
      for (label, name) in classNames.enumerated() {
        let found = try Folder.recordings(in: "\(folder)/\(name)", extensions: extensions)
        add(found, label: label, testFrom: found.isEmpty ? 0 : firstTestSample(of: found.count))
      }
    }
    guard !paths.isEmpty else {
      throw DatasetError.malformed(
        path: folder,
        problem: "holds no recordings; FOLDER/CLASS/FILE or FOLDER/Train/CLASS/FILE and FOLDER/Test/CLASS/FILE are "
          + "expected, with files that end in \(extensions.map { "." + $0 }.joined(separator: ", "))")
    }
    guard !testing.isEmpty else { throw DatasetError.noTestSamples(path: folder) }
    guard classNames.count <= maximumClasses else {
      throw DatasetError.malformed(path: folder, problem: "has \(classNames.count) classes; up to \(maximumClasses)")
    }
    if let name = classNames.first(where: hasControlCharacters) {
      throw DatasetError.malformed(
        path: folder, problem: "the class name \"\(shown(name))\" has control characters; rename the class")
    }
    let files = RecordingFiles(paths: paths)
    let size = try files.sensor(asked: binning.sensor ?? sensor)
    let storage = try EventStorage(files, binning: binning, sensor: size)
    let shape = binning.shape(of: size)
    let all = SampleSet(
      form: .counts(ticks: binning.ticks), inputCount: shape.reduce(1, *), labels: labels, storage: storage)
    return Dataset(
      name: name, inputShape: shape, inputCount: all.inputCount, classNames: classNames,
      train: all.selecting(training), test: all.selecting(testing), fullScale: 1)
  }

  /// The samples of an npz file of events.
  static func eventArrays(_ archive: Npz, name: String, binning: EventBinning) throws -> Dataset {
    let samples = try archive.array("label").count
    guard samples > 0 else { throw DatasetError.empty(path: archive.path) }
    let about = try SampleTable(archive, samples: samples)
    let arrays = try EventArrays(archive, samples: samples)
    let size = try arrays.sensor(asked: binning.sensor)
    let storage = try EventStorage(arrays, binning: binning, sensor: size)
    let shape = binning.shape(of: size)
    let all = SampleSet(
      form: .counts(ticks: binning.ticks), inputCount: shape.reduce(1, *), labels: about.labels, storage: storage)
    return about.dataset(name: name, shape: shape, all: all, fullScale: 1)
  }
}

/// The names in folders, in an order that does not depend on the file system.
private enum Folder {
  static func names(in path: String) throws(DatasetError) -> [String] {
    guard let stream = opendir(path) else {
      throw .file(.unreadable(path: path, reason: strerror(errno).map { String(cString: $0) } ?? "error \(errno)"))
    }
    defer { closedir(stream) }
    var result: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
          String(cString: $0)
        }
      }
      if !name.hasPrefix(".") { result.append(name) }
    }
    return result.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Names in the order of their bytes; if all are whole numbers, in the order of the numbers.
  static func ordered(_ names: [String]) -> [String] {
    let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let numbers = sorted.compactMap { Int($0) }
    guard numbers.count == sorted.count else { return sorted }
    return zip(numbers, sorted).sorted { ($0.0, $0.1.utf8.count) < ($1.0, $1.1.utf8.count) }.map(\.1)
  }

  static func classes(in path: String) throws(DatasetError) -> [String] {
    ordered(try names(in: path).filter { isFolder("\(path)/\($0)") })
  }

  static func recordings(in path: String, extensions: [String]) throws(DatasetError) -> [String] {
    try names(in: path).filter { name in extensions.contains { name.hasSuffix("." + $0) } }.map { "\(path)/\($0)" }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
