import Foundation
import NetworkFiles
import TestSupport
import Testing

@Suite struct NpzTests {
  private func bytes(_ array: NpyArray) -> [UInt8] { array.withBytes { Array($0) } }

  private func sample(_ folder: TemporaryFolder) throws -> String {
    let path = folder.file("a.npz")
    try Npz.write(
      [
        ("input", NpyArray(shape: [2, 3], [1, 2, 3, 4, 5, 255] as [UInt8])),
        ("number", NpyArray(shape: [], [-7] as [Int64])),
        ("float", NpyArray(shape: [2], [0.5, -1.25] as [Float])),
        ("mask", NpyArray(shape: [3], [true, false, true])),
        ("names", NpyArray(shape: [2], strings: ["é", "abc"])),
        ("empty", NpyArray(shape: [0, 4], [] as [Int32])),
      ], to: path)
    return path
  }

  @Test("arrays of every kind come back as they were written")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let archive = try Npz.read(try sample(folder))
    #expect(archive.names == ["input", "number", "float", "mask", "names", "empty"])
    let input = try archive.array("input")
    #expect(input.shape == [2, 3])
    #expect(input.isMapped)
    #expect(try input.integers() == [1, 2, 3, 4, 5, 255])
    #expect(try archive.array("number").integers() == [-7])
    #expect(try archive.array("number").shape == [])
    #expect(try archive.array("float").floats() == [0.5, -1.25])
    #expect(try archive.array("mask").flags() == [true, false, true])
    #expect(try archive.array("names").strings() == ["é", "abc"])
    #expect(try archive.array("empty").count == 0)
    #expect(try archive.header(of: "input").shape == [2, 3])
  }

  @Test("equal arrays give equal bytes")
  func deterministic() throws {
    let folder = try TemporaryFolder()
    _ = try sample(folder)
    let first = try folder.bytes("a.npz")
    _ = try sample(folder)
    #expect(try folder.bytes("a.npz") == first)
  }

  @Test("an absent array is an error that names those present")
  func missing() throws {
    let folder = try TemporaryFolder()
    let path = try sample(folder)
    let error = #expect(throws: NetworkFilesError.self) { try Npz.read(path).array("label") }
    #expect(
      error?.description == "\(path): has no array \"label\"; it holds input, number, float, mask, names, empty")
  }

  @Test("a changed byte of the data is found by the checksum")
  func checksum() throws {
    let folder = try TemporaryFolder()
    var bytes = try folder.bytes((try sample(folder) as NSString).lastPathComponent)
    let position = try #require(bytes.indices.first { bytes[$0...].starts(with: [1, 2, 3, 4, 5, 255]) })
    bytes[position + 2] = 9
    let path = try folder.write("b.npz", bytes)
    let error = #expect(throws: NetworkFilesError.self) { try Npz.read(path).array("input") }
    #expect(error?.description.contains("checksum") == true)
  }

  @Test("bytes behind the end of an archive, and damage in front of its data, are refused")
  func framing() throws {
    let folder = try TemporaryFolder()
    let sound = try folder.bytes((try sample(folder) as NSString).lastPathComponent)
    func error(_ bytes: [UInt8]) -> String {
      do {
        let archive = try Npz(HeapBytes(bytes), path: "x.npz")
        _ = try archive.array("input")
        return "none"
      } catch { return error.description }
    }
    #expect(error(sound) == "none")
    #expect(error(sound + [0]).contains("something follows it"))
    #expect(error(sound + sound.suffix(5)).contains("something follows it"))
    // A comment whose length the end record states.
    var commented = sound + Array("made by hand".utf8)
    commented[sound.count - 2] = 12
    #expect(error(commented) == "none")
    // The first entry is `input`: its header starts the file.
    for (place, what) in [(8, "compression method"), (14, "checksum"), (18, "size"), (22, "size"), (30, "name")] {
      var damaged = sound
      damaged[place] ^= 1
      #expect(
        error(damaged) == "x.npz: the header of input.npy has another \(what) than the directory; the file is damaged")
    }
    var unsigned = sound
    unsigned[0] ^= 1
    #expect(error(unsigned).contains("is not where the directory says"))
  }

  @Test("a name with control characters is one escaped line in every error")
  func hostileNames() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.npz")
    try Npz.write([("input.np\n\u{1B}[2J", NpyArray(shape: [1], [1] as [UInt8]))], to: path)
    let missing = #expect(throws: NetworkFilesError.self) { try Npz.read(path).array("lab\u{7F}el\r") }
    #expect(
      missing?.description == "\(path): has no array \"lab\\u{7F}el\\r\"; it holds input.np\\n\\u{1B}[2J",
      "\(missing?.description ?? "")")
    let many = NetworkFilesError.missingArray(
      path: "a\nb", name: "x", present: (0..<20).map { "array \($0)" } + [String(repeating: "n", count: 1000)])
    #expect(many.description.hasPrefix("a\\nb: has no array \"x\"; it holds array 0, array 1,"))
    #expect(many.description.hasSuffix("array 15, …"))
  }

  @Test("4,000 damaged archives give arrays or typed errors")
  func damaged() throws {
    let folder = try TemporaryFolder()
    var originals = [try folder.bytes((try sample(folder) as NSString).lastPathComponent)]
    if let digits = try? Data(contentsOf: URL(fileURLWithPath: Repository.path("data/digits8x8/digits.npz"))) {
      originals.append([UInt8](digits))
    }
    var mutation = Mutation(seed: 2)
    var refused = 0
    for round in 0..<4000 {
      let damaged = mutation.damaged(originals[round % originals.count])
      do throws(NetworkFilesError) {
        let archive = try Npz(HeapBytes(damaged), path: "x.npz")
        for name in archive.names {
          _ = try archive.header(of: name)
          _ = try archive.array(name)
        }
      } catch {
        refused += 1
        if error.description.contains("\n") { Issue.record("more than one line: \(error)") }
      }
    }
    #expect(refused > 3000)
  }

  @Test("a header that promises more than the archive can hold is refused before memory is taken")
  func bomb() throws {
    // One deflated entry of 20 bytes that claims 2³¹ bytes.
    let name = Array("a.npy".utf8)
    func u16(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
    func u32(_ value: Int) -> [UInt8] { u16(value & 0xFFFF) + u16(value >> 16) }
    let common = u16(0) + u16(8) + u32(0x21_0000) + u32(0) + u32(20) + u32(1 << 31) + u16(name.count) + u16(0)
    let local = u32(0x0403_4B50) + u16(20) + common + name + [UInt8](repeating: 0x78, count: 20)
    let central = u32(0x0201_4B50) + u16(20) + u16(20) + common + u16(0) + u16(0) + u16(0) + u32(0) + u32(0) + name
    let end = u32(0x0605_4B50) + u32(0) + u16(1) + u16(1) + u32(central.count) + u32(local.count) + u16(0)
    let archive = try Npz(HeapBytes(local + central + end), path: "bomb.npz")
    let error = #expect(throws: NetworkFilesError.self) { try archive.array("a") }
    #expect(error?.description.contains("cannot hold") == true)
  }

  @Test("impossible shapes and object arrays are refused")
  func headers() {
    func parse(_ text: String) throws -> NpyHeader {
      let bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
      return try bytes.withUnsafeBytes { try NpyHeader.parse($0, path: "a.npy") }
    }
    #expect(throws: NetworkFilesError.self) {
      try parse("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999, 99999999999), }")
    }
    #expect(throws: NetworkFilesError.self) { try parse("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }") }
    #expect(throws: NetworkFilesError.self) { try parse("{'descr': '|u1', 'shape': (1,), }") }
    #expect(throws: NetworkFilesError.self) { try parse("{'descr': '|u1', 'fortran_order': False, 'shape': (-1,), }") }
    #expect(throws: Never.self) { try parse("{'descr': '|u1', 'fortran_order': False, 'shape': ()}") }
  }

  @Test(
    "numpy's files are read: every type, both byte orders, both orders of axes, stored and deflated",
    .enabled(if: Python.hasNumpy, "python3 with numpy is not installed"))
  func readsNumpy() throws {
    let folder = try TemporaryFolder()
    let script = """
      import numpy as np, sys
      values = np.array([[1, 2, 3], [100, 0, 127]])
      arrays = {code.replace('<', 'l').replace('>', 'b'): values.astype(code) for code in
        ['u1', 'i1', '<u2', '>u2', '<i2', '>i4', '<i4', '<u4', '<i8', '>i8', '<u8', '<f4', '>f4', '<f8']}
      arrays['fortran'] = np.asfortranarray(values.astype('<i4'))
      arrays['names'] = np.array(['é', 'abc'])
      np.savez(sys.argv[1] + '/stored.npz', **arrays)
      np.savez_compressed(sys.argv[1] + '/deflated.npz', **arrays)
      np.save(sys.argv[1] + '/one.npy', np.asfortranarray(np.arange(24, dtype='>i2').reshape(2, 3, 4)))
      """
    #expect(try Python.run(script, [folder.path]) == 0)
    for file in ["stored.npz", "deflated.npz"] {
      let archive = try Npz.read(folder.file(file))
      #expect(archive.names.count == 16)
      for name in archive.names where name != "names" {
        let array = try archive.array(name)
        #expect(array.shape == [2, 3], "\(name)")
        let values =
          array.type == .float32 || array.type == .float64 ? try array.floats().map { Int($0) } : try array.integers()
        #expect(values == [1, 2, 3, 100, 0, 127], "\(file) \(name)")
      }
      #expect(try archive.array("names").strings() == ["é", "abc"])
    }
    #expect(try NpyArray.read(folder.file("one.npy")).integers() == Array(0..<24))
  }

  @Test("numpy reads our files", .enabled(if: Python.hasNumpy, "python3 with numpy is not installed"))
  func numpyReads() throws {
    let folder = try TemporaryFolder()
    let path = try sample(folder)
    let script = """
      import numpy as np, sys
      z = np.load(sys.argv[1])
      assert z['input'].tolist() == [[1, 2, 3], [4, 5, 255]] and z['input'].dtype == np.uint8
      assert z['number'].shape == () and int(z['number']) == -7
      assert z['float'].tolist() == [0.5, -1.25] and z['mask'].tolist() == [True, False, True]
      assert z['names'].tolist() == ['é', 'abc'] and z['empty'].shape == (0, 4)
      """
    #expect(try Python.run(script, [path]) == 0)
  }
}
