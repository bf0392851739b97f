import Foundation
import Glibc
import NetworkFiles
import Testing

/// Runs of `train`: their folders, and that they are the same however they were interrupted.
@Suite struct TrainingRunTests {
  /// Long enough to be interrupted in the middle.
  private let run = [
    "train", "--data", "digits", "--layers", "rec:24", "--ticks", "8", "--batch-size", "16", "--epochs", "30",
    "--validation", "--seed", "3",
  ]

  private func waitFor(_ running: RunningProgram, _ condition: () -> Bool) {
    let deadline = ContinuousClock.now + .seconds(30)
    while !condition() && running.isRunning && ContinuousClock.now < deadline { usleep(1_000) }
  }

  private func rows(_ folder: Folder, _ run: String) -> Int {
    ((try? folder.text("\(run)/metrics.jsonl")) ?? "").split(separator: "\n").count
  }

  @Test("A run that was interrupted, killed and resumed ends with the same bytes and figures as one that was not")
  func resumed() throws {
    let folder = Folder()
    let whole = try Program.run(run + ["--run", "whole", "--threads", "2", "-o", "a.json"], in: folder)
    #expect(whole.status == 0 && whole.errors.isEmpty, "\(whole.errors)")
    let first = try RunningProgram(run + ["--run", "cut", "-o", "b.json"], in: folder)
    waitFor(first) { rows(folder, "cut") >= 2 }
    first.send(SIGINT)
    let interrupted = first.wait()
    #expect(interrupted.status == 130)
    #expect(interrupted.errors == "snnmap: interrupted; go on with snnmap train --resume cut\n")
    #expect(!folder.names.contains("b.json"))
    for _ in 0..<3 {
      let before = rows(folder, "cut")
      let next = try RunningProgram(["train", "--resume", "cut", "-o", "b.json"], in: folder)
      waitFor(next) { rows(folder, "cut") >= before + 3 }
      next.send(SIGKILL)
      _ = next.wait()
    }
    #expect(rows(folder, "cut") < 30)
    // What was asked for may be said again.
    let last = try Program.run(
      run + ["--resume", "cut", "--threads", "1", "-o", "b.json"], in: folder)
    #expect(last.status == 0 && last.errors.isEmpty, "\(last.errors)")
    for name in ["net.json", "model.safetensors", "model.yaml", "run.json", "checkpoints/latest.safetensors"] {
      #expect(try folder.bytes("whole/\(name)") == folder.bytes("cut/\(name)"), "\(name)")
    }
    #expect(try folder.bytes("whole/checkpoints/best.safetensors") == folder.bytes("cut/checkpoints/best.safetensors"))
    #expect(try folder.bytes("b.json") == folder.bytes("a.json"))
    func figures(_ run: String) throws -> [String] {
      try folder.text("\(run)/metrics.csv").split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).dropLast(2).joined(separator: ",")
      }
    }
    #expect(try figures("whole").count == 31)
    #expect(try figures("whole") == figures("cut"))
    let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path("cut"))
    #expect(left.filter { $0.contains(".tmp") }.isEmpty)
  }

  @Test("A run is not resumed as another, nor from a checkpoint that is damaged or another's")
  func refused() throws {
    let folder = Folder()
    let short = ["train", "--data", "digits", "--layers", "8", "--ticks", "4", "--epochs", "1"]
    #expect(try Program.run(short + ["--run", "a", "-o", "a.json"], in: folder).status == 0)
    try expect(
      2, short + ["--run", "a", "-o", "b.json"], says: ["a: a run is there already", "--resume a"], in: folder)
    try expect(
      9, ["train", "--resume", "a", "--epochs", "2", "--layers", "9", "--coding", "rate"],
      says: ["epochs (1 in the run, 2 now)", "coding", "the layers"], in: folder)
    let path = "a/checkpoints/latest.safetensors"
    let good = try folder.bytes(path)
    try folder.write(path, Array(good.dropLast(100)))
    try expect(1, ["train", "--resume", "a"], says: [path, "cut off"], in: folder)
    var changed = good
    changed[good.count - 7] ^= 1
    try folder.write(path, changed)
    try expect(1, ["train", "--resume", "a"], says: [path, "digest"], in: folder)
    try folder.write(path, try folder.bytes("a/model.safetensors"))
    try expect(1, ["train", "--resume", "a"], says: [path, "is no snnmap training state"], in: folder)
    // A whole checkpoint of other layers.
    let other = ["train", "--data", "digits", "--layers", "7", "--ticks", "4", "--epochs", "1"]
    #expect(try Program.run(other + ["--run", "b", "-o", "b.json"], in: folder).status == 0)
    try folder.write(path, try folder.bytes("b/checkpoints/latest.safetensors"))
    try expect(1, ["train", "--resume", "a"], says: ["its model (layer 1: neurons) is 7, this run's is 8"], in: folder)
    // Someone who removes the checkpoints begins again.
    try FileManager.default.removeItem(atPath: folder.path("a/checkpoints"))
    let again = try Program.run(["train", "--resume", "a", "-o", "again.json"], in: folder)
    #expect(again.status == 0 && again.errors == "snnmap: a: there is no checkpoint, so that the run begins again\n")
    #expect(try folder.bytes("again.json") == folder.bytes("a.json"))
    #expect(try folder.text("a/metrics.jsonl").split(separator: "\n").count == 1)
    try folder.write("a/run.json", "{")
    try expect(1, ["train", "--resume", "a"], says: ["a/run.json", "not JSON"], in: folder)
  }

  @Test("Data that were moved are the same data, and others of the same name are not")
  func moved() throws {
    let folder = try Fixture.folder()
    let train = ["train", "--layers", "16", "--epochs", "1", "--run", "r", "-o", "a.json", "--data", "samples.npz"]
    #expect(try Program.run(train + ["--init", "net.json"], in: folder).status == 0)
    try FileManager.default.moveItem(atPath: folder.path("samples.npz"), toPath: folder.path("moved.npz"))
    let resumed = try Program.run(["train", "--resume", "r", "--data", "moved.npz", "-o", "b.json"], in: folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    // The file names the data as they were given.
    #expect(try folder.text("b.json").replacingOccurrences(of: "moved", with: "samples") == folder.text("a.json"))
    let encode = ["encode", "--data", "digits", "--ticks", "4", "--coding", "rate", "-o", "other.npz"]
    #expect(try Program.run(encode, in: folder).status == 0)
    try expect(
      9, ["train", "--resume", "r", "--data", "other.npz"],
      says: ["the samples (samples.npz, digest", "other.npz, digest"], in: folder)
  }

  @Test("A network file's sidecar never takes the place of a float model or of a checkpoint")
  func sidecars() throws {
    let folder = Folder()
    let short = ["train", "--data", "digits", "--layers", "8", "--ticks", "4", "--epochs", "1"]
    let floats = short + ["--precision", "float32", "--run", "r", "-o", "z.safetensors"]
    #expect(try Program.run(floats, in: folder).status == 0)
    try folder.write("c.safetensors", try folder.bytes("r/checkpoints/latest.safetensors"))
    let before = try folder.bytes("z.safetensors")
    let words = ["z.json", "z.safetensors", "a float model", "name the network file otherwise"]
    try expect(2, ["quantize", "z.safetensors", "--data", "digits", "-o", "z.json"], says: words, in: folder)
    try expect(2, short + ["--init", "z.safetensors", "-o", "z.json"], says: words, in: folder)
    try expect(2, short + ["--init", "c.safetensors", "-o", "c.json"], says: ["a checkpoint"], in: folder)
    #expect(try folder.bytes("z.safetensors") == before)
    #expect(try Program.run(["quantize", "z.safetensors", "--data", "digits", "-o", "q.json"], in: folder).status == 0)
  }

  @Test("Ctrl-C before the first step leaves nothing, and a second one ends a long step at once")
  func interruptedEarly() throws {
    let folder = Folder()
    for (signal, status) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
      let running = try RunningProgram(
        ["train", "--data", "digits", "--epochs", "1000000", "--run", "r\(status)", "-o", "net.json"], in: folder)
      usleep(300_000)
      running.send(signal)
      let outcome = running.wait()
      #expect(outcome.status == status)
      #expect(
        outcome.errors == "snnmap: interrupted; go on with snnmap train --resume r\(status)\n"
          || outcome.errors == "snnmap: interrupted\n")
      #expect(!folder.names.contains("net.json"))
    }
  }

  @Test("A model file trains as the options that say the same, and options override it")
  func modelFile() throws {
    let folder = Folder()
    try folder.write(
      "m.yaml",
      """
      format: 1
      layers:
        - { type: recurrent, size: 12, refractory: 2 }
        - { type: dense }
      training: { ticks: 5, epochs: 1, seed: 4, bits: 4, loss: { kind: count_cross_entropy, scale: 0.5 } }
      """)
    let file = try Program.run(
      ["train", "--data", "digits", "--model", "m.yaml", "-o", "a.json", "--json"], in: folder)
    #expect(file.status == 0 && file.object["run"] as? String == "runs/digits-1", "\(file.errors)")
    #expect(file.object["ticks"] as? Int == 5 && file.object["weight_bits"] as? Int == 4)
    let options = try Program.run(
      [
        "train", "--data", "digits", "--layers", "rec:12@r2", "--ticks", "5", "--epochs", "1", "--seed", "4", "--bits",
        "4",
        "--loss", "count_cross_entropy:0.5", "-o", "b.json", "--quiet",
      ], in: folder)
    #expect(options.status == 0 && options.output.isEmpty && options.errors.isEmpty)
    #expect(try folder.bytes("a.json") == folder.bytes("b.json"))
    let other = try Program.run(
      ["train", "--data", "digits", "--model", "m.yaml", "--seed", "5", "-o", "c.json"], in: folder)
    #expect(other.status == 0)
    #expect(try folder.bytes("a.json") != folder.bytes("c.json"))
    try folder.write("bad.yaml", "format: 1\nlayers:\n  - { type: dense, thresold: 2 }\n")
    try expect(
      2, ["train", "--data", "digits", "--model", "bad.yaml", "-o", "d.json"],
      says: ["bad.yaml:3:", "'layers[1].thresold'", "did you mean 'threshold'?"], in: folder)
  }

  @Test("Convolutions, currents and readouts train, and run on the emulator as they were trained")
  func layers() throws {
    let folder = Folder()
    for (layers, more) in [
      ("6c3,p2,flat", []), ("rec:cuba:20", ["--bits", "3"]), ("20,readout", ["--precision", "integer"]),
      (
        "if:20@n3",
        ["--reset-gradient", "attached", "--surrogate", "arctan", "--optimiser", "sgd", "--learning-rate", "0.1"]
      ),
      ("64", ["--coding", "rate", "--augment", "shift=1,drop=0.1", "--regularise", "rate:0.1,0.01,0.5"]),
      ("16", ["--clip", "learned", "--bits", "2", "--float-epochs", "1", "--schedule", "step:1,0.5"]),
    ] as [(String, [String])] {
      let outcome = try Program.run(
        ["train", "--data", "digits", "--layers", layers, "--ticks", "8", "--epochs", "2", "--json", "-o", "n.json"]
          + more,
        in: folder)
      #expect(outcome.status == 0, "\(layers): \(outcome.errors)")
      let evaluation = try Program.run(
        ["evaluate", "n.json", "--data", "digits", "--on", "emulator", "--json"], in: folder)
      #expect(evaluation.object["accuracy"] as? Double == outcome.object["accuracy"] as? Double, "\(layers)")
      #expect(outcome.object["accuracy"] as? Double ?? 0 > 0.2, "\(layers)")
    }
  }

  @Test("A float network is quantised, and begins further training; so does a network file")
  func floats() throws {
    let folder = Folder()
    let floats = try Program.run(
      [
        "train", "--data", "digits", "--layers", "32", "--ticks", "8", "--epochs", "10", "--precision", "float32",
        "--json",
        "-o", "m.safetensors",
      ], in: folder)
    #expect(floats.status == 0 && floats.object["precision"] as? String == "float32", "\(floats.errors)")
    let accuracy = try #require(floats.object["accuracy"] as? Double)
    let quantised = try Program.run(
      ["quantize", "m.safetensors", "--data", "digits", "--bits", "8", "--json", "-o", "q.json"], in: folder)
    #expect(quantised.status == 0, "\(quantised.errors)")
    #expect(quantised.object["float_accuracy"] as? Double == accuracy)
    #expect(abs(try #require(quantised.object["accuracy"] as? Double) - accuracy) < 0.03)
    let evaluation = try Program.run(["evaluate", "q.json", "--data", "digits", "--json"], in: folder)
    #expect(evaluation.object["accuracy"] as? Double == quantised.object["accuracy"] as? Double)
    for beginning in ["m.safetensors", "runs/digits-1", "q.json"] {
      let more = try Program.run(
        [
          "train", "--data", "digits", "--layers", "32", "--ticks", "8", "--epochs", "1", "--bits", "4", "--init",
          beginning,
          "--learning-rate", "0.0001", "--json", "-o", "n.json",
        ], in: folder)
      #expect(try #require(more.object["accuracy"] as? Double) > accuracy - 0.05, "\(beginning): \(more.errors)")
    }
  }
}
