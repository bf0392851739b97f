import BoardLink
import Foundation
import Testing

@Suite struct SignatureCommandTests {
  /// A folder with images, a key `release` and another, `other`.
  func folder() throws -> Folder {
    let folder = try Fixture.folder()
    for name in ["release", "other"] {
      #expect(try Program.run(["keys", "generate", name, "--comment", "\(name) key"], in: folder).status == 0)
    }
    return folder
  }

  @Test("A pair of keys is made, listed, and not replaced; an exposed secret key is refused (9)")
  func keys() throws {
    let folder = try folder()
    #expect(try folder.text("release").hasPrefix("snnmap-secret-key-1 "))
    let list = try Program.run(["keys", "list", "release.pub", "other.pub"], in: folder)
    #expect(list.status == 0 && list.output.contains("release key") && list.output.contains("other.pub"))
    try expect(1, ["keys", "generate", "release"], says: ["release", "not replaced"], in: folder)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.path("release"))
    try expect(
      9, ["sign", "net.snnimg", "--key", "release"], says: ["release", "mode 644", "chmod 600"], in: folder)
  }

  @Test("A signature is checked against image and key: exit code 9 where it is not theirs")
  func check() throws {
    let folder = try folder()
    let signed = try Program.run(
      ["sign", "net.snnimg", "--key", "release", "--counter", "3", "--revisions", "1-2", "--json"], in: folder)
    #expect(signed.status == 0 && signed.object["counter"] as? Int == 3)
    #expect(signed.object["first_revision"] as? Int == 1 && signed.object["last_revision"] as? Int == 2)
    #expect(try folder.bytes("net.snnimg.sig").count == 144)
    let check = ["sign", "net.snnimg", "--check"]
    #expect(try Program.run(check + ["release.pub"], in: folder).status == 0)
    try expect(9, check + ["other.pub"], says: ["net.snnimg.sig", "was signed with key"], in: folder)
    try folder.write("wrong.sig", Array(try folder.bytes("net.snnimg.sig").dropLast()) + [0xFF])
    try expect(9, check + ["release.pub", "-o", "wrong.sig"], says: ["wrong.sig", "sign the image again"], in: folder)
    try folder.write("other.snnimg.sig", try folder.bytes("net.snnimg.sig"))
    try expect(
      9, ["flash", "other.snnimg"], says: ["other.snnimg.sig", "not the signature of other.snnimg"], in: folder)
    try expect(
      9, ["flash", "net.snnimg", "--public-key", "other.pub"], says: ["was signed with key"], in: folder)
  }

  @Test("A locked board takes signed images only, runs nothing else, and lets no data out")
  func lockedBoard() throws {
    let folder = try folder()
    let board = try VirtualBoard(in: folder)
    let device = ["--device", board.address]
    let unlocked = try Program.run(["keys", "list"] + device, in: folder)
    #expect(unlocked.status == 0 && unlocked.output.contains("is unlocked: takes any image"))
    #expect(try Program.run(["flash", "net.snnimg"] + device, in: folder).status == 0)
    let provision = try Program.run(["keys", "provision", "release.pub"] + device, in: folder)
    #expect(provision.status == 0 && provision.output.contains("is locked"))
    // What ran was not signed.
    #expect(provision.output.contains("nothing runs on it now"))
    try expect(3, ["verify", "net.snnimg"] + device, says: ["no active image"], in: folder)
    let unsigned = ["not signed", "snnmap sign"]
    try expect(9, ["flash", "net.snnimg"] + device, says: unsigned, in: folder)
    try expect(9, ["flash", "net.snnimg", "--dry-run"] + device, says: unsigned, in: folder)
    try Program.run(["sign", "net.snnimg", "--key", "other"], in: folder)
    let stranger = ["does not have the key", "snnmap keys list"]
    try expect(9, ["flash", "net.snnimg"] + device, says: stranger, in: folder)
    try expect(9, ["flash", "net.snnimg", "--dry-run"] + device, says: stranger, in: folder)
    try Program.run(["sign", "net.snnimg", "--key", "release", "--counter", "5"], in: folder)
    let flash = try Program.run(["flash", "net.snnimg", "--json"] + device, in: folder)
    // The bytes are there since before the board was locked.
    #expect(flash.status == 0 && flash.object["bytes_sent"] as? Int == 0 && flash.object["active"] as? Bool == true)
    #expect(try Program.run(["verify", "net.snnimg", "--data", "digits"] + device, in: folder).status == 0)
    try expect(8, ["verify", "other.snnimg"] + device, says: ["flash it"], in: folder)
    try Program.run(["sign", "other.snnimg", "--key", "release", "--counter", "4"], in: folder)
    let older = ["older than the board allows", "--counter 5"]
    try expect(9, ["flash", "other.snnimg"] + device, says: older, in: folder)
    try expect(9, ["flash", "other.snnimg", "--dry-run"] + device, says: older, in: folder)
    try Program.run(["sign", "other.snnimg", "--key", "release", "--counter", "5", "--revisions", "7-9"], in: folder)
    try expect(9, ["flash", "other.snnimg"] + device, says: ["hardware revision", "sign the image"], in: folder)
  }

  @Test("Keys of a locked board are added and replaced by the owner of one of them, and by nobody else")
  func rotation() throws {
    let folder = try folder()
    let board = try VirtualBoard(in: folder)
    let device = ["--device", board.address]
    #expect(try Program.run(["keys", "provision", "release.pub"] + device, in: folder).status == 0)
    try expect(9, ["keys", "provision", "other.pub"] + device, says: ["--signed-by"], in: folder)
    try expect(
      9, ["keys", "provision", "other.pub", "--signed-by", "other"] + device, says: ["a key that it does not have"],
      in: folder)
    let added = try Program.run(
      ["keys", "provision", "other.pub", "--signed-by", "release", "--json"] + device, in: folder)
    #expect(added.status == 0 && (added.object["keys"] as? [String])?.count == 2)
    let replaced = try Program.run(
      ["keys", "provision", "other.pub", "--signed-by", "other", "--replace", "--json"] + device, in: folder)
    #expect(replaced.status == 0 && (replaced.object["keys"] as? [String])?.count == 1)
    let list = try Program.run(["keys", "list", "release.pub", "other.pub", "--json"] + device, in: folder)
    let rows = try #require(try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]])
    #expect(rows.map { $0["pinned"] as? Bool } == [false, true])
  }
}
