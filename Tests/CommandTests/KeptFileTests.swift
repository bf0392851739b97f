import Foundation
import Testing

@Suite struct KeptFileTests {
  @Test("No command writes over a file that it reads")
  func inputs() throws {
    let folder = try Fixture.folder()
    let train = [
      "train", "--data", "digits", "--layers", "8", "--ticks", "4", "--epochs", "1", "--precision", "float32", "-o",
    ]
    #expect(try Program.run(train + ["model.safetensors"], in: folder).status == 0)
    try folder.copy("model.safetensors", to: "floats")
    symlink("samples.npz", folder.path("link.npz"))
    let kept = ["samples.npz", "net.json", "net.snnimg", "floats"]
    let before = try kept.map { try folder.bytes($0) }
    for arguments in [
      "encode --data samples.npz -o samples.npz", "encode --data samples.npz -o link.npz",
      "encode --data ./link.npz -o samples.npz", "encode --data digits --network net.json -o net.json",
      "quantize floats --data digits -o floats", "quantize floats --data samples.npz -o samples.npz",
      "train --data samples.npz -o samples.npz", "test net.snnimg --data digits --junit net.snnimg",
      "compile net.json -o net.json", "emulate net.snnimg --input samples.npz -o net.snnimg",
    ] {
      try expect(2, arguments.split(separator: " ").map(String.init), says: ["is read, and would be lost"], in: folder)
    }
    #expect(try kept.map { try folder.bytes($0) } == before)
  }

  @Test("Keys need a file's name, and nothing is written without")
  func namelessKey() throws {
    let folder = Folder()
    for name in ["", "keys/"] { try expect(2, ["keys", "generate", name], says: ["names no file"], in: folder) }
  }

  @Test("A signature with the greatest counter of all is made, with a warning")
  func lastCounter() throws {
    let folder = try Fixture.folder()
    #expect(try Program.run(["keys", "generate", "release"], in: folder).status == 0)
    let sign = ["sign", "net.snnimg", "--key", "release", "--counter"]
    let last = try Program.run(sign + ["\(UInt64.max)"], in: folder)
    #expect(last.status == 0 && last.errors.contains("is the greatest there is"))
    #expect(try Program.run(sign + ["\(UInt64.max - 1)"], in: folder).errors.isEmpty)
  }

  @Test("A folder of boards that cannot be read is told, and is not an empty one")
  func closedFolder() throws {
    let folder = try Fixture.folder()
    // The tests' folder of boards.
    try folder.write("snnmap", "no folder")
    for arguments in [["devices"], ["devices", "--json"], ["stats"], ["flash", "net.snnimg", "--all"]] {
      try expect(5, arguments, says: ["were not looked for", "Not a directory"], in: folder)
    }
    try expect(1, ["serve", "--socket", "nothing/x"], says: ["listening at nothing/x: No such file"], in: folder)
  }
}
