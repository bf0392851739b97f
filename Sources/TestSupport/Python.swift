import Foundation

/// The machine's python3 with numpy, where there is one.
public enum Python {
  public static let hasNumpy = (try? run("import numpy", [])) == 0

  /// Runs a script and returns its exit status.
  public static func run(_ script: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
