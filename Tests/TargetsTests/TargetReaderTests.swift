import ShippedTargets
import Targets
import Testing

/// A mistake put into the file of a shipped target, and what must be said about it.
struct Mistake: Sendable, CustomTestStringConvertible {
  let name: String
  /// The line to find, without its indentation, and what stands there instead; nil takes the line out.
  let line: String
  let replacement: String?
  /// How the message must begin and what else it must hold. The place is that of `line` in the file.
  let column: Int
  let message: [String]
  /// Lines between the replaced one and the place of the error.
  var offset = 0

  var testDescription: String { name }
}

@Suite("Mistakes in target files")
struct TargetReaderTests {
  static let mistakes: [Mistake] = [
    Mistake(
      name: "a misspelt key", line: "neurons_per_core: 256", replacement: "neuron_per_core: 256", column: 3,
      message: ["unknown key 'budgets.neuron_per_core'", "did you mean 'neurons_per_core'?"]),
    Mistake(
      name: "a misspelt section", line: "topology:", replacement: "toplogy:", column: 1,
      message: ["unknown key 'toplogy'", "did you mean 'topology'?"]),
    Mistake(
      name: "an unknown key", line: "slots: 4", replacement: "slots: 4\n  colour: red", column: 3,
      message: ["unknown key 'budgets.colour'", "allowed here: neurons_per_core"], offset: 1),
    Mistake(
      name: "a key twice", line: "slots: 4", replacement: "slots: 4\n  slots: 5", column: 3,
      message: ["key 'slots' stands twice", "first in line"], offset: 1),
    Mistake(
      name: "a word for a number", line: "slots: 4", replacement: "slots: four", column: 10,
      message: ["'budgets.slots' is 'four'", "a whole number 0 … 4"]),
    Mistake(
      name: "a quoted number", line: "slots: 4", replacement: "slots: \"4\"", column: 10,
      message: ["'budgets.slots' is '4'"]),
    Mistake(
      name: "a fraction", line: "membrane_bits: 16", replacement: "membrane_bits: 16.5", column: 18,
      message: ["'arithmetic.membrane_bits' is '16.5'", "8 … 32"]),
    Mistake(
      name: "a number beyond 64 bits", line: "slots: 4", replacement: "slots: 99999999999999999999", column: 10,
      message: ["'budgets.slots' is '99999999999999999999'"]),
    Mistake(
      name: "the number that stands for unlimited", line: "slots: 4", replacement: "slots: 9223372036854775807",
      column: 10, message: ["'budgets.slots' is '9223372036854775807'"]),
    Mistake(
      name: "nothing behind a key", line: "slots: 4", replacement: "slots:", column: 9,
      message: ["'budgets.slots' is empty"]),
    Mistake(
      name: "a list for a number", line: "slots: 4", replacement: "slots: [4]", column: 10,
      message: ["'budgets.slots'", "a whole number"]),
    Mistake(
      name: "a mapping for a number", line: "slots: 4", replacement: "slots: {a: 4}", column: 10,
      message: ["'budgets.slots' is a mapping of keys"]),
    Mistake(
      name: "a number out of range", line: "membrane_bits: 16", replacement: "membrane_bits: 33", column: 18,
      message: ["'arithmetic.membrane_bits' cannot be 33", "8 … 32"]),
    Mistake(
      name: "a negative number", line: "slots: 4", replacement: "slots: -1", column: 10,
      message: ["'budgets.slots' cannot be -1"]),
    Mistake(
      name: "a width that is none", line: "weight_bits: [8, 4, 2]", replacement: "weight_bits: [8, 5]", column: 20,
      message: ["'arithmetic.weight_bits' cannot be 5", "8, 4, 2"]),
    Mistake(
      name: "widths in another order", line: "weight_bits: [8, 4, 2]", replacement: "weight_bits: [4, 8]",
      column: 16, message: ["'arithmetic.weight_bits' cannot be [4, 8]", "in this order"]),
    Mistake(
      name: "an empty list", line: "weight_bits: [8, 4, 2]", replacement: "weight_bits: []", column: 16,
      message: ["'arithmetic.weight_bits' cannot be []"]),
    Mistake(
      name: "a reset that is none", line: "resets: [subtractBeforeLeak, subtractAfterLeak, zero]",
      replacement: "resets: [subtractBeforeLeak, reset]", column: 32,
      message: ["'arithmetic.resets' cannot be reset", "subtractAfterLeak"]),
    Mistake(
      name: "a reset twice", line: "resets: [subtractBeforeLeak, subtractAfterLeak, zero]",
      replacement: "resets: [zero, zero]", column: 11, message: ["'arithmetic.resets' cannot be [zero, zero]"]),
    Mistake(
      name: "a word for a list", line: "compares: [atLeast, above]", replacement: "compares: atLeast", column: 13,
      message: ["'arithmetic.compares' is 'atLeast'", "a list"]),
    Mistake(
      name: "delays the wrong way round", line: "delays: [1, 15]", replacement: "delays: [15, 1]", column: 11,
      message: ["'arithmetic.delays' cannot be [15, 1]", "[least, greatest]"]),
    Mistake(
      name: "a delay that the ring does not hold", line: "delays: [1, 15]", replacement: "delays: [1, 17]",
      column: 15, message: ["'arithmetic.delays' cannot be 17", "1 … 16"]),
    Mistake(
      name: "three delays", line: "delays: [1, 15]", replacement: "delays: [1, 2, 3]", column: 11,
      message: ["'arithmetic.delays' cannot be [1, 2, 3]"]),
    Mistake(
      name: "a flag that is none", line: "emulation_only: false", replacement: "emulation_only: no", column: 17,
      message: ["'emulation_only' is 'no'", "true or false"]),
    Mistake(
      name: "a name with a space", line: "name: board", replacement: "name: my board", column: 7,
      message: ["'name' cannot be my board", "lower-case letters"]),
    Mistake(
      name: "a summary of two lines", line: "family: mesh", replacement: "family: \"me\\nsh\"", column: 9,
      message: ["'family' cannot be me sh"]),
    Mistake(
      name: "too many neurons for the compact layout", line: "neurons_per_core: 256",
      replacement: "neurons_per_core: 257", column: 21,
      message: ["'budgets.neurons_per_core' cannot be 257", "at most 256", "layout: wide"]),
    Mistake(
      name: "an accumulator narrower than the membrane needs", line: "membrane_bits: 16",
      replacement: "membrane_bits: 32", column: 21,
      message: ["'arithmetic.accumulator_bits' cannot be 32", "accumulator of 64"], offset: 1),
    Mistake(
      name: "a board without limits", line: "routes_per_core: 4096", replacement: "routes_per_core: unlimited",
      column: 20, message: ["'budgets.routes_per_core' cannot be unlimited", "emulation_only"]),
    Mistake(
      name: "a board without slots", line: "slots: 4", replacement: "slots: 0", column: 10,
      message: ["'budgets.slots' cannot be 0", "needs a slot"]),
    Mistake(
      name: "more cores than an image numbers", line: "cores_x: 8", replacement: "cores_x: 60000", column: 12,
      message: ["'topology.cores_x' cannot be 60000", "480000 cores"]),
    Mistake(
      name: "another format", line: "format: 1", replacement: "format: 2", column: 9,
      message: ["'format' cannot be 2", "it takes 1"]),
    Mistake(
      name: "an anchor", line: "slots: 4", replacement: "slots: &four 4", column: 10, message: ["an anchor", "&f"]),
    Mistake(name: "an alias", line: "slots: 4", replacement: "slots: *four", column: 10, message: ["an alias"]),
    Mistake(name: "a tag", line: "slots: 4", replacement: "slots: !!int 4", column: 10, message: ["a tag"]),
    Mistake(
      name: "a tab for indentation", line: "slots: 4", replacement: "slots: 4\n\tinputs: 3", column: 1,
      message: ["not valid YAML"], offset: 1),
    Mistake(
      name: "a bracket left open", line: "delays: [1, 15]", replacement: "delays: [1, 15", column: 15,
      message: ["not valid YAML"], offset: 1),
    Mistake(
      name: "a second document", line: "slots: 4", replacement: "slots: 4\n---\nname: x", column: 1,
      message: ["a second document", "a file of its own"], offset: 1),
  ]

