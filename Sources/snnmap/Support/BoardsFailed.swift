/// Some of several boards failed; what each said stands in the table.
struct BoardsFailed: Error, CustomStringConvertible {
  let failed: Int
  let total: Int
  /// The greatest of the boards' exit codes.
  let status: ExitStatus

  var description: String {
    "\(failed) of \(total) boards failed: see the table, and repeat the command for them with --device"
  }
}
