import Testing

/// Runs a command that must fail with this exit code and one line on standard error that holds these words, and
/// that must print nothing else and leave the folder as it was.
func expect(
  _ status: Int32, _ arguments: [String], says words: [String] = [], in folder: Folder,
  at location: SourceLocation = #_sourceLocation
) throws {
  let before = folder.names
  let outcome = try Program.run(arguments, in: folder)
  let command = Comment(rawValue: "snnmap \(arguments.joined(separator: " ")): \(outcome.errors)")
  #expect(outcome.status == status, command, sourceLocation: location)
  #expect(outcome.output.isEmpty, command, sourceLocation: location)
  #expect(outcome.errors.hasPrefix("snnmap: "), command, sourceLocation: location)
  #expect(outcome.errorLines.count == 1, command, sourceLocation: location)
  for word in words { #expect(outcome.errors.contains(word), command, sourceLocation: location) }
  #expect(folder.names == before, command, sourceLocation: location)
}