  @Test("every mistake is reported with its line, its column, the key and what is allowed", arguments: mistakes)
  func mistakesHavePlaces(_ mistake: Mistake) throws {
    let (text, line) = try Self.board(with: mistake)
    let error = try #require(Self.error(of: text))
    let description = error.description
    #expect(
      description.hasPrefix("my.yaml:\(line + mistake.offset):\(mistake.column): "), "\(description), line \(line)")
    for part in mistake.message { #expect(description.contains(part), "\(description)") }
    #expect(!description.contains("\n"))
  }

  @Test("a key that is left out is named, with what it takes", arguments: TargetReaderTests.boardKeys)
  func missingKeys(_ line: String) throws {
    let mistake = Mistake(name: "", line: line, replacement: nil, column: 0, message: [])
    let (text, _) = try Self.board(with: mistake)
    let error = try #require(Self.error(of: text))
    guard case .missingKey(let place, let key, let allowed) = error else {
      Issue.record("\(error)")
      return
    }
    let word = try #require(line.split(separator: ":").first)
    #expect(key == word || key.hasSuffix(".\(word)"))
    #expect(place.line > 0)
    #expect(!allowed.isEmpty)
  }

  /// The lines of the reference board's file that hold a key with its value.
  static let boardKeys: [String] = (ShippedTarget.yamlText("board") ?? "").split(separator: "\n")
    .map { $0.drop { $0 == " " } }
    .filter { !$0.hasPrefix("#") && $0.contains(": ") }
    .map(String.init)

