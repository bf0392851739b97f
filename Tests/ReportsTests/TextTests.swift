import Reports
import Testing

/// Numbers, tables and lists as people read them.
@Suite struct TextTests {
  @Test("numbers are grouped in threes")
  func grouped() {
    let cases: [(Int, String)] = [
      (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"), (-12, "-12"),
      (Int.min, "-9,223,372,036,854,775,808"), (Int.max, "9,223,372,036,854,775,807"),
    ]
    for (value, text) in cases { #expect(NumberText.grouped(value) == text) }
  }

  @Test("one thing is no plural")
  func counts() {
    #expect(NumberText.count(1, "sample") == "1 sample" && NumberText.count(0, "sample") == "0 samples")
    #expect(NumberText.count(1200, "sample") == "1,200 samples")
    #expect(NumberText.count(2, "mismatch", plural: "mismatches") == "2 mismatches")
  }

  @Test("fixed decimals round halves away from zero, and −0 has no sign")
  func fixed() {
    let cases: [(Double, Int, String)] = [
      (97.456, 1, "97.5"), (97.456, 2, "97.46"), (0, 2, "0.00"), (0.05, 1, "0.1"), (-0.05, 1, "-0.1"), (0.5, 0, "1"),
      (-0.001, 2, "0.00"), (-2.5, 0, "-3"), (1.999, 2, "2.00"), (12, 3, "12.000"), (0.0625, 3, "0.063"),
      (.infinity, 2, "inf"), (-.infinity, 1, "-inf"), (.nan, 1, "nan"),
    ]
    for (value, decimals, text) in cases { #expect(NumberText.fixed(value, decimals) == text, "\(value)") }
    // Too large for decimals, and no trap.
    #expect(!NumberText.fixed(1e300, 3).isEmpty && !NumberText.fixed(-9.1e15, 0).isEmpty)
  }

  @Test("fractions become percentages, bytes and seconds take the unit that keeps them short")
  func units() {
    #expect(NumberText.percent(0.9777) == "97.77 %" && NumberText.percent(1, decimals: 0) == "100 %")
    let bytes: [(Int, String)] = [
      (0, "0 B"), (1000, "1000 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (65536, "64 KiB"),
      (1 << 20, "1 MiB"), (5 << 30, "5 GiB"), (1 << 50, "1024 TiB"), (1_048_575, "1.0 MiB"),
    ]
    for (count, text) in bytes { #expect(NumberText.bytes(count) == text) }
    let seconds: [(Double, String)] = [
      (0.0042, "4.2 ms"), (0, "0.0 ms"), (1, "1.0 s"), (59.94, "59.9 s"), (59.99, "1 min 0 s"), (0.99999, "1.0 s"),
      (0.9994, "999.4 ms"), (60, "1 min 0 s"), (75, "1 min 15 s"),
      (3600, "60 min 0 s"),
    ]
    for (value, text) in seconds { #expect(NumberText.seconds(value) == text) }
  }

  @Test("control characters of names from files are written out, in tables too")
  func controls() {
    #expect(PrintableText.escaped("p\n\u{1b}[31mred é") == "p\\u{a}\\u{1b}[31mred é")
    var table = TextTable(["a\u{7}"])
    table.add(["b\r\n"])
    #expect(table.text == "a\\u{7}\nb\\u{d}\\u{a}")
  }

  @Test("a table aligns its columns, numbers at the right, without white space at the end")
  func table() {
    var table = TextTable(["name", "n", "note"], rightAligned: [1])
    table.add(["a", "5", "x"])
    table.add(["longer", "1,234"])
    table.add(["é", "12", "last"])
    #expect(
      table.text == """
        name        n  note
        a           5  x
        longer  1,234
        é          12  last
        """)
    #expect(TextTable([]).text.isEmpty)
    var headless = TextTable([])
    headless.add(["a", "b"])
    headless.add(["ccc", "d"])
    #expect(headless.text == "a    b\nccc  d")
  }

  @Test("a row longer than the header widens the table")
  func longRow() {
    var table = TextTable(["a"])
    table.add(["1", "2", "3"])
    table.add(["4"])
    #expect(table.text == "a\n1  2  3\n4")
  }

  @Test("long lists say how many items they left out")
  func lists() {
    #expect(ListText.shortened(["0", "1", "2"], limit: 2) == "0, 1 and 1 more")
    #expect(ListText.shortened(["0", "1"], limit: 2) == "0, 1")
    #expect(ListText.shortened([], limit: 2).isEmpty)
  }
}
