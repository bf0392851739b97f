import BoardLink
import Emulator
import Images
import NetworkFiles
import Networks
import TestSupport
import Testing
import Workflows

/// Readouts are compared as strictly as spikes, and decide by their membranes.
@Suite struct ReadoutTests {
  /// Every sample's membranes, [samples][T][readouts], after what the network was made to do.
  private func membranes(_ item: WorkflowCase) -> [Int32] {
    (0..<item.samples.count).flatMap { sample in
      (1...4).flatMap { tick in (0..<3).map { Int32($0 == sample % 3 ? 5 * tick : 0) } }
    }
  }

  /// Writes a recording of `membranes` and calls `body` with its path.
  private func withRecording<R>(
    _ item: WorkflowCase, _ membranes: [Int32], shape: [Int]? = nil, body: (String) throws -> R
  ) throws -> R {
    let folder = try TemporaryFolder()
    let path = folder.file("recording.npz")
    let count = item.samples.count
    try AtomicFile.write(path) { file in
      var archive = NpzWriter(file)
      try archive.add("spikes", NpyArray(shape: [count, 4, 3], [UInt8](repeating: 0, count: count * 12)))
      try archive.add("readouts", NpyArray(shape: shape ?? [count, 4, 3], membranes))
      try archive.finish()
    }
    return try body(path)
  }

  @Test("both membrane decoders decide right on the interpreter and on the emulator", arguments: Decoder.allCases)
  func evaluation(_ decoder: Decoder) throws {
    let item = try WorkflowCase(count: 9, wrongLabels: 3, decoder: decoder)
    let runners: [any SampleRunner] = [item.runner, try ReferenceRunner(item.document.network, threads: 2)]
    for runner in runners {
      let result = try Evaluation.run(
        item.samples, on: runner, name: "test", decoder: decoder, classNames: [], outputs: 3, progress: { _ in })
      #expect(result.accuracy == 6.0 / 9)
      if decoder.reads == .spikes { continue }
      var readouts: [Int32] = []
      try runner.run(0..<9, of: item.samples) { readouts += $1.readouts }
      #expect(readouts == membranes(item) && result.spikesPerSample == 0)
    }
  }

  @Test("a membrane that differs by 1 from the recording or from the emulator fails the test and is named")
  func differences() throws {
    let item = try WorkflowCase(decoder: .membraneMean)
    func test(_ expected: [Int32], _ actual: (any SampleRunner)? = nil) throws -> ImageTest {
      try withRecording(item, expected) { path in
        try ImageTest.run(
          item.samples, host: item.image.host, actual: actual ?? item.runner,
          emulator: actual == nil ? nil : item.runner,
          expected: try ExpectedSpikes(path: path, testCount: 10, trainCount: 0, outputs: 3, readouts: 3),
          minimumAccuracy: 1, progress: { _ in })
      }
    }
    var expected = membranes(item)
    let same = try test(expected)
    #expect(same.passed && same.mismatches == 0 && same.comparisons == 1 && same.accuracy == 1)
    expected[7 * 12 + 2 * 3 + 1] += 1
    let other = try test(expected)
    #expect(!other.passed && other.mismatches == 1)
    #expect(other.firstDifference == "sample 7, tick 2, readout 1: expected the membrane 16, got 15")
    let altered = AlteredRunner(base: item.runner) { if $0 == 4 { $1.readouts[5] -= 1 } }
    let wrong = try test(membranes(item), altered)
    #expect(!wrong.passed && wrong.mismatches == 2 && wrong.comparisons == 2)
  }

  @Test("a recording without readouts, or with others in number or type, is refused for an image that has them")
  func refusals() throws {
    let item = try WorkflowCase(count: 2, decoder: .membraneMaximum)
    #expect(throws: WorkflowError.self) {
      try withRecording(item, [Int32](repeating: 0, count: 16), shape: [2, 4, 2]) {
        _ = try ExpectedSpikes(path: $0, testCount: 2, trainCount: 0, outputs: 3, readouts: 3)
      }
    }
    #expect(throws: (any Error).self) {
      try item.withSpikes(NpyArray(shape: [2, 4, 3], [UInt8](repeating: 0, count: 24))) {
        _ = try ExpectedSpikes(path: $0, testCount: 2, trainCount: 0, outputs: 3, readouts: 3)
      }
    }
  }

  @Test("a recording of the emulator holds the aligned readouts, and serves as what a test expects")
  func recording() throws {
    let item = try WorkflowCase(count: 5, decoder: .membraneMaximum)
    let folder = try TemporaryFolder()
    let path = folder.file("recording.npz")
    for isTracing in [false, true] {
      let recording = EmulationRecording(emulator: item.emulator, samples: item.samples, isRaw: false, threads: 2)
      try AtomicFile.write(path) { _ = try recording.write(to: $0, tracingMembranes: isTracing, progress: { _ in }) }
      let array = try Npz.read(path).array("readouts")
      #expect(array.shape == [5, 4, 3] && array.type == .int32)
      let expected = try ExpectedSpikes(path: path, testCount: 5, trainCount: 0, outputs: 3, readouts: 3)
      var readouts: [Int32] = []
      try expected.run(0..<5, of: item.samples) { readouts += $1.readouts }
      #expect(readouts == membranes(item))
    }
  }
}
