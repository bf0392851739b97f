/// A test report in the JUnit XML that continuous-integration services read.
public struct JUnitReport: Sendable, Equatable {
  /// One test.
  public struct Case: Sendable, Equatable {
    public var name: String
    public var seconds: Double
    /// What went wrong, nil where the test passed.
    public var failure: String?
    /// Why the test was not made, nil where it was.
    public var skipped: String?

    public init(name: String, seconds: Double = 0, failure: String? = nil, skipped: String? = nil) {
      self.name = name
      self.seconds = seconds
      self.failure = failure
      self.skipped = skipped
    }
  }

  public var suite: String
  public var cases: [Case]

  public init(suite: String, cases: [Case]) {
    self.suite = suite
    self.cases = cases
  }

  /// The report as XML.
  public var xml: String {
    let failures = cases.count { $0.failure != nil }
    let skips = cases.count { $0.skipped != nil }
    let time = NumberText.fixed(cases.reduce(0) { $0 + $1.seconds }, 3)
    let counts =
      "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"\(skips)\" time=\"\(time)\""
    var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites \(counts)>"]
    lines.append("  <testsuite name=\"\(Self.escaped(suite))\" \(counts)>")
    for test in cases { lines += Self.lines(of: test, suite: suite) }
    lines += ["  </testsuite>", "</testsuites>", ""]
    return lines.joined(separator: "\n")
  }

  private static func lines(of test: Case, suite: String) -> [String] {
    let head =
      "    <testcase classname=\"\(escaped(suite))\" name=\"\(escaped(test.name))\" "
      + "time=\"\(NumberText.fixed(test.seconds, 3))\""
    if let failure = test.failure {
      return [
        head + ">", "      <failure message=\"\(escaped(failure))\">\(escaped(failure))</failure>", "    </testcase>",
      ]
    }
    if let skipped = test.skipped {
      return [head + ">", "      <skipped message=\"\(escaped(skipped))\"/>", "    </testcase>"]
    }
    return [head + "/>"]
  }

  /// Text that may stand in XML: what XML 1.0 has no place for becomes `?`.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result += " "
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "?"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
