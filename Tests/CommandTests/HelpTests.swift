import Testing

@Suite struct HelpTests {
  static let commands = [
    "train", "quantize", "encode", "evaluate", "compile", "inspect", "emulate", "test", "targets", "devices", "serve",
    "flash", "verify", "confirm", "rollback", "reset", "stats", "keys", "sign", "conformance", "run", "demo",
  ]
  let folder = Folder()

  @Test("Every command has help with an example of itself, in lines of at most 80 columns", arguments: commands)
  func help(of command: String) throws {
    let outcome = try Program.run([command, "--help"], in: folder)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let examples = try #require(outcome.output.split(separator: "Examples:").dropFirst().first)
    #expect(examples.contains("\n  snnmap \(command)"))
    #expect(outcome.output.contains("USAGE: snnmap \(command)"))
    let long = outcome.output.split(separator: "\n").filter { $0.count > 80 }
    #expect(long.isEmpty)
  }

  @Test("The parts of keys have help of the same kind", arguments: ["generate", "list", "provision"])
  func keysHelp(of part: String) throws {
    let outcome = try Program.run(["keys", part, "--help"], in: folder)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let examples = try #require(outcome.output.split(separator: "Examples:").dropFirst().first)
    #expect(examples.contains("\n  snnmap keys \(part)"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("The program's own help names every command and exit code in lines of at most 80 columns")
  func rootHelp() throws {
    let outcome = try Program.run(["--help"], in: folder)
    #expect(outcome.status == 0)
    for command in Self.commands { #expect(outcome.output.contains("\n  \(command) ")) }
    for code in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 130] { #expect(outcome.output.contains(" \(code)  ")) }
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(try Program.run([], in: folder).output == outcome.output)
  }

  @Test("The version is one line, and alone")
  func version() throws {
    let outcome = try Program.run(["--version"], in: folder)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.output.split(separator: "\n").count == 1 && outcome.output.contains("."))
  }

  @Test("Completions are made for each shell and know every command", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let outcome = try Program.run(["--generate-completion-script", shell], in: folder)
    #expect(outcome.status == 0)
    for command in Self.commands { #expect(outcome.output.contains(command)) }
  }
}
