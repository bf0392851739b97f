import Foundation
import NetworkFiles
import Networks
import TestSupport
import Testing

/// The examples of docs/net-json.md do what the page says.
@Suite struct DocumentationTests {
  /// The fenced block after a marker.
  private func example(_ name: String) throws -> String {
    let page = try String(contentsOfFile: Repository.path("docs/net-json.md"), encoding: .utf8)
    let marker = try #require(page.range(of: "<!-- example: \(name) -->\n```"))
    let rest = page[marker.upperBound...]
    let start = try #require(rest.firstIndex(of: "\n"))
    let end = try #require(rest.range(of: "\n```\n") ?? rest.range(of: "\n```"))
    return String(rest[rest.index(after: start)..<end.lowerBound])
  }

  @Test("the example that a person types is read and computes what the page says")
  func typed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("net.json", Array(try example("hand").utf8))
    let document = try NetworkFile.read(path)
    #expect(document.classNames == ["equal", "different"])
    let interpreter = try NetworkInterpreter(document.network)
    for (first, second) in [(0, 0), (0, 1), (1, 0), (1, 1)] as [(UInt8, UInt8)] {
      let input = (0..<document.ticks).flatMap { _ in [first, second] }
      let trace = try interpreter.run(input: input, ticks: document.ticks)
      let counts = trace.outputCounts(of: document.network, ticks: document.ticks)
      #expect(counts == (first == second ? [4, 0] : [0, 4]), "\(first) \(second)")
    }
  }

  @Test("the example that numpy writes is read", .enabled(if: Python.hasNumpy, "python3 with numpy is not installed"))
  func numpy() throws {
    let folder = try TemporaryFolder()
    #expect(try Python.run(try example("numpy"), [folder.path]) == 0)
    let document = try NetworkFile.read(folder.file("net.json"))
    #expect(document.network.inputCount == 784)
    guard case .dense(let weights) = document.network.projections[0].connectivity else {
      Issue.record("not dense")
      return
    }
    #expect(weights.count == 784 * 128)
    #expect(weights.values.contains { $0 < -100 })
    #expect(document.coding == InputCoding(kind: .deterministic, maximum: 255))
  }
}
