import ArgumentParser
import Glibc
import Images
import Targets

/// The root of all commands.
@main
struct Snnmap: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snnmap",
    abstract: "Train spiking networks, map them onto a board, flash it, and prove that it computes the same.",
    usage: "snnmap <command> [<options>]",
    discussion: """
      A first tour, on data that come with the program:

        snnmap train --data digits -o net.json
        snnmap compile net.json -o net.snnimg
        snnmap test net.snnimg --data digits --min-accuracy 0.96
        snnmap demo

      Exit codes:

        0  all went well                     6  the board does not answer
        1  failure                           7  the board went away
        2  usage                             8  bytes or spikes differ
        3  no board                          9  refused
        4  several boards, none named       10  another version
        5  no access to the board           11  the network does not fit
                                           130  interrupted
      """,
    version: ToolVersion.current,
    subcommands: [DemoCommand.self],
    groupedSubcommands: [
      CommandGroup(
        name: "Network",
        subcommands: [TrainCommand.self, QuantizeCommand.self, EncodeCommand.self, EvaluateCommand.self]),
      CommandGroup(
        name: "Image",
        subcommands: [CompileCommand.self, InspectCommand.self, EmulateCommand.self, TestCommand.self]),
      CommandGroup(name: "Signature", subcommands: [KeysCommand.self, SignCommand.self]),
      CommandGroup(
        name: "Board",
        subcommands: [
          TargetsCommand.self, DevicesCommand.self, ServeCommand.self, FlashCommand.self, VerifyCommand.self,
          RunCommand.self,
          ConfirmCommand.self, RollbackCommand.self, ResetCommand.self, StatsCommand.self, ConformanceCommand.self,
        ]),
    ])

  static func main() {
    // A reader that goes away, such as `head`, is reported as an error of the write.
    signal(SIGPIPE, SIG_IGN)
    Interruption.unblockSignals()
    Output.occupyStandardFiles()
    do {
      var command = try parseAsRoot()
      // A virtual board ends in its own way.
      if !(command is ServeCommand) { Interruption.install() }
      try command.run()
      Interruption.yieldToInterruption()
    } catch {
      Interruption.yieldToInterruption()
      Glibc.exit(report(error))
    }
  }

  /// Tells what went wrong and returns the exit code for it.
  private static func report(_ error: any Error) -> Int32 {
    let parserCode = exitCode(for: error)
    if parserCode == .success {
      // `--help`, `--version` and completion scripts arrive as errors.
      return printed(fullMessage(for: error))
    }
    if parserCode == .validationFailure {
      Output.error("\(usageMessage(for: error)) (`\(commandName) --help` tells more)")
      return ExitStatus.usage.rawValue
    }
    let status = ExitStatus(error)
    Output.error(status.text(for: error))
    return status.rawValue
  }

  private static func printed(_ text: String) -> Int32 {
    do {
      if !text.isEmpty { try Output.print(text) }
      return 0
    } catch {
      Output.error("\(error)")
      return ExitStatus.failure.rawValue
    }
  }

  /// One line about a command line that cannot be understood.
  private static func usageMessage(for error: any Error) -> String {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !names.contains(word), word != "help" {
      let advice = Spelling.nearest(to: word, among: names).map { "; did you mean '\($0)'?" }
      return "there is no command '\(word)'" + (advice ?? ": the commands are \(names.joined(separator: ", "))")
    }
    let line = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
    // The parser's own messages begin as sentences; the others are not.
    return line.prefix(1).lowercased() + line.dropFirst()
  }

  /// The command that was asked for: `snnmap train`, or `snnmap` alone.
  private static var commandName: String {
    guard let word = CommandLine.arguments.dropFirst().first,
      configuration.subcommands.contains(where: { $0.configuration.commandName == word })
    else { return "snnmap" }
    return "snnmap \(word)"
  }
}
