import Foundation
import NetworkFiles
import Networks
import TestSupport
import Testing

@Suite struct NetworkFileErrorTests {
  static let sound = """
    {"format": "snnmap-network", "version": 1, "inputs": 2, "ticks": 4,
     "populations": [
      {"name": "a", "size": 2, "threshold": [1, 2]},
      {"name": "b", "size": 1, "threshold": 1, "leak": {"rule": "floor", "shift": 3}}],
     "projections": [
      {"from": "input", "to": "a", "delay": 0, "weights": [[1, 2], [3, 4]]},
      {"from": "a", "to": "b", "delay": 1, "type": "sparse", "synapses": [[0, 0, 5], [1, 0, -5]]}],
     "outputs": [{"population": "b", "shift": 1}]}
    """

  @Test("the sound document is read")
  func soundDocument() throws {
    let folder = try TemporaryFolder()
    let document = try NetworkFile.read(try folder.write("net.json", Array(Self.sound.utf8)))
    #expect(document.network.projections.map(\.name) == ["input to a", "a to b"])
    #expect(document.network.outputs[0].neurons == 0..<1)
  }

  @Test(
    "each mistake is named with line, field and value",
    arguments: [
      (
        "[[1, 2], [3, 4]]", "[[1, 2], [3, NaN]]",
        "projections[0].weights[1][1] is NaN; it must be a finite whole number"
      ),
      ("[[1, 2], [3, 4]]", "[[1, 2], [3, -Infinity]]", "projections[0].weights[1][1] is -Infinity"),
      (
        "[[1, 2], [3, 4]]", "[[1, 2], [3, 0.5]]",
        "projections[0].weights[1][1] is 0.5; it must be a whole number (quantise first)"
      ),
      (
        "[[1, 2], [3, 4]]", "[[1, 2], [3, 1e10]]",
        "projections[0].weights[1][1] is 10000000000; it must be -2147483648 to 2147483647"
      ),
      (
        "[[1, 2], [3, 4]]", "[[1, 2], [3]]",
        "projections[0].weights[1] has 1 entries; 2 are needed (one for each target)"
      ),
      ("[[1, 2], [3, 4]]", "[[1, 2]]", "projections[0].weights has 1 entries; 2 are needed (one for each source)"),
      ("[[1, 2], [3, 4]]", "[[1, 2], 3]", "projections[0].weights[1] is a whole number; it must be an array of 2"),
      ("[[1, 2], [3, 4]]", "{\"tensor\": \"w\"}", "refers to tensor \"w\", but the document names no sidecar"),
      ("[1, 2]}", "[1, 2, 3]}", "populations[0].threshold has 3 entries; 2 are needed (one for each neuron)"),
      ("\"ticks\": 4", "\"ticks\": 65536", "net.json:1: ticks is 65536; it must be 1 to 65535"),
      ("\"ticks\": 4", "\"ticks\": \"4\"", "ticks is a string; it must be a whole number"),
      ("\"ticks\": 4", "\"tick\": 4", "tick is not known; the keys here are classes, coding,"),
      ("\"ticks\": 4,", "", "ticks is missing"),
      ("\"version\": 1", "\"version\": 2", "version is 2; this program reads version 1"),
      ("snnmap-network", "other", "format is not \"snnmap-network\""),
      ("\"to\": \"a\"", "\"to\": \"c\"", "projections[0].to is \"c\"; it must be one of a, b"),
      ("\"name\": \"b\"", "\"name\": \"a\"", "populations[1].name is \"a\", which occurs twice"),
      ("\"name\": \"b\"", "\"name\": \"input\"", "populations[1].name is \"input\", which means the input lines"),
      ("\"shift\": 3", "\"shift\": 32", "populations[1].leak.shift is 32; it must be 0 to 31"),
      ("\"rule\": \"floor\"", "\"rule\": \"linear\"", "populations[1].leak.shift is not known"),
      ("\"floor\"", "\"ceiling\"", "populations[1].leak.rule is \"ceiling\"; it must be one of none, floor,"),
      ("[1, 0, -5]", "[2, 0, -5]", "projections[1].synapses[1][0] is 2; it must be 0 to 1"),
      ("[1, 0, -5]", "[1, 0]", "projections[1].synapses[1] has 2 entries; source, target and weight are needed"),
      ("\"delay\": 1", "\"delay\": 0", "delay is 0; the least is 1"),
      ("\"type\": \"sparse\"", "\"type\": \"dense\"", "projections[1].synapses is not known"),
      ("\"shift\": 1}", "\"shift\": 1, \"count\": 2}", "outputs[0].count is 2; it must be 1 to 1"),
      ("\"threshold\": 1,", "\"threshold\": 0,", "threshold is 0; it must be at least 1"),
      ("\"inputs\": 2,", "\"inputs\": 2, \"classes\": [\"x\", \"y\"],", "there are 2 class names for 1 outputs"),
      ("\"inputs\": 2,", "\"inputs\": 2 ", "not JSON: expected \",\" or \"}\" after a member"),
      ("\"inputs\": 2,", "\"inputs\": 2, \"coding\": {\"kind\": \"rate\"},", "coding.maximum is missing"),
      (
        "\"inputs\": 2,", "\"inputs\": 2, \"coding\": {\"kind\": \"rate\", \"maximum\": 9, \"levels\": 2},", "one level"
      ),
      (
        "\"inputs\": 2,", "\"inputs\": 2, \"target\": {\"name\": \"board\", \"sha256\": \"AB\"},",
        "64 lower-case hexadecimal"
      ),
      (
        "\"inputs\": 2,", "\"inputs\": 2, \"sidecar\": {\"file\": \"../x\"},", "sidecar.file must be the name of a file"
      ),
      ("\"inputs\": 2,", "\"inputs\": 2, \"sidecar\": {\"file\": \"absent\"},", "absent: cannot be read: No such file"),
    ])
  func mistakes(_ text: String, _ replacement: String, _ words: String) throws {
    let folder = try TemporaryFolder()
    let range = try #require(Self.sound.range(of: text))
    let changed = Self.sound.replacingCharacters(in: range, with: replacement)
    let path = try folder.write("net.json", Array(changed.utf8))
    let error = #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
  }

