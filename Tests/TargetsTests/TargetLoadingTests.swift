import Foundation
import ShippedTargets
import Targets
import Testing

@Suite("Loading targets by name and path")
struct TargetLoadingTests {
  @Test("a misspelt name lists the shipped ones and the nearest")
  func misspeltName() {
    #expect(
      Self.error(of: "bord")
        == .unknownTarget(name: "bord", nearest: "board", shipped: ShippedTarget.names))
    #expect(
      Self.error(of: "zzzzzzzz")
        == .unknownTarget(name: "zzzzzzzz", nearest: nil, shipped: ShippedTarget.names))
    #expect(Self.error(of: "")?.description.contains("board-rack") == true)
  }

  @Test("a path that is not there, a folder, a pipe, a large file and binary bytes are refused, each in one line")
  func badFiles() throws {
    try Self.withFolder { folder in
      let missing = folder + "/missing.yaml"
      #expect(Self.error(of: missing) == .unreadable(path: missing, reason: "No such file or directory"))
      #expect(Self.error(of: folder) == .unreadable(path: folder, reason: "not a file"))

      let pipe = folder + "/pipe.yaml"
      #expect(mkfifo(pipe, 0o600) == 0)
      #expect(Self.error(of: pipe) == .unreadable(path: pipe, reason: "not a file"))

      let large = folder + "/large.yaml"
      try Data(count: TargetReader.maximumBytes + 1).write(to: URL(filePath: large))
      #expect(Self.error(of: large) == .tooLarge(file: large, limit: TargetReader.maximumBytes))

      let binary = folder + "/binary.yaml"
      try Data([0x6E, 0xFF, 0xFE]).write(to: URL(filePath: binary))
      #expect(Self.error(of: binary) == .unreadable(path: binary, reason: "not UTF-8 text"))

      let empty = folder + "/empty.yaml"
      try Data().write(to: URL(filePath: empty))
      #expect(Self.error(of: empty)?.description.hasPrefix("\(empty):1:1: key 'format' is missing") == true)
    }
  }

  @Test("a user's file extends a shipped target and changes what it states")
  func extending() throws {
    try Self.withFolder { folder in
      let path = folder + "/lab.yaml"
      let text = """
        format: 1
        extends: board
        name: lab-board
        budgets:
          routes_per_core: 2048
        topology:
          cores_x: 4
        """
      try Data(text.utf8).write(to: URL(filePath: path))
      let target = try Target.load(path)
      var expected = try Target.load("board")
      expected.name = "lab-board"
      expected.budgets.routesPerCore = 2048
      expected.topology.coresX = 4
      #expect(target == expected)
    }
  }

  @Test("a link can be taken away and given in full")
  func extendingLinks() throws {
    let reader = TargetReader.extendingShipped
    let bare = """
      format: 1
      extends: board
      name: bare
      emulation_only: true
      budgets: {slots: 0}
      link: none
      """
    #expect(try reader.read(bare, file: "bare").link == nil)

    let linked = """
      format: 1
      extends: sim
      name: linked
      link:
        window: 1
      """
    #expect(
      throws: TargetError.missingKey(
        TargetLocation(file: "linked", line: 5, column: 3), key: "link.usb_vendor", allowed: "a whole number 0 … 65535")
    ) { try reader.read(linked, file: "linked") }
  }

  @Test("a mistake against an inherited value is reported where the file can be changed")
  func inheritedContradiction() {
    let text = """
      format: 1
      extends: board
      name: large
      emulation_only: true
      """
    let error = TargetReaderTests.error(of: text)
    #expect(error?.description.contains("'link' cannot be there") == true, "\(String(describing: error))")
    #expect(error?.description.hasPrefix("my.yaml:1:1: ") == true)
  }

  @Test("extends takes a shipped name only, and the name is not inherited")
  func badExtends() {
    let unknown = TargetReaderTests.error(of: "format: 1\nextends: bord\nname: x\n")
    #expect(unknown?.description.hasPrefix("my.yaml:2:10: 'extends' cannot be bord; it takes one of board") == true)
    let nameless = TargetReaderTests.error(of: "format: 1\nextends: board\n")
    #expect(nameless?.description.hasPrefix("my.yaml:1:1: key 'name' is missing") == true)
  }

  private static func error(of nameOrPath: String) -> TargetError? {
    do throws(TargetError) {
      _ = try Target.load(nameOrPath)
      return nil
    } catch {
      return error
    }
  }

  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "targets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }
}