  @Test("a file of 50 keys was looked at")
  func keysAreThere() {
    #expect(Self.boardKeys.count == 53)
  }

  @Test(
    "a text that is no mapping is refused", arguments: ["board", "[1, 2]", "\u{1}", "", "# nothing", "- a: 1", "1"])
  func noMapping(_ text: String) {
    let error = Self.error(of: text)
    #expect(error?.description.hasPrefix("my.yaml:1:") == true, "\(String(describing: error))")
  }

  @Test("deep nesting and long lists are refused without harm")
  func deepNesting() {
    for text in [
      String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
      String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
      "name: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
      "budgets: [" + String(repeating: "1, ", count: 80_000) + "1]",
    ] {
      #expect(Self.error(of: text) != nil)
    }
    #expect(
      Self.error(of: String(repeating: " ", count: TargetReader.maximumBytes + 1))
        == .tooLarge(file: "my.yaml", limit: TargetReader.maximumBytes))
  }

  @Test("aliases that would spell a billion nodes are refused before they are followed")
  func aliasBomb() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    guard case .unsupported(let place, _, _) = Self.error(of: text) else {
      Issue.record("an alias bomb was not refused")
      return
    }
    #expect(place == TargetLocation(file: "my.yaml", line: 1, column: 5))
  }

  @Test("Windows line ends and a byte-order mark change nothing")
  func lineEnds() throws {
    let text = try #require(ShippedTarget.yamlText("board"))
    let windows = "\u{FEFF}" + text.replacing("\n", with: "\r\n")
    #expect(try TargetReader().read(windows, file: "windows") == Target.load("board"))
    let twice = windows.replacing("  slots: 4\r\n", with: "  slots: 4\r\n  slots: 4\r\n")
    guard case .duplicateKey(let place, "slots", let firstLine) = Self.error(of: twice) else {
      Issue.record("a key that stands twice was not found")
      return
    }
    #expect(place.line == firstLine + 1)
  }

  static func error(of text: String) -> TargetError? {
    do throws(TargetError) {
      _ = try TargetReader.extendingShipped.read(text, file: "my.yaml")
      return nil
    } catch {
      return error
    }
  }

  /// The reference board's file with a mistake, and the line where it stands.
  static func board(with mistake: Mistake) throws -> (text: String, line: Int) {
    let board = try #require(ShippedTarget.yamlText("board"))
    var lines = board.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let index = try #require(
      lines.firstIndex { $0.drop { $0 == " " } == mistake.line }
        ?? lines.firstIndex { $0.drop { $0 == " " }.hasPrefix(mistake.line + " ") },
      "no line '\(mistake.line)'")
    let indent = String(lines[index].prefix { $0 == " " })
    if let replacement = mistake.replacement {
      lines[index] = indent + replacement
    } else {
      lines.remove(at: index)
    }
    return (lines.joined(separator: "\n"), index + 1)
  }
}
