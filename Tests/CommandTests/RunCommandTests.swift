import Foundation
import Glibc
import Testing

/// `snnmap run`, and `test` and `evaluate` over streams.
@Suite struct RunCommandTests {
  private let folder: Folder
  private let board: VirtualBoard
  private var device: [String] { ["--device", board.address] }

  init() throws {
    folder = try Fixture.folder()
    board = try VirtualBoard(in: folder)
    try #require(try Program.run(["flash", "net.snnimg", "--device", board.address], in: folder).status == 0)
  }

  /// Runs the program with text on its standard input.
  private func run(_ arguments: [String], input: String) throws -> Program.Outcome {
    let running = try RunningProgram(arguments + device, in: folder)
    running.write(input)
    running.endInput()
    return running.wait()
  }

  @Test("A file that was streamed is the emulator's, byte for byte, with and without the image's name")
  func sameBytes() throws {
    for raw in [[], ["--raw"]] {
      try Program.run(["emulate", "net.snnimg", "--input", "samples.npz", "-o", "emulated.npz"] + raw, in: folder)
      for image in [["net.snnimg"], []] {
        let outcome = try Program.run(
          ["run"] + image + ["--input", "samples.npz", "--output", "run.npz", "--json"] + raw + device, in: folder)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(try folder.bytes("run.npz") == folder.bytes("emulated.npz"))
        let object = outcome.object
        #expect(object["mode"] as? String == "deterministic" && object["samples"] as? Int == 1797)
        #expect(object["dropped_in"] as? Int == 0 && object["dropped_out"] as? Int == 0)
        #expect(object["ticks"] as? Int == (raw.isEmpty ? 4 : 5) && object["executed_ticks"] as? Int == 5 * 1797)
        #expect(object["outputs"] as? Int == 10 && (object["spikes"] as? Int ?? 0) > 0)
        #expect(object["device"] as? String == board.address && object["output"] as? String == "run.npz")
      }
    }
  }

  @Test("Text gives the same file as text, file or mixture, and output comes before the input has ended")
  func text() throws {
    let lines = "# a sample\n0 1 9\n0 9 200\n\n1 20 255 # loud\n2 20 255\n2 21 255\n4\n"
    let text = try run(["run", "net.snnimg", "--input", "-", "--output", "-"], input: lines)
    #expect(text.status == 0 && text.output.contains("\n"))
    #expect(text.errors.hasPrefix("standard output: 1 sample, 4 ticks, 10 outputs, "))
    #expect(try run(["run", "--input", "-", "-o", "-"], input: lines).output == text.output)
    #expect(try run(["run", "--input", "-", "-o", "live.npz"], input: lines).status == 0)
    // What went in by hand comes out of a file in the same lines.
    var lives = ""
    let running = try RunningProgram(["run", "--input", "-", "--output", "-", "--raw"] + device, in: folder)
    for line in lines.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      running.write(line + "\n")
      let deadline = ContinuousClock.now + .seconds(20)
      guard line == "4" else { continue }
      while running.output.isEmpty && ContinuousClock.now < deadline { usleep(2000) }
      lives = running.output
    }
    #expect(running.isRunning && !lives.isEmpty)
    running.endInput()
    let whole = running.wait()
    #expect(whole.status == 0 && whole.output.hasPrefix(lives))
  }

  @Test("Samples of a file are told apart in text")
  func samplesAsText() throws {
    let outcome = try Program.run(["run", "--input", "samples.npz", "-o", "-"] + device, in: folder)
    #expect(outcome.status == 0)
    let heads = outcome.output.split(separator: "\n").filter { $0.hasPrefix("#") }
    #expect(heads.count == 1797 && heads.first == "# sample 0" && heads.last == "# sample 1796")
  }

  @Test("In realtime time goes by, and what is dropped is counted and printed")
  func realtime() throws {
    let lines = "0 1 9\n0 9 200\n200 20 255\n300\n"
    let text = try run(
      ["run", "--input", "-", "-o", "-", "--mode", "realtime", "--tick-microseconds", "500"], input: lines)
    #expect(text.status == 0 && text.errors.contains("; dropped "))
    let outcome = try run(
      ["run", "--input", "-", "-o", "r.npz", "--mode", "realtime", "--json"], input: "50 3 255\n60\n")
    let object = outcome.object
    #expect(object["mode"] as? String == "realtime" && object["ticks"] as? Int == 60)
    #expect((object["executed_ticks"] as? Int ?? 0) >= 61)
    #expect(object["dropped_in"] is Int && object["dropped_out"] is Int)
  }

  @Test(
    "Lines that are no spikes are refused with their number",
    arguments: [
      ("0 1 300\n", 1, "line 1: count"), ("0 1\n", 1, "line 1: a line is"), ("0 1 2\nx\n", 1, "line 2: tick"),
      ("3 1 1\n2 1 1\n", 2, "line 2: tick 2 is over"), ("0 64 1\n", 2, "line 1: input line 64"),
      ("0 5 1\n0 5 1", 2, "line 2: input lines ascend"), ("", 2, "no ticks"), ("4294967296 1 1\n", 1, "line 1: tick"),
    ])
  func badLines(input: String, status: Int32, words: String) throws {
    let outcome = try run(["run", "--input", "-", "-o", "out.npz"], input: input)
    #expect(outcome.status == status && outcome.errorLines.count == 1 && outcome.errors.contains(words))
    #expect(!folder.names.contains("out.npz"))
  }

  @Test("Options that contradict each other, and another image than the board's, are refused")
  func refusals() throws {
    let run = ["run", "--input", "samples.npz", "-o", "out.npz"]
    try expect(2, run + ["--tick-microseconds", "10"] + device, says: ["--mode realtime"], in: folder)
    try expect(
      2, ["run", "--input", "samples.npz", "-o", "-", "--json"] + device, says: ["standard output"], in: folder)
    try expect(9, run + ["other.snnimg"] + device, says: ["does not run other.snnimg"], in: folder)
    try expect(2, ["test", "net.snnimg", "--data", "digits", "--stream"], says: ["--on device"], in: folder)
    try expect(2, ["evaluate", "net.json", "--data", "digits", "--stream"], says: ["--on device"], in: folder)
  }

  @Test("A board that goes away in the middle is disconnected (7), Ctrl-C an interruption (130), and no file stays")
  func endings() throws {
    let arguments = ["run", "--input", "-", "-o", "out.npz"] + device
    let interrupted = try RunningProgram(arguments, in: folder)
    interrupted.write("0 1 1\n")
    usleep(500_000)
    interrupted.send(SIGINT)
    #expect(interrupted.wait().status == 130)
    // The board is free again.
    let unplugged = try RunningProgram(arguments, in: folder)
    unplugged.write("0 1 1\n")
    usleep(500_000)
    board.running.send(SIGKILL)
    let outcome = unplugged.wait()
    #expect(outcome.status == 7 && outcome.errorLines.count == 1 && outcome.errors.contains("went away"))
    #expect(!folder.names.contains("out.npz"))
  }

  @Test("test and evaluate give the same over streams as over runs")
  func overStreams() throws {
    let onDevice = ["--data", "digits", "--on", "device", "--json"] + device
    let test = try Program.run(["test", "net.snnimg", "--stream"] + onDevice, in: folder)
    #expect(test.status == 0 && test.object["mismatches"] as? Int == 0 && test.object["samples"] as? Int == 360)
    let streamed = try Program.run(["evaluate", "net.json", "--stream"] + onDevice, in: folder)
    let whole = try Program.run(["evaluate", "net.json"] + onDevice, in: folder)
    #expect(streamed.status == 0 && streamed.output == whole.output)
  }
}
