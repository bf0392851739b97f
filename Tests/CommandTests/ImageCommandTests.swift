import NetworkFiles
import Testing

@Suite struct ImageCommandTests {
  @Test("compile reports every budget and writes the same bytes again")
  func compile() throws {
    let folder = try Fixture.folder()
    let outcome = try Program.run(["compile", "net.json", "-o", "again.snnimg", "--json"], in: folder)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(try folder.bytes("again.snnimg") == folder.bytes("net.snnimg"))
    #expect(outcome.object["image_bytes"] as? Int == (try folder.bytes("net.snnimg").count))
    #expect(outcome.object["target"] as? String == "board")
    let report = try #require(outcome.object["report"] as? [String: Any])
    #expect(Set(report.keys).isSuperset(of: ["cores", "populations", "totals"]))
    let text = try Program.run(["compile", "net.json", "-o", "again.snnimg"], in: folder)
    for word in ["neurons", "axons", "synapse bytes", "routes", "hidden1", "sha256"] {
      #expect(text.output.contains(word))
    }
  }

  @Test("What does not fit ends with exit code 11, what is short, and remedies; no image is written")
  func misfit() throws {
    let folder = Folder()
    try Program.run(
      ["train", "--data", "digits", "--layers", "600", "--ticks", "2", "--epochs", "1", "-o", "big.json"], in: folder)
    let outcome = try Program.run(
      ["compile", "big.json", "--target", "board-micro", "-o", "big.snnimg"], in: folder)
    #expect(outcome.status == 11 && outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("snnmap: ") && outcome.errors.contains("board-micro"))
    #expect(outcome.errorLines.count > 1)
    #expect(folder.names == ["big.json", "big.safetensors", "runs"])
  }

  @Test(
    "An image that no device runs says so, and is refused before a board is looked for", arguments: ["speck", "odin"])
  func noFlashing(target: String) throws {
    let folder = Folder()
    try Program.run(
      [
        "train", "--data", "digits", "--layers", "9", "--ticks", "2", "--epochs", "1", "--target", target, "-o",
        "net.json",
      ], in: folder)
    try Program.run(["compile", "net.json", "-o", "net.snnimg"], in: folder)
    let marking = "emulation and budget, no flashing"
    let inspection = try Program.run(["inspect", "net.snnimg", "--json"], in: folder)
    #expect(inspection.object["marking"] as? String == marking)
    #expect(try Program.run(["inspect", "net.snnimg"], in: folder).output.contains(marking))
    let device = ["--device", "unix:none.sock"]
    for command in [
      ["flash", "net.snnimg"], ["verify", "net.snnimg"], ["test", "net.snnimg", "--data", "digits", "--on", "device"],
      ["evaluate", "net.json", "--data", "digits", "--on", "device"],
    ] {
      let outcome = try Program.run(command + device, in: folder)
      #expect(outcome.status == 9 && outcome.errorLines.count == 1)
      #expect(outcome.errors.contains(target) && outcome.errors.contains(marking))
    }
  }

