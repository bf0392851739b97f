import NetworkFiles
import Networks
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  private func file(_ header: String, data: Int) -> HeapBytes {
    let text = Array(header.utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return HeapBytes(length + text + [UInt8](repeating: 1, count: data))
  }

  @Test("tensors of all widths come back, aligned and as windows of the file")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    var writer = SafetensorsWriter()
    writer.add("b", shape: [3], Weights([1, -2, 127] as [Int8]))
    writer.add("a", shape: [2, 1], Weights([-32768, 5] as [Int16]))
    writer.add("c", shape: [1], Weights([Int32.min]))
    let summary = try writer.write(to: folder.file("x.safetensors"))
    #expect(try folder.bytes("x.safetensors").count == summary.bytes)
    let read = try Safetensors.read(folder.file("x.safetensors"))
    #expect(read.tensors.map(\.name) == ["c", "a", "b"])
    #expect(read.tensors.allSatisfy { $0.range.lowerBound % $0.type.width == 0 })
    #expect(read.metadata["data_sha256"] == summary.dataDigest)
    #expect(read.weights(try #require(read["a"]))?.values == [-32768, 5])
    #expect(read.weights(try #require(read["b"]))?.values == [1, -2, 127])
    #expect(read.weights(try #require(read["c"]))?.values == [.min])
    #expect(read["a"]?.shape == [2, 1])
  }

  @Test(
    "headers that do not describe the data are refused",
    arguments: [
      (#"{"a":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}}"#, 5, "follow the last tensor"),
      (#"{"a":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}}"#, 3, "cut off"),
      (#"{"a":{"dtype":"I8","shape":[3],"data_offsets":[0,4]}}"#, 4, "does not take the 4 bytes"),
      (#"{"a":{"dtype":"I8","shape":[4],"data_offsets":[4,0]}}"#, 4, "data offsets"),
      (#"{"a":{"dtype":"X8","shape":[4],"data_offsets":[0,4]}}"#, 4, "unknown type"),
      (#"{"a":{"dtype":"I8","shape":[4],"data_offsets":[1,5]}}"#, 5, "leaves a gap"),
      (#"{"a":{"dtype":"I8","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, "does not take"),
      (
        #"{"a":{"dtype":"I8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"I8","shape":[4],"data_offsets":[2,6]}}"#,
        6, "overlaps"
      ),
      (#"{"a":{"dtype":"I8","shape":[4]}}"#, 4, "needs exactly"),
      (#"{"__metadata__":{"a":1}}"#, 0, "__metadata__.a"),
      (#"["a"]"#, 0, "not an object"),
      (#"{"a""#, 0, "not JSON"),
    ])
  func refused(_ header: String, _ data: Int, _ words: String) {
    let bytes = file(header, data: data)
    let error = #expect(throws: NetworkFilesError.self) { try Safetensors(file: bytes, path: "x.safetensors") }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test("a header length beyond the cap or the file is refused")
  func headerLength() {
    for length in [100_000_001, 50, Int.max] {
      let bytes = HeapBytes((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array("{}".utf8))
      #expect(throws: NetworkFilesError.self) { try Safetensors(file: bytes, path: "x.safetensors") }
    }
  }

  @Test("5,000 damaged files give tensors inside the file or typed errors")
  func damaged() {
    let header =
      #"{"__metadata__":{"k":"v"},"a":{"dtype":"I16","shape":[2,2],"data_offsets":[0,8]},"b":{"dtype":"I8","shape":[3],"data_offsets":[8,11]}}"#
    let original = file(header, data: 11).withBytes { Array($0) }
    var mutation = Mutation(seed: 3)
    var refused = 0
    for _ in 0..<5000 {
      let bytes = HeapBytes(mutation.damaged(original))
      do throws(NetworkFilesError) {
        let read = try Safetensors(file: bytes, path: "x.safetensors")
        for tensor in read.tensors { _ = read.weights(tensor)?.values }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 2500)
  }
}
