import Foundation
import Glibc
import Testing

/// What `train` says of its defaults, of what it trained, and of what had no effect.
@Suite struct TrainingReportTests {
  private let short = ["train", "--data", "digits", "--ticks", "4", "--epochs", "1"]

  @Test("Recurrent layers have defaults of their own, which the run's folder states and options override")
  func recurrentDefaults() throws {
    let folder = Folder()
    for (name, more, surrogate, norm) in [
      ("plain", ["--layers", "8"], "slope: 4", "none"), ("recurrent", ["--layers", "rec:8"], "slope: 10", "1"),
      ("given", ["--layers", "rec:8", "--surrogate", "fast_sigmoid:4", "--gradient-norm", "none"], "slope: 4", "none"),
      ("file", ["--model", "m.yaml"], "slope: 10", "3"),
    ] {
      try folder.write(
        "m.yaml", "format: 1\nlayers: [{ type: recurrent, size: 8 }, { type: dense }]\ntraining: { gradient_norm: 3 }\n"
      )
      let outcome = try Program.run(short + more + ["--run", name, "-o", "n.json", "--quiet"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let text = try folder.text("\(name)/model.yaml")
      #expect(text.contains("surrogate: { kind: fast_sigmoid, \(surrogate) }"), "\(name): \(text)")
      #expect(text.contains("gradient_norm: \(norm)\n"), "\(name): \(text)")
      // A resumed run has those of its folder.
      #expect(try Program.run(["train", "--resume", name, "--quiet"], in: folder).status == 0)
    }
  }

  @Test("Trained leaks and thresholds stand in the text, the JSON and the metrics; so does what had no effect")
  func neurons() throws {
    let folder = Folder()
    try folder.write(
      "m.yaml",
      """
      format: 1
      layers:
        - { type: dense, size: 8, leak: 0.8, trained: [threshold, leak] }
        - { type: readout, refractory: 2 }
      training: { epochs: 2, ticks: 4 }
      """)
    let train = ["train", "--data", "digits", "--model", "m.yaml", "--run", "r"]
    let text = try Program.run(train + ["-o", "a.json"], in: folder)
    #expect(text.status == 0, "\(text.errors)")
    #expect(text.output.contains("\nhidden1: threshold "), "\(text.output)")
    #expect(text.output.contains("; leak 0.") && text.output.contains(", on the target 0."))
    #expect(text.errors == "snnmap: warning: output: refractory 2 has no effect: a readout never spikes\n")
    let json = try Program.run(["train", "--resume", "r", "-o", "b.json", "--json"], in: folder)
    let neurons = try #require((json.object["neurons"] as? [[String: Any]])?.first)
    #expect(neurons["population"] as? String == "hidden1" && neurons["trained"] as? [String] == ["threshold", "leak"])
    #expect(neurons["leak"] as? Double != 0.8 && neurons["target_leak"] as? Double != nil)
    let threshold = try #require(neurons["threshold"] as? Double)
    #expect(neurons["integer_threshold"] as? Int ?? 0 > 1)
    #expect((json.object["warnings"] as? [String])?.contains { $0.contains("refractory 2 has no effect") } == true)
    let last = try #require(try folder.text("r/metrics.jsonl").split(separator: "\n").last)
    let row = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
    let figures = (row?["neurons"] as? [String: Any])?["hidden1"] as? [String: Any]
    #expect(figures?["threshold"] as? Double == threshold, "\(last)")
    try folder.write(
      "bad.yaml", "format: 1\nlayers: [{ type: dense, size: 8 }, { type: readout, trained: [threshold] }]\n")
    try expect(
      2, short + ["--model", "bad.yaml", "-o", "c.json"], says: ["output is a readout, which never spikes", "trained"],
      in: folder)
  }

  @Test("A float network tells its layers too")
  func floatLayers() throws {
    let folder = Folder()
    let run = short + ["--layers", "6c3,p2,8", "--json"]
    let floats = try Program.run(run + ["--precision", "float32", "-o", "m.safetensors"], in: folder)
    let bits = try Program.run(
      short + ["--layers", "8@b4", "--precision", "float32", "--json", "-o", "b.safetensors"], in: folder)
    #expect(
      bits.object["warnings"] as? [String]
        == ["hidden1: bits 4 has no effect: a float network has no integers before it is quantised"])
    let integers = try Program.run(run + ["-o", "n.json"], in: folder)
    #expect(floats.object["layers"] as? [Int] == [64, 216, 8, 10], "\(floats.errors)")
    #expect(integers.object["layers"] as? [Int] == [64, 216, 8, 10], "\(integers.errors)")
  }

  @Test("A run begins with the checkpoint of one that has not ended, and with other layers is a usage error")
  func beginnings() throws {
    let folder = Folder()
    let running = try RunningProgram(
      [
        "train", "--data", "digits", "--layers", "24", "--ticks", "4", "--epochs", "100000", "--warm-up", "0",
        "--run", "cut", "-o", "a.json",
      ], in: folder)
    let deadline = ContinuousClock.now + .seconds(30)
    func rows() -> Int { ((try? folder.text("cut/metrics.jsonl")) ?? "").split(separator: "\n").count }
    while rows() < 5 && running.isRunning && ContinuousClock.now < deadline { usleep(2_000) }
    running.send(SIGINT)
    #expect(running.wait().status == 130)
    #expect(!(try folder.text("cut/metrics.jsonl")).isEmpty)
    let gentle = short + ["--learning-rate", "0.000001", "--json"]
    let whole = try Program.run(gentle + ["--layers", "24", "-o", "fresh.json"], in: folder)
    let fresh = try #require(whole.object["accuracy"] as? Double)
    for (index, beginning) in ["cut", "cut/checkpoints/latest.safetensors"].enumerated() {
      let more = try Program.run(
        gentle + ["--layers", "24", "--init", beginning, "--run", "more\(index)", "-o", "n.json"], in: folder)
      #expect(try #require(more.object["accuracy"] as? Double) > fresh + 0.2, "\(beginning): \(more.errors)")
    }
    // A run that has begun needs the beginning no more.
    try folder.write("cut/checkpoints/latest.safetensors", [1, 2, 3])
    #expect(try Program.run(["train", "--resume", "more0", "--quiet"], in: folder).status == 0)
    for beginning in ["more0", "more0/model.safetensors", "more0/checkpoints/latest.safetensors", "fresh.json"] {
      try expect(
        2, short + ["--layers", "9", "--init", beginning, "--run", "r", "-o", "x.json"], says: ["24", "9"],
        in: folder)
    }
  }
}