  @Test("names with line breaks do not break the line of an error")
  func oneLine() throws {
    let folder = try TemporaryFolder()
    for (text, replacement) in [
      ("\"name\": \"b\"", "\"name\": \"b\\nc\""), ("\"population\": \"b\"", "\"population\": \"b\\nc\""),
      ("\"threshold\": 1,", "\"threshold\": 0, \"x\\ny\": 1,"),
    ] {
      let changed = Self.sound.replacingOccurrences(of: text, with: replacement)
      let path = try folder.write("net.json", Array(changed.utf8))
      let error = #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path) }
      #expect(error?.description.contains("\n") == false)
    }
    let both = Self.sound.replacingOccurrences(of: "\"b\"", with: "\"b\\nc\"").replacingOccurrences(
      of: "\"threshold\": 1,", with: "\"threshold\": 0,")
    let path = try folder.write("net.json", Array(both.utf8))
    let error = #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path) }
    #expect(error?.description.contains("b\\nc") == true && error?.description.contains("\n") == false)
  }

  @Test(
    "names with control characters are refused by their field, in reading and in writing",
    arguments: [
      ("\"name\": \"b\"", "\"name\": \"b\\u001b[2J\"", "populations[1].name is \"b\\u{1B}[2J\"; a name must not have"),
      ("\"delay\": 0,", "\"delay\": 0, \"name\": \"\\t\",", "projections[0].name is \"\\t\""),
      ("\"shift\": 1}", "\"shift\": 1, \"name\": \"\u{7F}\"}", "outputs[0].name is \"\\u{7F}\""),
      ("\"inputs\": 2,", "\"inputs\": 2, \"classes\": [\"a\\r\"],", "classes[0] is \"a\\r\""),
      ("\"inputs\": 2,", "\"inputs\": 2, \"name\": \"a\\nb\",", "net.json:1: name is \"a\\nb\""),
      (
        "\"inputs\": 2,", "\"inputs\": 2, \"target\": {\"name\": \"\\n\", \"sha256\": \"\"},",
        "target.name is \"\\n\""
      ),
      (
        "\"inputs\": 2,", "\"inputs\": 2, \"sidecar\": {\"file\": \"a\\nb\"},", "a\\nb: cannot be read: No such file"
      ),
      ("\"inputs\": 2,", "\"in\\nputs\": 2, \"in\\nputs\": 2,", "the key \"in\\nputs\" occurs twice"),
    ])
  func controlCharacters(_ text: String, _ replacement: String, _ words: String) throws {
    try mistakes(text, replacement, words)
  }

  @Test("a document with control characters in a name is not written")
  func hostileNames() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.json")
    var sound = layeredDocument(weight: 1)
    sound.classNames = ["no", "yes"]
    sound.target = TargetReference(name: "board", sha256: String(repeating: "0", count: 64))
    let changes: [(inout NetworkDocument) -> Void] = [
      { $0.network.name = "a\n" }, { $0.network.populations[0].name = "a\n" },
      { $0.network.projections[0].name = "a\n" }, { $0.network.outputs[0].name = "a\n" },
      { $0.classNames[1] = "a\n" }, { $0.target?.name = "a\n" },
    ]
    for change in changes {
      var document = sound
      change(&document)
      let error = #expect(throws: NetworkFilesError.self) { try NetworkFile.write(document, to: path) }
      #expect(error?.description.contains("name \"a\\n\" has control characters") == true)
    }
    #expect(folder.names.isEmpty)
    #expect(throws: Never.self) { try NetworkFile.write(sound, to: path) }
  }

  @Test("lines are counted")
  func lines() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("net.json", Array(Self.sound.replacingOccurrences(of: "-5]", with: "-5.5]").utf8))
    let error = #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path) }
    #expect(
      error?.description
        == "\(path):7: projections[1].synapses[1][2] is -5.5; it must be a whole number (quantise first)")
  }

  @Test("a float tensor and one of another shape are refused")
  func tensors() throws {
    let folder = try TemporaryFolder()
    let referring = Self.sound.replacingOccurrences(of: "[[1, 2], [3, 4]]", with: "{\"tensor\": \"w\"}")
      .replacingOccurrences(of: "\"inputs\": 2,", with: "\"inputs\": 2, \"sidecar\": {\"file\": \"s\"},")
    let path = try folder.write("net.json", Array(referring.utf8))
    func sidecar(_ header: String, bytes: Int) throws {
      let text = Array(header.utf8)
      try folder.write("s", [UInt8(text.count), 0, 0, 0, 0, 0, 0, 0] + text + [UInt8](repeating: 0, count: bytes))
    }
    try sidecar(#"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#, bytes: 16)
    var error = #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path) }
    #expect(error?.description.contains("of type F32; I8, I16 or I32 is needed") == true)
    try sidecar(#"{"w":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}}"#, bytes: 4)
    error = #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path) }
    #expect(error?.description.contains("of shape [4]; [2, 2] is needed") == true)
    try sidecar(#"{"v":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}}"#, bytes: 4)
    error = #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path) }
    #expect(error?.description.contains("does not hold") == true)
    try sidecar(#"{"w":{"dtype":"I8","shape":[2,2],"data_offsets":[0,4]}}"#, bytes: 4)
    #expect(throws: Never.self) { try NetworkFile.read(path) }
  }
}
