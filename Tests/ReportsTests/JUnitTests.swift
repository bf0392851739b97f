import Reports
import Testing
import Workflows

/// JUnit XML as continuous-integration services read it.
@Suite struct JUnitTests {
  @Test("a report counts tests, failures and skips, and gives each case its lines")
  func report() {
    let report = JUnitReport(
      suite: "net.snnimg",
      cases: [
        .init(name: "sound", seconds: 0.25), .init(name: "spikes", seconds: 1.5, failure: "sample 3, tick 1"),
        .init(name: "device", skipped: "no board"),
      ])
    #expect(
      report.xml == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites tests="3" failures="1" errors="0" skipped="1" time="1.750">
          <testsuite name="net.snnimg" tests="3" failures="1" errors="0" skipped="1" time="1.750">
            <testcase classname="net.snnimg" name="sound" time="0.250"/>
            <testcase classname="net.snnimg" name="spikes" time="1.500">
              <failure message="sample 3, tick 1">sample 3, tick 1</failure>
            </testcase>
            <testcase classname="net.snnimg" name="device" time="0.000">
              <skipped message="no board"/>
            </testcase>
          </testsuite>
        </testsuites>

        """)
    #expect(XMLScanner.elements(of: report.xml)?.count == 7)
  }

  @Test("every character that XML gives a meaning or has no place for is escaped, wherever a name may hold it")
  func escaping() throws {
    // All control characters, the signs of XML, what is beyond its range, and a sign of four bytes.
    let hostile =
      String(String.UnicodeScalarView((0..<0x20).compactMap { Unicode.Scalar($0) }))
      + "<a href=\"x\">&amp;'</a>]]>\u{FFFE}\u{FFFF}\u{1F600}é\u{7F}"
    let report = JUnitReport(
      suite: hostile,
      cases: [.init(name: hostile, failure: hostile), .init(name: hostile, skipped: hostile), .init(name: hostile)])
    let elements = try #require(XMLScanner.elements(of: report.xml), "not well formed: \(report.xml)")
    #expect(elements == ["testsuites", "testsuite", "testcase", "failure", "testcase", "skipped", "testcase"])
    #expect(report.xml.contains("\u{1F600}é"))
    #expect(report.xml.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
    #expect(!report.xml.unicodeScalars.contains("\u{FFFE}"))
    // The way back: what is escaped once is shown as it was.
    #expect(report.xml.contains("&lt;a href=&quot;x&quot;&gt;&amp;amp;'&lt;/a&gt;]]&gt;"))
  }

  @Test("an empty report is well formed")
  func empty() {
    #expect(XMLScanner.elements(of: JUnitReport(suite: "", cases: []).xml) == ["testsuites", "testsuite"])
  }
}

/// A reader of the XML that needs no more than elements and attributes.
enum XMLScanner {
  /// The names of all elements in order; nil where the text is not well formed.
  static func elements(of xml: String) -> [String]? {
    var rest = Substring(xml)
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
    guard rest.hasPrefix(head) else { return nil }
    rest = rest.dropFirst(head.count)
    var names: [String] = []
    var open: [String] = []
    while let start = rest.firstIndex(of: "<") {
      guard isText(rest[..<start]), !open.isEmpty || rest[..<start].allSatisfy(\.isWhitespace) else { return nil }
      guard let end = rest[start...].firstIndex(of: ">") else { return nil }
      var tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.first == "/" {
        guard open.popLast() == String(tag.dropFirst()) else { return nil }
        continue
      }
      let isEmpty = tag.last == "/"
      if isEmpty { tag = tag.dropLast() }
      let name = String(tag.prefix { $0.isLetter })
      guard !name.isEmpty, hasAttributes(tag.dropFirst(name.count)), !(open.isEmpty && !names.isEmpty) else {
        return nil
      }
      names.append(name)
      if !isEmpty { open.append(name) }
    }
    return open.isEmpty && rest.allSatisfy(\.isWhitespace) ? names : nil
  }

  /// Whether the rest of a tag is a list of ` name="value"` without a repeated name.
  private static func hasAttributes(_ text: Substring) -> Bool {
    var rest = text
    var seen: Set<String> = []
    while !rest.isEmpty {
      guard rest.removeFirst() == " " else { return false }
      let name = rest.prefix { $0.isLetter }
      guard !name.isEmpty, seen.insert(String(name)).inserted else { return false }
      rest = rest.dropFirst(name.count)
      guard rest.hasPrefix("=\"") else { return false }
      rest = rest.dropFirst(2)
      guard let end = rest.firstIndex(of: "\""), isText(rest[..<end]) else { return false }
      rest = rest[rest.index(after: end)...]
    }
    return true
  }

  /// Whether a text holds only what XML 1.0 allows, and `&` only in the known references.
  private static func isText(_ text: Substring) -> Bool {
    for scalar in text.unicodeScalars {
      let value = scalar.value
      if value < 0x20 && value != 9 && value != 10 && value != 13 { return false }
      if value == 0xFFFE || value == 0xFFFF || scalar == "<" { return false }
    }
    for part in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
      guard ["amp;", "lt;", "gt;", "quot;", "apos;"].contains(where: { part.hasPrefix($0) }) else { return false }
    }
    return true
  }
}
