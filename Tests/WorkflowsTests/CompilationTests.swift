import Images
import Mapper
import NetworkFiles
import Networks
import ShippedTargets
import Targets
import Testing
import Workflows

/// Which target a network is compiled for, and what its image is.
@Suite struct CompilationTests {
  private func refused(_ document: NetworkDocument) throws -> WorkflowError {
    do {
      _ = try Compilation.target(named: nil, of: document, file: "net.json")
      Issue.record("accepted")
      return WorkflowError(.failure, "")
    } catch let error as WorkflowError {
      #expect(!error.description.contains("\n") && error.description.contains("net.json"))
      return error
    }
  }

  @Test("a named target goes before the recorded one; without a name the recorded one is taken")
  func choice() throws {
    let document = try WorkflowCase().document
    #expect(try Compilation.target(named: nil, of: document, file: "net.json").name == "board")
    #expect(try Compilation.target(named: "sim", of: document, file: "net.json").name == "sim")
    var none = document
    none.target = nil
    #expect(try Compilation.target(named: "board-rack", of: none, file: "net.json").name == "board-rack")
    let error = try refused(none)
    #expect(error.kind == .usage && error.description.contains("--target"))
    #expect(throws: TargetError.self) { try Compilation.target(named: "boart", of: document, file: "net.json") }
  }

  @Test("a recorded target that is no shipped one, or has changed, is refused and says how to go on")
  func recordedTargets() throws {
    var document = try WorkflowCase().document
    document.target = TargetReference(name: "my-board", sha256: String(repeating: "0", count: 64))
    let unknown = try refused(document)
    #expect(unknown.kind == .usage && unknown.description.contains("my-board"))
    document.target = TargetReference(name: "board", sha256: String(repeating: "0", count: 64))
    let changed = try refused(document)
    #expect(changed.kind == .refused && changed.description.contains("--target board"))
    // Naming it says that the one here is meant.
    #expect(try Compilation.target(named: "board", of: document, file: "net.json").name == "board")
  }

  @Test("a compilation's image, hash and report belong together")
  func compilation() throws {
    let item = try WorkflowCase()
    #expect(item.compilation.sha256 == item.image.digest.hex)
    #expect(item.image.provenance.networkSHA256 == NetworkFile.hash(item.document).hex)
    let summary = CompilationSummary(item.compilation, image: "x.snnimg")
    #expect(summary.imageBytes == item.image.byteCount && summary.sha256 == item.compilation.sha256)
    #expect(summary.network == "three" && summary.target == "board")
  }

  @Test("what does not fit is a misfit that names a shipped target that would do")
  func misfit() throws {
    let item = try WorkflowCase(inputs: 300)
    do {
      _ = try Compilation(item.document, for: try Target.load("board-micro"))
      Issue.record("300 input lines fit 256 axons")
    } catch let misfit as Misfit {
      #expect(misfit.target == "board-micro" && misfit.nearestTarget == "board")
    }
  }
}
