import Foundation
import NetworkFiles
import Testing

@Suite struct BadFileTests {
  let folder: Folder

  init() throws {
    folder = try Fixture.folder()
  }

  @Test("A damaged network file is named with the place of the damage")
  func networks() throws {
    let text = try folder.text("net.json")
    func check(_ changed: String, _ words: [String], status: Int32 = 1) throws {
      try folder.write("bad.json", changed)
      try expect(status, ["compile", "bad.json", "-o", "x.snnimg"], says: ["bad.json"] + words, in: folder)
      try expect(status, ["evaluate", "bad.json", "--data", "digits"], says: ["bad.json"] + words, in: folder)
    }
    try check("", ["not JSON"])
    try check(String(text.prefix(text.count / 2)), ["not JSON"])
    try check(String(repeating: "[", count: 100_000), ["deeper"])
    try check(text.replacing("\"version\": 1", with: "\"version\": 7"), ["version is 7"], status: 10)
    let threshold = try #require(text.firstMatch(of: /"threshold": (\d+)/)).output
    try check(text.replacing(threshold.0, with: "\"threshold\": NaN"), ["threshold", "NaN", "finite"])
    try check(text.replacing(threshold.0, with: "\"threshold\": Infinity"), ["threshold", "Infinity"])
    try check(text.replacing(threshold.0, with: "\"threshold\": 1e999"), ["1e999"])
    try check(text.replacing("\"inputs\": 64", with: "\"inputs\": 63"), ["63"])
    try check(text.replacing("\"population\": \"output\"", with: "\"population\": \"none\""), ["none"])
  }

  @Test("A network made for another version of its target, or for one that is not shipped, is not guessed at")
  func targets() throws {
    let text = try folder.text("net.json")
    let digest = try #require(text.firstMatch(of: /"sha256": "([0-9a-f]{64})"/)).output.1
    try folder.write("old.json", text.replacing(digest, with: String(repeating: "0", count: 64)))
    try expect(9, ["compile", "old.json", "-o", "x.snnimg"], says: ["another version", "--target board"], in: folder)
    try folder.write("mine.json", text.replacing("\"name\": \"board\"", with: "\"name\": \"mine\""))
    try expect(2, ["compile", "mine.json", "-o", "x.snnimg"], says: ["mine", "--target"], in: folder)
  }

  @Test("A sidecar that is missing, cut off, damaged or another network's is not taken")
  func sidecars() throws {
    for seed in ["1", "2"] {
      try Program.run(
        [
          "train", "--data", "digits", "--layers", "64", "--ticks", "2", "--epochs", "1", "--seed", seed, "-o",
          "s\(seed).json",
        ],
        in: folder)
    }
    let good = try folder.bytes("s1.safetensors")
    let compile = ["compile", "s1.json", "-o", "x.snnimg"]
    try folder.write("s1.safetensors", Array(good.dropLast(100)))
    try expect(1, compile, says: ["s1.safetensors", "bytes"], in: folder)
    var damaged = good
    damaged[good.count - 5] ^= 1
    try folder.write("s1.safetensors", damaged)
    try expect(1, compile, says: ["s1.safetensors", "damaged"], in: folder)
    try folder.write("s1.safetensors", try folder.bytes("s2.safetensors"))
    try expect(1, compile, says: ["s1.safetensors", "another network"], in: folder)
    unlink(folder.path("s1.safetensors"))
    try expect(1, compile, says: ["s1.safetensors", "No such file"], in: folder)
  }

  @Test("A damaged image is refused before anything runs or is flashed")
  func images() throws {
    let image = try folder.bytes("net.snnimg")
    func check(_ bytes: [UInt8], _ words: [String], status: Int32 = 1) throws {
      try folder.write("bad.snnimg", bytes)
      for arguments in [
        ["inspect", "bad.snnimg"], ["test", "bad.snnimg", "--data", "digits"], ["flash", "bad.snnimg"],
        ["emulate", "bad.snnimg", "--input", "samples.npz", "-o", "x.npz"],
      ] { try expect(status, arguments, says: ["bad.snnimg"] + words, in: folder) }
    }
    try check([], ["ends early"])
    try check(Array(image.prefix(image.count / 2)), ["header says \(image.count)"])
    try check(image + [0], ["header says \(image.count)"])
    var flipped = image
    flipped[image.count / 2] ^= 1
    try check(flipped, ["damaged"])
    var newer = image
    newer[8] = 9
    try check(newer, ["format 9"], status: 10)
  }

