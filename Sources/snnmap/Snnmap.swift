import ArgumentParser
import Glibc
import Images
import NetworkFiles

/// The root of all commands.
@main
struct Snnmap: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snnmap",
    abstract: "Train spiking networks, map them onto a board, flash it, and prove that it computes the same.",
    discussion: """
      A first tour, on data that come with the program:

        snnmap train --data digits --layers 128 --target board -o net.json
        snnmap compile net.json --target board -o net.snnimg
        snnmap test net.snnimg --data digits --min-accuracy 0.96

      Exit codes: 0 ok, 1 failure, 2 usage, 3 no device, 4 ambiguous device, 5 no access, 6 timeout,
      7 disconnected, 8 verification or comparison failed, 9 refused, 10 version, 11 does not fit,
      130 interrupted.
      """,
    version: ToolVersion.current,
    subcommands: [
      TrainCommand.self, EncodeCommand.self, EvaluateCommand.self, CompileCommand.self, InspectCommand.self,
      EmulateCommand.self, TestCommand.self, TargetsCommand.self, DevicesCommand.self, ServeCommand.self,
      FlashCommand.self, VerifyCommand.self, DemoCommand.self,
    ])

  static func main() {
    Interruption.install()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      Glibc.exit(report(error))
    }
  }

  /// Tells what went wrong and returns the exit code for it.
  private static func report(_ error: any Error) -> Int32 {
    let parserCode = exitCode(for: error)
    if parserCode == .success {
      // `--help`, `--version` and completion scripts arrive as errors.
      let text = fullMessage(for: error)
      if !text.isEmpty { try? Output.print(text) }
      return 0
    }
    if let code = error as? ExitCode { return code.rawValue }
    let status = ExitStatus(error)
    if parserCode == .validationFailure {
      let usage = fullMessage(for: error).split(separator: "\n").first { $0.contains("snnmap") }
      let command = usage.map(commandName) ?? "snnmap"
      Output.error("\(message(for: error)) (`\(command) --help` tells more)")
      return ExitStatus.usage.rawValue
    }
    Output.error(status.text(for: error))
    return status.rawValue
  }

  /// The command of a usage line: `Usage: snnmap train --data …` gives `snnmap train`.
  private static func commandName(_ usage: Substring) -> String {
    let words = usage.split(separator: " ").drop { $0 != "snnmap" }
    let name = words.prefix { !$0.hasPrefix("-") && !$0.hasPrefix("<") && !$0.hasPrefix("[") }
    return name.joined(separator: " ")
  }
}
