import FoundationEssentials
import Testing

/// A folder of recorded files, replayed one and all.
struct GoldenFolder {
  let name: String
  let path: String

  /// The folder of this name below `$SNNMAP_GOLDEN` when that is set, else the project's copy; `nil`, said
  /// aloud, when `$SNNMAP_GOLDEN` has no such folder.
  static func find(_ name: String) -> GoldenFolder? {
    if let outside = ProcessInfo.processInfo.environment["SNNMAP_GOLDEN"], !outside.isEmpty {
      let path = outside + "/" + name
      if FileManager.default.fileExists(atPath: path) { return GoldenFolder(name: name, path: path) }
      print("skipped: SNNMAP_GOLDEN has no folder \(name)")
      return nil
    }
    let here = String(describing: #filePath)
    let folder = here.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    // The recorded training steps belong to the suite of the gradients, which replays them whole.
    let copy = name == "gradients" ? "/../Gradients/Goldens" : "/Goldens/" + name
    return GoldenFolder(name: name, path: folder + copy)
  }

  /// The files that begin with `prefix`, sorted.
  func files(prefix: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { $0.hasPrefix(prefix) && !$0.hasPrefix(".") }.sorted()
  }

  /// Keys with underscores are read as camel-case names too where `fromSnakeCase` says so.
  func decode<T: Decodable>(_ type: T.Type, _ file: String, fromSnakeCase: Bool = false) throws -> T {
    let decoder = JSONDecoder()
    if fromSnakeCase { decoder.keyDecodingStrategy = .convertFromSnakeCase }
    return try decoder.decode(type, from: Data(contentsOf: URL(fileURLWithPath: path + "/" + file)))
  }

  /// Replays every file and checks that none was left out.
  func replayAll(prefix: String = "", _ replay: (String) throws -> Void) throws {
    let files = try files(prefix: prefix)
    var replayed = 0
    for file in files {
      do {
        try replay(file)
        replayed += 1
      } catch {
        Issue.record("\(name)/\(file): \(error)")
      }
    }
    print("replayed \(replayed) files of \(name)")
    #expect(replayed == files.count)
    #expect(replayed > 0)
  }
}

/// Why a file could not be replayed.
struct GoldenMismatch: Error, CustomStringConvertible {
  let description: String
}
