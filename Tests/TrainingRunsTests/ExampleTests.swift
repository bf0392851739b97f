import Foundation
import Testing
import Training
import TrainingRuns

@Suite struct ExampleTests {
  private let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("docs")

  @Test("Every example of a model file reads, and reads again as it is written")
  func examples() throws {
    let folder = docs.appendingPathComponent("examples/models")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    #expect(names.count >= 3)
    for name in names {
      let file = try ModelFile.read(folder.appendingPathComponent(name).path, options: TrainingOptions())
      #expect(try ModelFile(text: file.text, file: name, options: TrainingOptions()) == file)
    }
  }

  @Test("The manual shows the example of every layer as it is, and names every option")
  func manual() throws {
    let manual = try String(contentsOf: docs.appendingPathComponent("training.md"), encoding: .utf8)
    let example = try String(
      contentsOf: docs.appendingPathComponent("examples/models/every-layer.yaml"), encoding: .utf8)
    #expect(manual.contains("```yaml\n\(example)```"))
    for field in TrainingField.all { #expect(manual.contains("`\(field.key)`"), "\(field.key)") }
  }
}