  @Test("inspect shows the image, and one core's tables")
  func inspect() throws {
    let folder = try Fixture.folder()
    let image = try Program.run(["inspect", "net.snnimg", "--json"], in: folder)
    #expect(image.status == 0)
    for key in ["bytes", "sha256", "sections", "cores", "host", "provenance"] { #expect(image.object[key] != nil) }
    let core = try Program.run(["inspect", "net.snnimg", "--core", "0", "--json"], in: folder)
    #expect((core.object["neurons"] as? [Any])?.count == 26)
    #expect(try Program.run(["inspect", "net.snnimg"], in: folder).output.contains("hidden1 16"))
    #expect(try Program.run(["inspect", "net.snnimg", "--core", "0"], in: folder).output.contains("threshold"))
  }

  @Test("emulate writes aligned spikes, raw spikes and membranes in the shapes that it promises")
  func emulate() throws {
    let folder = try Fixture.folder()
    let outcome = try Program.run(
      ["emulate", "net.snnimg", "--input", "samples.npz", "-o", "out.npz", "--trace", "membranes", "--json"],
      in: folder)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.object["samples"] as? Int == 1797 && outcome.object["ticks"] as? Int == 4)
    #expect(outcome.object["outputs"] as? Int == 10 && outcome.object["output"] as? String == "out.npz")
    let archive = try Npz.read(folder.path("out.npz"))
    let spikes = try archive.array("spikes")
    let membranes = try archive.array("membrane")
    #expect(spikes.shape == [1797, 4, 10] && spikes.type == .uint8)
    // The hidden layer makes the network one tick deep.
    #expect(membranes.shape == [1797, 5, 26] && membranes.type == .int32)
    let raw = try Program.run(
      ["emulate", "net.snnimg", "--input", "samples.npz", "-o", "raw.npz", "--raw"], in: folder)
    #expect(raw.status == 0)
    let rawSpikes = try Npz.read(folder.path("raw.npz")).array("spikes")
    #expect(rawSpikes.shape == [1797, 5, 10])
    // Aligned spikes are the raw ones, one tick later.
    let (aligned, all) = (spikes.withBytes { Array($0) }, rawSpikes.withBytes { Array($0) })
    let differing = (0..<1797).filter { sample in
      aligned[sample * 40..<sample * 40 + 40] != all[sample * 50 + 10..<sample * 50 + 50]
    }
    #expect(differing.isEmpty && aligned.contains { $0 != 0 })
    let total = try #require(outcome.object["spikes"] as? Int)
    #expect(total >= all.reduce(0) { $0 + Int($1) })
  }

  @Test("test passes on a recording of the image and names the first difference from another's: exit code 8")
  func test() throws {
    let folder = try Fixture.folder()
    for name in ["net", "other"] {
      try Program.run(["emulate", "\(name).snnimg", "--input", "samples.npz", "-o", "\(name).npz"], in: folder)
    }
    let passed = try Program.run(
      ["test", "net.snnimg", "--data", "digits", "--expect", "net.npz", "--min-accuracy", "0", "--json"], in: folder)
    #expect(passed.status == 0 && passed.errors.isEmpty)
    #expect(passed.object["mismatches"] as? Int == 0 && passed.object["samples"] as? Int == 360)
    #expect(passed.object["passed"] as? Bool == true && (passed.object["checks"] as? [Any])?.count == 2)
    #expect(passed.object["accuracy"] as? Double != nil)
    let failed = try Program.run(
      ["test", "net.snnimg", "--data", "digits", "--expect", "other.npz", "--junit", "report.xml", "--json"], in: folder
    )
    #expect(failed.status == 8 && failed.errorLines.count == 1)
    for word in ["sample ", "tick ", "neuron "] { #expect(failed.errors.contains(word)) }
    #expect(try #require(failed.object["mismatches"] as? Int) > 0)
    #expect(failed.object["first_difference"] as? String != nil && failed.object["passed"] as? Bool == false)
    let report = try folder.text("report.xml")
    #expect(report.contains("failures=\"1\"") && report.contains("<failure message="))
    let poor = try Program.run(["test", "net.snnimg", "--data", "digits", "--min-accuracy", "1"], in: folder)
    #expect(poor.status == 8 && poor.errors.contains("below the 1.0 asked for"))
  }

  @Test("targets lists what is shipped, and takes its own YAML back")
  func targets() throws {
    let folder = Folder()
    let list = try Program.run(["targets"], in: folder)
    for name in ["board", "board-micro", "board-rack", "sim"] { #expect(list.output.contains(name)) }
    let yaml = try Program.run(["targets", "board", "--yaml"], in: folder)
    try folder.write("mine.yaml", yaml.output)
    let mine = try Program.run(["targets", "mine.yaml", "--json"], in: folder)
    let shipped = try Program.run(["targets", "board", "--json"], in: folder)
    #expect(mine.status == 0 && mine.output == shipped.output)
  }
}
