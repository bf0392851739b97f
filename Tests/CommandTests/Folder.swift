import Foundation
import Glibc
import NetworkFiles

/// A folder of its own for a test, removed with the object.
final class Folder: Sendable {
  let path: String

  init() {
    // Short: a socket's path has no room for more than 107 bytes.
    path = "/tmp/snnmap-command-\(UUID().uuidString.prefix(8))"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { remove() }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

  func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// The names of all files, hidden ones too, but those of runs that are not yet over.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { !$0.hasPrefix(".run-") }.sorted()
  }

  func copy(_ name: String, to other: String) throws {
    try FileManager.default.copyItem(atPath: path(name), toPath: path(other))
  }

  func copy(_ name: String, from other: Folder) throws {
    try FileManager.default.copyItem(atPath: other.path(name), toPath: path(name))
  }
}

/// What many tests start from, made once: a small network, its image, and another network with its image.
struct Fixture {
  let folder = Folder()

  static let shared: Result<Fixture, any Error> = Result { try Fixture() }

  private init() throws {
    // What is static is never destroyed.
    atexit { if case .success(let fixture) = Fixture.shared { fixture.folder.remove() } }
    for (name, seed) in [("net", "1"), ("other", "2")] {
      try Program.run(
        [
          "train", "--data", "digits", "--layers", "16", "--ticks", "4", "--epochs", "2", "--seed", seed, "-o",
          "\(name).json",
        ], in: folder)
      try Program.run(["compile", "\(name).json", "-o", "\(name).snnimg"], in: folder)
    }
    try Program.run(["encode", "--data", "digits", "--network", "net.json", "-o", "samples.npz"], in: folder)
  }

  /// A folder of its own with the network, the images and the samples.
  static func folder() throws -> Folder {
    let fixture = try shared.get()
    let folder = Folder()
    for name in ["net.json", "net.snnimg", "other.json", "other.snnimg", "samples.npz"] {
      try folder.copy(name, from: fixture.folder)
    }
    return folder
  }
}
