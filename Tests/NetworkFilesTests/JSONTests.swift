import NetworkFiles
import TestSupport
import Testing

@Suite struct JSONTests {
  private func parse(_ text: String) throws -> JSONValue {
    try Array(text.utf8).withUnsafeBytes { try JSONParser.parse($0) }
  }

  @Test("values of every kind are read with their place")
  func kinds() throws {
    let value = try parse(#" {"a": [1, -2.5e1, true, null, "x\né😀"], "b": -9223372036854775808, "c": NaN}"#)
    let list = try #require(value["a"])
    guard case .array(let elements) = list.content else {
      Issue.record("not an array")
      return
    }
    #expect(
      elements.map(\.content) == [.integer(1), .fraction(-25), .boolean(true), .null, .string("x\né😀")])
    #expect(elements[1].offset == 11)
    #expect(value["b"]?.content == .integer(.min))
    #expect(value["c"]?.content == .notFinite("NaN"))
    #expect(value["d"] == nil)
  }

  @Test("a whole number beyond 64 bits becomes a fraction, never a wrapped number")
  func wideNumbers() throws {
    #expect(try parse("9223372036854775807").content == .integer(.max))
    #expect(try parse("9223372036854775808").content == .fraction(9_223_372_036_854_775_808))
    #expect(try parse("100000000000000000000").content == .fraction(1e20))
  }

  @Test(
    "what is not JSON is refused at its place",
    arguments: [
      ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\" 1}", 5), ("[01]", 1), ("[1 2]", 3), ("{\"a\":1,\"a\":2}", 7),
      ("[1e]", 3), ("\"\\x\"", 2), ("\"\\ud800\"", 7), ("[1]x", 3), ("tru", 0), ("{a: 1}", 1), ("[1e999]", 1),
      ("\"abc", 0), ("-", 1), ("[.5]", 1),
    ])
  func refused(_ text: String, _ offset: Int) throws {
    let failure = #expect(throws: JSONParser.Failure.self) { try parse(text) }
    #expect(failure?.offset == offset, "\(text): \(failure?.problem ?? "")")
  }

  @Test("nesting beyond the cap is refused, not a crash")
  func depth() {
    #expect(throws: JSONParser.Failure.self) {
      try parse(String(repeating: "[", count: 1_000_000))
    }
  }

  @Test("a byte's place is given as line and column")
  func place() {
    let text = Array("ab\ncd\ne".utf8)
    let place = text.withUnsafeBytes { JSONParser.place(of: 4, in: $0) }
    #expect(place.line == 2)
    #expect(place.column == 2)
  }

  @Test("what is written is read back, with sorted keys")
  func output() throws {
    let output = JSONOutput.object([
      "z": .array([.integer(1), .integer(-2)]), "a": .object(["k\"\u{1}": .string("é\n\\"), "b": .boolean(false)]),
      "m": .array([.array([.integer(1)]), .array([])]), "y": .array([]),
    ])
    let text = output.text
    #expect(try parse(text)["a"]?["k\"\u{1}"]?.content == .string("é\n\\"))
    #expect(try parse(text)["m"]?.content == parse(text)["m"]?.content)
    #expect(text.hasPrefix("{\n  \"a\": {\"b\": false"))
    #expect(try parse(output.compactText)["z"] != nil)
  }

  @Test("5,000 damaged texts give a value or an error")
  func damaged() {
    let text = Array(#"{"a": [1, -2.5e1, true, null, "x\né😀"], "b": {"c": [[1,2],[3,4]]}, "n": 12345678901234}"#.utf8)
    var mutation = Mutation(seed: 1)
    var refused = 0
    for _ in 0..<5000 {
      let damaged = mutation.damaged(text)
      do throws(JSONParser.Failure) {
        _ = try damaged.withUnsafeBufferPointer { (buffer) throws(JSONParser.Failure) in
          try JSONParser.parse(UnsafeRawBufferPointer(buffer))
        }
      } catch {
        refused += 1
        if error.offset > damaged.count { Issue.record("place \(error.offset) lies behind the text") }
      }
    }
    #expect(refused > 2000)
  }
}
