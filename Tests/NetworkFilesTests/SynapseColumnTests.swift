import NetworkFiles
import Networks
import TestSupport
import Testing

/// Delays and currents of single synapses in net.json.
@Suite struct SynapseColumnTests {
  /// A network whose second projection ends in `members`.
  private func document(_ members: String) -> [UInt8] {
    Array(
      """
      {"format": "snnmap-network", "version": 1, "inputs": 2, "ticks": 4,
       "populations": [
        {"name": "a", "size": 2, "threshold": 1, "currents": [{"rule": "none"}, {"rule": "floor", "shift": 1}]},
        {"name": "b", "size": 2, "threshold": 1, "currents": [{"rule": "none"}, {"rule": "floor", "shift": 1}]}],
       "projections": [
        {"from": "input", "to": "a", "delay": 0, "weights": [[1, 2], [3, 4]]},
        {"from": "a", "to": "b", "type": "sparse", "sources": [0, 1], "targets": [1, 0], "weights": [5, 6], \(members)}],
       "outputs": [{"population": "b", "shift": 1}]}
      """.utf8)
  }

  @Test("columns stand alone: every synapse has its own delay and current")
  func columns() throws {
    let folder = try TemporaryFolder()
    let read = try NetworkFile.read(
      try folder.write("net.json", document(#""delays": [7, 3], "currents": [1, 0]"#)))
    let projection = read.network.projections[1]
    guard case .sparse(let list) = projection.connectivity else {
      Issue.record("not sparse")
      return
    }
    #expect(list.delays == [7, 3])
    #expect(list.currents == [1, 0])
    // A delay that no synapse has would count as a path of the network.
    #expect(projection.delay == 3)
    #expect(projection.current == 0)
  }

  @Test(
    "a column beside the number that it would override is refused, and so is neither of them",
    arguments: [
      (#""delays": [7, 3], "delay": 7"#, "projections[1].delay cannot stand beside delays; give one delay for all"),
      (
        #""delay": 7, "currents": [1, 0], "current": 1"#,
        "projections[1].current cannot stand beside currents; give one current for all"
      ),
      (#""currents": [1, 0]"#, "projections[1].delay is missing"),
      (#""delays": [7, 0]"#, "delay [1] is 0; the least is 1 here"),
    ])
  func both(_ members: String, _ words: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("net.json", document(members))
    let error = #expect(throws: NetworkFilesError.self) { try NetworkFile.read(path) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
  }

  @Test("what a column overrides is not written, and has no part in the hash")
  func overridden() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("net.json")
    try folder.write("net.json", document(#""delays": [7, 3], "currents": [1, 0]"#))
    let plain = try NetworkFile.read(path)
    var other = plain
    other.network.projections[1].delay = 9
    other.network.projections[1].current = 1
    #expect(NetworkFile.hash(other) == NetworkFile.hash(plain))
    try NetworkFile.write(other, to: path)
    #expect(try NetworkFile.read(path) == plain)
  }
}
