import Foundation
import Glibc
import Testing

/// A USB bus with fake boards in a process of its own, and the program as users run it on a machine with that bus.
final class TestBus {
  static let preload = "libumockdev-preload.so.0"

  /// Whether umockdev is there. Where it is not, what needs it says so and is skipped.
  static let isPossible: Bool = {
    let folder = Folder()
    let changes = ["LD_PRELOAD": preload]
    guard let program = try? Program([Program.path("usb-fake-bus")], in: folder, environment: changes) else {
      return false
    }
    program.endInput()
    let outcome = program.wait()
    // Of a library that it cannot preload the system tells on standard error.
    return outcome.status == 0 && outcome.errors.isEmpty
  }()

  static let reason: Comment = "skipped: umockdev is not installed; on Debian: apt-get install umockdev"

  let folder: Folder
  private let process: Program
  private let place: String
  private var answers = 1

  /// A bus with nothing on it.
  init() throws {
    folder = try Fixture.folder()
    process = try Program(
      [Program.path("usb-fake-bus")], in: folder, environment: ["LD_PRELOAD": Self.preload])
    let process = process
    try #require(eventually { process.output.contains("\n") || !process.isRunning }, "\(process.errors)")
    place = String(try #require(process.output.split(separator: "\n").first, "\(process.errors)"))
  }

  deinit {
    process.endInput()
    if !eventually(2, { !process.isRunning }) { process.send(SIGKILL) }
    process.wait()
    try? FileManager.default.removeItem(atPath: place)
  }

  /// The size of a file.
  func size(_ name: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: folder.path(name))[.size] as? Int)
  }

  /// Has the bus do something; FakeBus.swift knows the commands.
  func tell(_ command: String, at location: SourceLocation = #_sourceLocation) throws {
    process.say(command)
    answers += 1
    try #require(
      eventually { process.output.split(separator: "\n").count >= answers }, "\(command): \(process.errors)",
      sourceLocation: location)
    try #require(
      process.output.split(separator: "\n")[answers - 1] == "ok", "\(command): \(process.output)",
      sourceLocation: location)
  }

  /// Plugs in a board, of high speed where nothing else is said.
  func plugIn(_ serial: String, at place: String, speed: Int = 480, target: String = "board") throws {
    try tell("board \(serial) \(place) \(target) \(speed)")
  }

  /// Kills a program, as a user's `kill -9` does, and lets the kernel close the board for it.
  func kill(_ program: Program, holding serial: String) throws {
    try tell("kill \(serial) \(program.identifier)")
    program.wait()
  }

  /// Starts `snnmap`.
  func start(_ arguments: [String], wrapper: [String] = []) throws -> Program {
    try Program(
      wrapper + [Program.path("snnmap")] + arguments, in: folder,
      environment: ["LD_PRELOAD": Self.preload, "UMOCKDEV_DIR": place])
  }

  /// Runs `snnmap` to its end.
  @discardableResult
  func run(_ arguments: String...) throws -> Program.Outcome { try start(arguments).wait() }

  /// Runs a command that must fail with this exit code, and one line on standard error that holds these words.
  func expect(
    _ status: Int32, _ arguments: String..., says words: [String], wrapper: [String] = [],
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try start(arguments, wrapper: wrapper).wait()
    let comment = Comment(rawValue: "snnmap \(arguments.joined(separator: " ")): \(outcome)")
    #expect(outcome.status == status && outcome.output.isEmpty, comment, sourceLocation: location)
    #expect(outcome.errors.hasPrefix("snnmap: "), comment, sourceLocation: location)
    #expect(outcome.errors.split(separator: "\n").count == 1, comment, sourceLocation: location)
    for word in words { #expect(outcome.errors.contains(word), comment, sourceLocation: location) }
  }

  /// Runs a command that must succeed.
  @discardableResult
  func succeed(_ arguments: String..., at location: SourceLocation = #_sourceLocation) throws -> Program.Outcome {
    let outcome = try start(arguments).wait()
    #expect(
      outcome.status == 0, "snnmap \(arguments.joined(separator: " ")): \(outcome)", sourceLocation: location)
    return outcome
  }
}

/// Images that all tests start from, made once.
struct Fixture {
  private let folder = Folder()
  /// One WRITE, and four of them: the window of the board's target.
  static let images = ["small.snnimg", "large.snnimg"]

  private static let shared: Result<Fixture, any Error> = Result { try Fixture() }

  private init() throws {
    // What is static is never destroyed.
    atexit { if case .success(let fixture) = Fixture.shared { fixture.folder.remove() } }
    for (name, layers) in [("small", "16"), ("large", "256,256,256")] {
      for arguments in [
        ["train", "--data", "digits", "--layers", layers, "--ticks", "4", "--epochs", "1", "-o", "\(name).json"],
        ["compile", "\(name).json", "-o", "\(name).snnimg"],
      ] {
        let outcome = try Program([Program.path("snnmap")] + arguments, in: folder).wait()
        try #require(outcome.status == 0, "\(outcome.errors)")
      }
    }
  }

  /// A folder of its own with the images.
  static func folder() throws -> Folder {
    let fixture = try shared.get()
    let folder = Folder()
    for name in images + ["small.json"] {
      try FileManager.default.copyItem(atPath: fixture.folder.path(name), toPath: folder.path(name))
    }
    return folder
  }
}
