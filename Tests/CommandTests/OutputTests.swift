import Foundation
import Testing

@Suite struct OutputTests {
  @Test("An output that cannot be written is told before the work, and nothing is left beside it")
  func unwritable() throws {
    let folder = try Fixture.folder()
    // Much longer than the test waits, were the output not tried first.
    let train = ["train", "--data", "digits", "--epochs", "1000000", "-o"]
    for (path, reason) in [
      ("/nothing/x.json", "No such file"), ("/proc/x.json", "cannot be written"), (".", "it is a folder"),
      ("net.json/x.json", "Not a directory"), ("/dev/full", "not a regular file"), ("", "the name is empty"),
    ] {
      try expect(1, train + [path], says: [path, reason], in: folder)
      try expect(1, ["compile", "net.json", "-o", path], says: [path, reason], in: folder)
      try expect(1, ["emulate", "net.snnimg", "--input", "samples.npz", "-o", path], says: [path, reason], in: folder)
      try expect(1, ["encode", "--data", "digits", "-o", path], says: [path, reason], in: folder)
      try expect(1, ["test", "net.snnimg", "--data", "digits", "--junit", path], says: [path, reason], in: folder)
    }
  }

  @Test("A full standard output is an error of one line")
  func fullOutput() throws {
    let folder = try Fixture.folder()
    for arguments in [
      ["--help"], ["targets"], ["inspect", "net.snnimg"], ["evaluate", "net.json", "--data", "digits"],
    ] {
      let outcome = try Program.run(arguments, in: folder, output: "/dev/full")
      #expect(outcome.status == 1 && outcome.errorLines.count == 1)
      #expect(outcome.errors.hasPrefix("snnmap: standard output cannot be written: "))
    }
  }

  @Test("Ctrl-C while a large file is written leaves no part of it")
  func interruptedWrite() throws {
    let folder = Folder()
    let running = try RunningProgram(
      ["encode", "--data", "digits", "--ticks", "60000", "-o", "samples.npz"], in: folder)
    let deadline = ContinuousClock.now + .seconds(10)
    while folder.names.isEmpty && ContinuousClock.now < deadline { usleep(2_000) }
    #expect(folder.names.count == 1)
    running.send(SIGINT)
    let outcome = running.wait()
    #expect(outcome.status == 130 && outcome.errors == "snnmap: interrupted\n")
    #expect(folder.names.isEmpty)
  }

  @Test("Ctrl-C in the demo ends its board and removes its folder")
  func interruptedDemo() throws {
    let folder = Folder()
    let running = try RunningProgram(["demo", "--epochs", "1", "--layers", "64"], in: folder)
    // The board's socket stands in the demo's folder, in TMPDIR.
    func socket() -> String? {
      folder.names.first.map { folder.path($0) + "/board.sock" }.flatMap {
        FileManager.default.fileExists(atPath: $0) ? $0 : nil
      }
    }
    let deadline = ContinuousClock.now + .seconds(20)
    while socket() == nil && running.isRunning && ContinuousClock.now < deadline { usleep(1_000) }
    let path = try #require(socket())
    running.send(SIGINT)
    let outcome = running.wait()
    #expect(outcome.status == 130 && outcome.errors == "snnmap: interrupted\n")
    #expect(folder.names.isEmpty)
    let boards = try commandLines().filter { $0.contains(path) }
    #expect(boards.isEmpty)
  }

  /// The command lines of all running programs that may be read.
  private func commandLines() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }.compactMap {
      (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\($0)/cmdline"))).map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