  @Test("Data that are damaged, empty, unlabelled or out of range are named")
  func data() throws {
    func check(_ arrays: [(name: String, array: NpyArray)], _ words: [String], status: Int32 = 1) throws {
      try Npz.write(arrays, to: folder.path("bad.npz"))
      try expect(status, ["train", "--data", "bad.npz", "-o", "x.json"], says: ["bad.npz"] + words, in: folder)
    }
    let input = NpyArray(shape: [2, 4, 64], [UInt8](repeating: 1, count: 512))
    let label = NpyArray(shape: [2], [UInt8](arrayLiteral: 0, 1))
    let mask = NpyArray(shape: [2], [false, true])
    try check([("input", NpyArray(shape: [0, 4, 64], [UInt8]()))], ["no samples"])
    try check([("input", input)], ["\"label\""])
    try check(
      [("input", input), ("label", NpyArray(shape: [2], [Int32](arrayLiteral: 0, -1))), ("test", mask)], ["-1"])
    try check([("input", input), ("label", NpyArray(shape: [3], [UInt8](repeating: 0, count: 3)))], ["label", "3"])
    try check(
      [("input", input), ("label", label), ("test", NpyArray(shape: [2], [false, false]))], ["testing"], status: 2)
    try check([("foo", input)], ["foo", "input"])
    try check([("input", NpyArray(shape: [2, 4, 64], [Float](repeating: .nan, count: 512)))], ["<f4", "u8"])
    try folder.write("bad.npz", Array(try folder.bytes("samples.npz").prefix(5000)))
    try expect(1, ["train", "--data", "bad.npz", "-o", "x.json"], says: ["bad.npz"], in: folder)
    let narrow = NpyArray(shape: [2, 4, 63], [UInt8](repeating: 1, count: 504))
    try Npz.write([("input", narrow)], to: folder.path("narrow.npz"))
    try expect(
      2, ["emulate", "net.snnimg", "--input", "narrow.npz", "-o", "x.npz"], says: ["narrow.npz", "63", "64"], in: folder
    )
    try Npz.write(
      [("input", input), ("label", NpyArray(shape: [2], [UInt8](arrayLiteral: 0, 99))), ("test", mask)],
      to: folder.path("far.npz"))
    try expect(2, ["test", "net.snnimg", "--data", "far.npz"], says: ["label 99", "10 classes"], in: folder)
    try expect(2, ["evaluate", "net.json", "--data", "far.npz"], says: ["label 99", "10 classes"], in: folder)
  }

  @Test("Damaged idx files are named")
  func idx() throws {
    func write(_ images: [UInt8], _ labels: [UInt8]) throws {
      for part in ["train", "t10k"] {
        try folder.write("\(part)-images-idx3-ubyte", images)
        try folder.write("\(part)-labels-idx1-ubyte", labels)
      }
    }
    let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28]
    let pixels = [UInt8](repeating: 0, count: 784)
    let train = ["train", "--data", "mnist:.", "-o", "x.json"]
    try write(header + pixels, [0, 0, 8, 1, 0, 0, 0, 1, 200])
    try expect(1, train, says: ["train-labels-idx1-ubyte", "200", "0–200"], in: folder)
    try write(header + pixels.dropLast(), [0, 0, 8, 1, 0, 0, 0, 1, 2])
    try expect(1, train, says: ["train-images-idx3-ubyte"], in: folder)
    try write([0, 0, 8, 3, 255, 255, 255, 255] + header[8...] + pixels, [0, 0, 8, 1, 0, 0, 0, 1, 2])
    try expect(1, train, says: ["train-images-idx3-ubyte", "limit"], in: folder)
  }

  @Test("A recording of other ticks, outputs or samples is told apart from other spikes")
  func recordings() throws {
    func check(_ array: NpyArray, _ words: [String], status: Int32 = 8) throws {
      try Npz.write([("spikes", array)], to: folder.path("expected.npz"))
      try expect(
        status, ["test", "net.snnimg", "--data", "digits", "--expect", "expected.npz"],
        says: ["expected.npz"] + words, in: folder)
    }
    try check(NpyArray(shape: [360, 3, 10], [UInt8](repeating: 0, count: 360 * 30)), ["3 ticks", "4"])
    try check(NpyArray(shape: [360, 4, 9], [UInt8](repeating: 0, count: 360 * 36)), ["9 outputs", "10"])
    try check(NpyArray(shape: [5, 4, 10], [UInt8](repeating: 0, count: 200)), ["5 samples", "360"])
    try check(NpyArray(shape: [360, 4, 10], [Float](repeating: 0, count: 14400)), ["<f4"], status: 2)
  }

  @Test("A mistake in a target file is named with its line and column")
  func targetFiles() throws {
    let yaml = try Program.run(["targets", "board", "--yaml"], in: folder).output
    let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains("neurons_per_core") }) + 1
    try folder.write("bad.yaml", yaml.replacing("neurons_per_core", with: "neuron_per_core"))
    try expect(
      1, ["compile", "net.json", "--target", "bad.yaml", "-o", "x.snnimg"],
      says: ["bad.yaml:\(line):", "'neurons_per_core'"], in: folder)
    try folder.write("bad.yaml", "a: [")
    try expect(1, ["targets", "bad.yaml"], says: ["bad.yaml:", "YAML"], in: folder)
  }
}
