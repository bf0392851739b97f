import Foundation
import NetworkFiles
import TestSupport
import Testing

@Suite(.serialized) struct AtomicFileTests {
  struct Interruption: Error {}

  @Test("an error in the middle leaves the old file and no temporary")
  func error() throws {
    let folder = try TemporaryFolder()
    try folder.write("a", [1])
    #expect(throws: Interruption.self) {
      try AtomicFile.write(folder.file("a")) { file in
        try file.write([UInt8](repeating: 7, count: 1_000_000))
        throw Interruption()
      }
    }
    #expect(try folder.bytes("a") == [1])
    #expect(folder.names == ["a"])
  }

  @Test("bytes can be replaced before the file appears")
  func overwrite() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(folder.file("a")) { file in
      try file.write([1, 2, 3])
      try file.write([UInt8](repeating: 4, count: 300_000))
      try file.overwrite(at: 1, with: [9])
      #expect(folder.names.count == 1 && folder.names[0].hasPrefix(".snnmap-"))
    }
    #expect(try folder.bytes("a") == [1, 9, 3] + [UInt8](repeating: 4, count: 300_000))
    #expect(folder.names == ["a"])
  }

  @Test("removing temporaries, as on a signal, leaves nothing behind")
  func signal() throws {
    AtomicFile.removeTemporaries()
    let folder = try TemporaryFolder()
    #expect(throws: NetworkFilesError.self) {
      try AtomicFile.write(folder.file("a")) { file in
        try file.write([1])
        #expect(folder.names.count == 1)
        AtomicFile.removeTemporaries()
        #expect(folder.names.isEmpty)
      }
    }
    #expect(folder.names.isEmpty)
  }

  @Test("a full disk is an error that names path and reason")
  func fullDisk() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let writer = FileWriter(descriptor: descriptor, path: "out.npz")
    let error = #expect(throws: NetworkFilesError.self) {
      try writer.write([UInt8](repeating: 0, count: 1_000_000))
      try writer.flush()
    }
    #expect(error?.description == "out.npz: cannot be written: No space left on device")
  }

  @Test(
    "folders, devices, absent folders and empty names are refused",
    arguments: ["", "/dev/null", "/", "/absent-folder/a"])
  func refused(_ path: String) {
    #expect(throws: NetworkFilesError.self) { try AtomicFile.write([1], to: path) }
  }

  @Test("a link stays a link, and its file is replaced")
  func link() throws {
    let folder = try TemporaryFolder()
    try folder.write("real", [1])
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "real")
    try AtomicFile.write([2], to: folder.file("link"))
    #expect(try folder.bytes("real") == [2])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "real")
  }

  @Test("a mapped file keeps its bytes when it is replaced, and its limit is kept")
  func mapped() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", [1, 2, 3])
    let map = try MappedFile(path)
    try AtomicFile.write([9], to: path)
    #expect(map.withBytes { Array($0) } == [1, 2, 3])
    #expect(throws: NetworkFilesError.tooLarge(path: path, what: "the file", bytes: 1, limit: 0)) {
      try MappedFile(path, limit: 0)
    }
    #expect(throws: NetworkFilesError.self) { try MappedFile(folder.path) }
    #expect(throws: NetworkFilesError.self) { try MappedFile(folder.file("absent")) }
    try folder.write("empty", [])
    #expect(try MappedFile(folder.file("empty")).byteCount == 0)
  }
}
