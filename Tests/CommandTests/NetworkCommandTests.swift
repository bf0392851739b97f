import NetworkFiles
import Testing

@Suite struct NetworkCommandTests {
  @Test("train writes a network, says how good it is, and gives the same bytes for any number of threads")
  func train() throws {
    let folder = Folder()
    let arguments = ["train", "--data", "digits", "--layers", "16,8", "--ticks", "4", "--epochs", "2", "--json", "-o"]
    let first = try Program.run(arguments + ["a.json", "--threads", "1"], in: folder)
    #expect(first.status == 0 && first.errors.isEmpty)
    let result = first.object
    #expect(result["samples"] as? Int == 360 && result["ticks"] as? Int == 4 && result["epochs"] as? Int == 2)
    #expect(result["layers"] as? [Int] == [64, 16, 8, 10] && result["target"] as? String == "board")
    #expect(
      result["weight_bits"] as? Int == 8 && result["seed"] as? Int == 1 && result["output"] as? String == "a.json")
    let accuracy = try #require(result["accuracy"] as? Double)
    #expect((0...1).contains(accuracy))
    let second = try Program.run(arguments + ["b.json", "--threads", "3"], in: folder)
    #expect(second.status == 0)
    #expect(try folder.bytes("a.json") == folder.bytes("b.json"))
    // What training measured is what the network does.
    let evaluation = try Program.run(["evaluate", "a.json", "--data", "digits", "--json"], in: folder)
    #expect(evaluation.object["accuracy"] as? Double == accuracy)
  }

  @Test("Forty epochs of the defaults reach more than 95 % on the digits")
  func trainsWell() throws {
    let folder = Folder()
    let outcome = try Program.run(["train", "--data", "digits", "--json", "-o", "net.json"], in: folder)
    #expect(outcome.status == 0)
    #expect(try #require(outcome.object["accuracy"] as? Double) > 0.95)
  }

  @Test("evaluate gives the same on the reference and on the emulator")
  func evaluate() throws {
    let folder = try Fixture.folder()
    let reference = try Program.run(["evaluate", "net.json", "--data", "digits", "--json"], in: folder)
    let emulator = try Program.run(
      ["evaluate", "net.json", "--data", "digits", "--on", "emulator", "--json"], in: folder)
    #expect(reference.status == 0 && emulator.status == 0 && reference.errors.isEmpty)
    #expect(reference.object["on"] as? String == "reference" && emulator.object["on"] as? String == "emulator")
    for key in ["samples", "accuracy", "spikes_per_sample"] {
      #expect(reference.object[key] as? Double != nil)
      #expect(reference.object[key] as? Double == emulator.object[key] as? Double)
    }
    let confusion = try #require(reference.object["confusion"] as? [[Int]])
    #expect(confusion == emulator.object["confusion"] as? [[Int]])
    #expect(confusion.flatMap { $0 }.reduce(0, +) == 360)
    #expect(reference.object["class_names"] as? [String] == (0...9).map(String.init))
    let text = try Program.run(["evaluate", "net.json", "--data", "digits"], in: folder)
    #expect(text.output.contains("accuracy:") && text.output.contains("of 360 samples"))
  }

  @Test("encode writes what evaluate and test take in place of the data, with the same result")
  func encode() throws {
    let folder = try Fixture.folder()
    let outcome = try Program.run(
      ["encode", "--data", "digits", "--network", "net.json", "--json", "-o", "spikes.npz"], in: folder)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.object["samples"] as? Int == 1797 && outcome.object["test"] as? Int == 360)
    #expect(outcome.object["ticks"] as? Int == 4 && outcome.object["inputs"] as? Int == 64)
    #expect(try Npz.read(folder.path("spikes.npz")).array("input").shape == [1797, 4, 64])
    let direct = try Program.run(["evaluate", "net.json", "--data", "digits", "--json"], in: folder)
    let encoded = try Program.run(["evaluate", "net.json", "--data", "spikes.npz", "--json"], in: folder)
    #expect(encoded.status == 0 && direct.output == encoded.output)
    let packed = try Program.run(["encode", "--data", "digits", "--packed", "-o", "bits.npz"], in: folder)
    #expect(packed.status == 0)
    #expect(try Npz.read(folder.path("bits.npz")).array("bits").shape == [1797, 16, 8])
  }
}
