import Datasets
import FixedPoint
import Foundation
import Networks
import Testing
import Training
import TrainingRuns

@Suite struct RunFolderTests {
  private let configuration = RunConfiguration(
    program: "0.1.0", name: "digits",
    data: RunData(
      given: "digits", coding: InputCoding(kind: .rate, maximum: 16, seed: 7),
      events: EventBinning(microsecondsPerTick: 1000, sensor: SensorSize(width: 34, height: 35)),
      augmentation: Augmentation(shift: 2, drop: 0.1), sha256: String(repeating: "ab", count: 32)),
    target: RunTarget(given: "board", name: "board", sha256: String(repeating: "cd", count: 32)))
  private let model = ModelFile(model: .dense([16]), options: TrainingOptions())

  private func figures(_ epoch: Int) -> EpochFigures {
    let text = """
      {"epoch":\(epoch),"loss":0.5,"accuracy":0.75,"learningRate":0.002,"isFloat":false,"populations":
      [{"name":"hidden1","spikesPerSample":3.5,"rate":0.1,"spikeCap":1},{"name":"output","spikesPerSample":1,"rate":0.2,
      "spikeCap":1}]}
      """
    return (try? JSONDecoder().decode(EpochFigures.self, from: Data(text.utf8))) ?? { fatalError("figures") }()
  }

  @Test("What a run was asked for reads back, and the folder is not taken for a second run")
  func reopen() throws {
    let folder = try TestFolder()
    let path = folder.path + "/runs/a"
    let run = try RunFolder.create(path, configuration: configuration, model: model)
    let opened = try RunFolder.open(path + "/")
    #expect(opened.configuration == configuration)
    #expect(opened.model == model)
    #expect(opened.folder.path == path)
    #expect(try opened.configuration.data.coding.coding(path: "") == InputCoding(kind: .rate, maximum: 16, seed: 7))
    #expect(
      try opened.configuration.data.events.binning(path: "")
        == EventBinning(microsecondsPerTick: 1000, sensor: SensorSize(width: 34, height: 35)))
    #expect(opened.configuration.data.augmentation.augmentation == Augmentation(shift: 2, drop: 0.1))
    #expect(try run.latestState() == nil)
    #expect(throws: TrainingRunsError.runExists(path: path)) {
      try RunFolder.create(path, configuration: configuration, model: model)
    }
    try run.lock()
    #expect(throws: TrainingRunsError.runInUse(path: path)) { try run.lock() }
  }

  @Test("Folders that are none of a run are refused in a sentence")
  func noRun() throws {
    let folder = try TestFolder()
    #expect("\(error(folder.path + "/x"))".contains("no such folder"))
    #expect("\(error(folder.path))".contains("no run.json"))
    for (text, words) in [
      ("", "not JSON"), ("{}", "'format' is missing"), ("{\"format\": 9}", "has format 9"),
      ("{\"format\": 1}", "missing"),
      ("[1", "not JSON"),
    ] {
      try folder.write(Array(text.utf8), "run.json")
      #expect("\(error(folder.path))".contains(words), Comment(rawValue: text))
    }
  }

  private func error(_ path: String) -> String {
    do {
      _ = try RunFolder.open(path)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test("Metrics have a line an epoch in both files, and lose on resuming what was beyond the checkpoint")
  func metrics() throws {
    let folder = try TestFolder()
    let run = try RunFolder.create(folder.path + "/a", configuration: configuration, model: model)
    let first = try RunMetrics(run, populations: ["hidden1", "output"], history: [], samples: 100)
    for epoch in 1...3 { try first.append(MetricsRow(figures(epoch), seconds: Double(epoch), samples: 100)) }
    #expect(
      try folder.text("a/metrics.csv") == """
        epoch,loss,accuracy,validation_accuracy,learning_rate,float,spikes_hidden1,spikes_output,seconds,samples_per_second
        1,0.5,0.75,,0.002,0,3.5,1.0,1.0,100.0
        2,0.5,0.75,,0.002,0,3.5,1.0,2.0,50.0
        3,0.5,0.75,,0.002,0,3.5,1.0,3.0,33.333333333333336

        """)
    let before = try folder.text("a/metrics.jsonl").split(separator: "\n")
    #expect(
      before[0] == """
        {"accuracy":0.75,"epoch":1,"float":false,"learning_rate":0.002,"loss":0.5,\
        "rates":{"hidden1":0.1,"output":0.2},"samples_per_second":100,"seconds":1,\
        "spikes_per_sample":{"hidden1":3.5,"output":1}}
        """)
    try folder.write(Array((try folder.text("a/metrics.jsonl") + "{\"epoch\":4,\"lo").utf8), "a/metrics.jsonl")
    let second = try RunMetrics(
      run, populations: ["hidden1", "output"], history: [figures(1), figures(2)], samples: 100)
    try second.append(MetricsRow(figures(3), seconds: nil, samples: 100))
    let rows = RunMetrics.rows(in: run)
    #expect(rows.map(\.epoch) == [1, 2, 3])
    #expect(rows.map(\.seconds) == [1, 2, nil])
    #expect(try folder.text("a/metrics.csv").hasSuffix("\n3,0.5,0.75,,0.002,0,3.5,1.0,,\n"))
  }

  @Test("Every difference between two runs is named")
  func differences() throws {
    #expect(RunConfiguration.differences((configuration, model), (configuration, model)) == [])
    var other = configuration
    other.data.coding.seed = 8
    other.program = "9"
    var changed = model
    changed.options.batchSize = 7
    changed.model = .dense([17])
    let found = RunConfiguration.differences((configuration, model), (other, changed))
    #expect(found.count == 3)
    #expect(found[0].hasPrefix("coding (rate"))
    #expect(found[1] == "batch_size (128 in the run, 7 now)")
    #expect(found[2] == "the layers")
    // What counts is what the files hold, not where they lie.
    var begun = configuration
    begun.initial = RunInitial(path: "old/m.safetensors", sha256: String(repeating: "ef", count: 32))
    var moved = begun
    moved.data.given = "elsewhere/digits"
    moved.initial?.path = "new/m.safetensors"
    #expect(RunConfiguration.differences((begun, model), (moved, model)) == [])
    moved.data.sha256 = String(repeating: "01", count: 32)
    moved.initial = nil
    #expect(
      RunConfiguration.differences((begun, model), (moved, model)) == [
        "the samples (digits, digest abababababab in the run, elsewhere/digits, digest 010101010101 now)",
        "the initial values (old/m.safetensors, digest efefefefefef in the run, none now)",
      ])
  }

  @Test("An unused name is found, whatever the name is")
  func names() {
    #expect(RunFolder.unusedPath(name: "a/b c:ü") == "runs/a-b-c---1")
  }
}
