import FixedPoint
import Foundation
import Networks
import Testing
import Training
import TrainingRuns

/// A folder of its own, removed with the object.
final class TestFolder {
  let path = NSTemporaryDirectory() + "snnmap-runs-\(UUID().uuidString.prefix(8))"

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }
  func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }
  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }
  var names: [String] { ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).sorted() }
}

extension RandomStream {
  mutating func tensors() -> [Tensor] {
    let isDouble = chance()
    return (0..<integer(0...6)).map { index in
      let shape = (0..<integer(1...3)).map { _ in integer(0...7) }
      let count = shape.reduce(1, *)
      return Tensor(
        name: "layer\(index).weights", shape: shape,
        values: isDouble
          ? .float64((0..<count).map { _ in number(-1e30...1e30) })
          : .float32((0..<count).map { _ in Float(bitPattern: next() & 0xBFFF_FFFF) }))
    }
  }

  mutating func state() throws -> TrainingState {
    // States are made by training; figures come here from the JSON of one.
    let figures = """
      {"epoch":\(integer(0...9)),"stepInEpoch":\(integer(0...9)),"step":\(integer(0...99)),"isFinished":false,
      "tally":{"samples":12,"loss":\(number(0...3)),"right":3,"spikes":[4,5],"learningRate":0.1},
      "history":[{"epoch":1,"loss":0.1,"accuracy":0.25,"validationAccuracy":0.5,"learningRate":0.002,"isFloat":true,
      "populations":[{"name":"hidden1","spikesPerSample":3.5,"rate":0.1,"spikeCap":1}]}],
      "scales":[{"unit":\(number(0...1)),"weightShift":0,"recurrentShift":1,"isChosen":true}]}
      """
    return TrainingState(
      setting: ModelSetting(model: model(), inputShape: [1, 8, 8], classCount: 10, ticks: 16, maximumCount: 1),
      options: options(), arithmetic: "16 bits", samples: "100 samples",
      figures: try JSONDecoder().decode(TrainingState.Figures.self, from: Data(figures.utf8)), tensors: tensors())
  }
}

@Suite struct CheckpointTests {
  @Test("A state that was written reads as the same, to the last bit")
  func roundTrip() throws {
    let folder = try TestFolder()
    var random = RandomStream(seed: 3, stream: 0)
    for _ in 0..<60 {
      let state = try random.state()
      try Checkpoint.write(state, to: folder.path + "/a.safetensors")
      #expect(try Checkpoint.read(folder.path + "/a.safetensors") == state)
    }
    #expect(folder.names == ["a.safetensors"])
  }

  @Test("A state that is cut off, or has a byte changed, wherever it is is refused in a sentence")
  func damage() throws {
    let folder = try TestFolder()
    var random = RandomStream(seed: 4, stream: 0)
    var state = try random.state()
    state.tensors = [Tensor(name: "a.values", shape: [3], values: .float32([1, 2, 3]))]
    let path = folder.path + "/a.safetensors"
    try Checkpoint.write(state, to: path)
    let bytes = try folder.bytes("a.safetensors")
    for position in stride(from: 0, to: bytes.count, by: bytes.count / 150 + 1) {
      try folder.write(Array(bytes[..<position]), "a.safetensors")
      let cut = #expect(throws: (any Error).self) { try Checkpoint.read(path) }
      #expect(!"\(try #require(cut))".contains("\n"))
      var changed = bytes
      changed[position] ^= 1 << UInt8(position % 8)
      try folder.write(changed, "a.safetensors")
      // Padding of the header may differ without harm; nothing else may.
      if let read = try? Checkpoint.read(path) { #expect(read == state, "byte \(position)") }
    }
  }

  @Test("A float model keeps its values, its coding and its classes")
  func floatModel() throws {
    let folder = try TestFolder()
    var random = RandomStream(seed: 8, stream: 0)
    for kind in InputCoding.Kind.allCases {
      let file = FloatModelFile(
        model: FloatModel(
          setting: ModelSetting(model: random.model(), inputShape: [64], classCount: 3, ticks: 4, maximumCount: 2),
          tensors: random.tensors()),
        options: random.options(),
        coding: InputCoding(
          kind: kind, maximum: 16, levels: kind == .direct ? 4 : 1, seed: .max, threshold: kind == .delta ? 3 : 1),
        classNames: ["a", "ü", "\"c\""], name: "net")
      try file.write(to: folder.path + "/m.safetensors")
      #expect(try FloatModelFile.read(folder.path + "/m.safetensors") == file)
    }
    let error = #expect(throws: TrainingRunsError.self) { try Checkpoint.read(folder.path + "/m.safetensors") }
    #expect("\(try #require(error))".contains("is no snnmap training state: it is a snnmap float model"))
  }
}
