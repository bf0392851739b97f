import FixedPoint
import ImageFormat
import Images
import Networks
import Testing

/// Sections for hosts whose content is wrong although every digest is right.
@Suite struct HostileSectionTests {
  /// The image of a document with the bytes of one section replaced.
  private func image(_ kind: FourCharacterCode, _ change: ([UInt8]) -> [UInt8]) throws -> [UInt8] {
    let original = try LoadedImage(name: "x", bytes: try ImagesTests.bytes(of: ImagesTests.document(seed: 5)))
    return try original.withMeshImage { mesh in
      let sections = try (0..<mesh.view.header.sectionCount).map { index in
        let entry = mesh.view.section(at: index)
        let bytes = Array(try #require(mesh.view.contents(of: entry.kind)))
        return ImageSection(
          kind: entry.kind, isForHost: entry.isForHost, bytes: entry.kind == kind ? change(bytes) : bytes)
      }
      return ImageContainer.bytes(
        family: .mesh, targetDigest: mesh.view.header.targetDigest, sections: sections,
        major: mesh.view.header.major)
    }
  }

  /// The image with a text of a JSON section replaced; the text must be there.
  private func image(_ kind: FourCharacterCode, replacing text: String, by other: String) throws -> [UInt8] {
    try image(kind) { bytes in
      let parts = split(String(decoding: bytes, as: UTF8.self), at: text)
      #expect(parts.count > 1, "\(text) is not there")
      return Array(parts.joined(separator: other).utf8)
    }
  }

  private func split(_ text: String, at separator: String) -> [String] {
    var parts: [String] = []
    var rest = Substring(text)
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }

  /// The one line that loading ends with.
  private func problem(_ bytes: [UInt8]) -> String {
    do {
      _ = try LoadedImage(name: "bad.snnimg", bytes: bytes)
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  private func expectOneLine(_ bytes: [UInt8], _ needle: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let text = problem(bytes)
    #expect(text.hasPrefix("bad.snnimg: "), "\(text)", sourceLocation: sourceLocation)
    #expect(text.contains(needle), "\(text)", sourceLocation: sourceLocation)
    #expect(!text.contains("\n") && !text.contains("\u{1B}"), "\(text)", sourceLocation: sourceLocation)
  }

  @Test("a HOST section that is no JSON, or of other types, says so in one line")
  func notJSON() throws {
    let texts: [(String, String)] = [
      ("", "HOST"), ("{", "HOST"), ("[]", "HOST"), ("null", "HOST"), ("{\"ticks\":4}", "missing"),
      ("\u{1B}[2J", "HOST"),
      (String(repeating: "[", count: 100_000), "HOST"), (String(repeating: "{\"a\":", count: 100_000), "HOST"),
    ]
    for (text, needle) in texts { expectOneLine(try image(.host) { _ in Array(text.utf8) }, needle) }
    expectOneLine(try image(.host) { _ in [0xFF, 0xFE, 0x00, 0x80] }, "HOST")
    expectOneLine(try image(.host) { $0.dropLast(3) + [0x80, 0x22, 0x7D] }, "HOST")
    expectOneLine(try image(.provenance) { _ in Array("{}".utf8) }, "PROV")
    expectOneLine(try image(.provenance) { _ in [] }, "PROV")
    expectOneLine(try image(.provenance, replacing: "\"snnmap\"", by: "7"), "tool")
  }

  @Test("ticks, depth, outputs, populations and coding out of their ranges are refused by name")
  func values() throws {
    let document = ImagesTests.document(seed: 5)
    let ticks = "\"ticks\":\(document.ticks)"
    for value in ["0", "-1", "65536", "9223372036854775807"] {
      expectOneLine(try image(.host, replacing: ticks, by: "\"ticks\":\(value)"), "ticks is \(value)")
    }
    for value in ["1.5", "\"4\"", "1e99", "null", "99999999999999999999"] {
      expectOneLine(try image(.host, replacing: ticks, by: "\"ticks\":\(value)"), "HOST")
    }
    let depth = document.network.depth
    for value in [-1, depth + 1, 1 << 40] {
      expectOneLine(try image(.host, replacing: "\"depth\":\(depth)", by: "\"depth\":\(value)"), "HOST")
    }
    expectOneLine(try image(.host, replacing: "\"kind\":\"direct\"", by: "\"kind\":\"a\\nb\""), "coding")
    expectOneLine(try image(.host, replacing: "\"levels\":9", by: "\"levels\":0"), "HOST")
    expectOneLine(try image(.host, replacing: "\"maximum\":200", by: "\"maximum\":-7"), "HOST")
    expectOneLine(try image(.host, replacing: "spike_count", by: "x\\u001b"), "decoder")
    expectOneLine(try image(.host, replacing: "\"class \\\"0\\\" / é\",", by: ""), "class names")
    let size = document.network.populations[0].size
    for value in [size + 1, size - 1, -1, 1 << 40, Int.max] {
      let edited = try image(
        .host, replacing: "\"name\":\"p0\",\"size\":\(size)", by: "\"name\":\"p0\",\"size\":\(value)")
      expectOneLine(edited, "section ")
    }
    let count = document.network.outputs[0].neurons.count
    for value in [count + 1, -1, 1 << 40] {
      expectOneLine(try image(.host, replacing: "{\"count\":\(count)", by: "{\"count\":\(value)"), "")
    }
    expectOneLine(try image(.host, replacing: "\"first\":0", by: "\"first\":3"), "begins at")
  }

  @Test("an output more for the host than for the board is refused")
  func outputCounts() throws {
    let document = ImagesTests.document(seed: 5)
    let last = try #require(document.network.outputs.last).neurons.count
    let bytes = try image(.host) { bytes in
      var text = String(decoding: bytes, as: UTF8.self)
      text = split(text, at: "\"classes\":[").joined(separator: "\"classes\":[\"one more\",")
      let parts = split(text, at: "{\"count\":\(last)")
      return Array(
        (parts.dropLast().joined(separator: "{\"count\":\(last)") + "{\"count\":\(last + 1)" + parts[parts.count - 1])
          .utf8)
    }
    expectOneLine(bytes, "outputs, the host's")
  }

  @Test("an NMAP section that is cut, repeats a neuron or names none of the network is refused")
  func neuronMap() throws {
    expectOneLine(try image(.neuronMap) { $0.dropLast() }, "NMAP")
    expectOneLine(try image(.neuronMap) { $0 + [0] }, "NMAP")
    expectOneLine(try image(.neuronMap) { _ in [] }, "NMAP")
    expectOneLine(try image(.neuronMap) { Array($0[8..<16] + $0[8...]) }, "entry 1")
    expectOneLine(try image(.neuronMap) { [255, 255, 255, 255] + $0[4...] }, "entry 0")
    expectOneLine(try image(.neuronMap) { $0[..<4] + [255, 255, 255, 255] + $0[8...] }, "entry 0")
  }

  @Test("3,000 mutations of the host's sections are refused in one line or loaded and inspected")
  func mutations() throws {
    var random = RandomStream(seed: 3000, stream: 1)
    var loaded = 0
    for index in 0..<3000 {
      let kind: FourCharacterCode = [.host, .neuronMap, .provenance][index % 3]
      let bytes = try image(kind) { section in
        var section = section
        for _ in 0...random.below(2) where !section.isEmpty {
          let place = Int(random.below(UInt32(section.count)))
          switch random.below(4) {
          case 0: section[place] ^= 1 << UInt8(random.below(8))
          case 1: section[place] = UInt8(random.below(256))
          case 2: section.remove(at: place)
          default: section.insert(UInt8(ascii: "9"), at: place)
          }
        }
        return section
      }
      do {
        let image = try LoadedImage(name: "x", bytes: bytes)
        let inspection = try ImageInspection(image)
        #expect(inspection.cores.count > 0 && image.host.runTicks < 1 << 21)
        _ = try CoreInspection(image, core: inspection.cores[0].number)
        loaded += 1
      } catch {
        #expect(error is ImagesError && !"\(error)".contains("\n"), "\(error)")
      }
    }
    #expect(loaded > 100 && loaded < 2900, "\(loaded)")
  }

  @Test("every error of the format is one line that says what and where")
  func errorTexts() {
    let errors: [ImageError] = [
      .truncated(offset: 1, needed: 2), .notAnImage, .unsupportedVersion(major: 3, minor: 3),
      .headerChecksum(stored: 1, computed: 2), .digest(kind: .board, offset: 3),
      .digest(kind: FourCharacterCode(rawValue: 0), offset: 128), .fileSize(stored: 1, actual: 2),
      .missingSection(.host), .unknownSection(FourCharacterCode(rawValue: 0x0A0A_4141), offset: 5),
      .family(FourCharacterCode(rawValue: 0x1B1B_1B1B)), .memory(needed: 5, available: 4),
    ]
    for error in errors {
      #expect(!error.text.isEmpty && error.text.utf8.allSatisfy { $0 >= 0x20 }, "\(error)")
    }
    #expect(ImageError.headerChecksum(stored: 1, computed: 2).text.contains("0x00000001"))
    var raw: UInt8 = 0
    while let field = ImageField(rawValue: raw) {
      let text = ImageError.invalidField(field, offset: 77, value: -5).text
      #expect(text.contains("77") && text.contains("-5") && text.contains(field.text))
      #expect(field.text == field.text.lowercased())
      raw += 1
    }
    #expect(raw > 30)
  }

  @Test("a file that is not there, and one of another kind, are errors with its path")
  func files() {
    #expect(throws: (any Error).self) { try LoadedImage(path: "/nowhere/x.snnimg") }
    expectOneLine(Array("PK\u{3}\u{4} and so on".utf8), "not a snnmap image")
    expectOneLine([], "the file ends early")
  }
}
