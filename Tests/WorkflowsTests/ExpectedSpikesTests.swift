import NetworkFiles
import Testing
import Workflows

/// Recorded spikes, and which of their rows belong to the test samples.
@Suite struct ExpectedSpikesTests {
  /// Row r is filled with r.
  private func rows(_ count: Int, ticks: Int = 4, outputs: Int = 3) -> NpyArray {
    NpyArray(shape: [count, ticks, outputs], (0..<count * ticks * outputs).map { UInt8($0 / (ticks * outputs)) })
  }

  private func chosen(_ array: NpyArray, test: Int, train: Int) throws -> [UInt8] {
    let item = try WorkflowCase(count: test)
    return try item.withSpikes(array) { path in
      let expected = try ExpectedSpikes(path: path, testCount: test, trainCount: train, outputs: 3, readouts: 0)
      var firsts: [UInt8] = []
      try expected.run(0..<test, of: item.samples) { index, outcome in
        #expect(index == firsts.count && outcome.outputs.count == 12 && outcome.checksum == nil)
        firsts.append(outcome.outputs[0])
      }
      return firsts
    }
  }

  private func problem(_ array: NpyArray, test: Int = 5, train: Int = 7) throws -> WorkflowError {
    let item = try WorkflowCase(count: test)
    return try item.withSpikes(array) { path in
      do {
        _ = try ExpectedSpikes(path: path, testCount: test, trainCount: train, outputs: 3, readouts: 0)
        Issue.record("accepted")
        return WorkflowError(.failure, "")
      } catch let error as WorkflowError {
        return error
      }
    }
  }

  @Test("a recording of the test samples is taken as it is, one of all samples from behind the training samples")
  func selection() throws {
    #expect(try chosen(rows(5), test: 5, train: 7) == [0, 1, 2, 3, 4])
    #expect(try chosen(rows(12), test: 5, train: 7) == [7, 8, 9, 10, 11])
    #expect(try chosen(rows(5), test: 5, train: 0) == [0, 1, 2, 3, 4])
  }

  @Test("another number of samples, outputs or dimensions, or another type, is refused in one line")
  func refusals() throws {
    let samples = try problem(rows(6))
    #expect(samples.kind == .comparison && samples.description.contains("6 samples"))
    let outputs = try problem(rows(5, outputs: 4))
    #expect(outputs.kind == .comparison && outputs.description.contains("4 outputs"))
    #expect(try problem(NpyArray(shape: [5, 12], [UInt8](repeating: 0, count: 60))).kind == .usage)
    #expect(try problem(NpyArray(shape: [5, 4, 3], [Int32](repeating: 0, count: 60))).kind == .usage)
    for error in [samples, outputs] { #expect(!error.description.contains("\n")) }
  }

  @Test("a recording of other ticks than the samples is refused in one line, and names the file")
  func otherTicks() throws {
    let item = try WorkflowCase(count: 3)
    for ticks in [3, 5] {
      let spikes = NpyArray(shape: [3, ticks, 3], [UInt8](repeating: 0, count: 3 * ticks * 3))
      try item.withSpikes(spikes) { path in
        let expected = try ExpectedSpikes(path: path, testCount: 3, trainCount: 0, outputs: 3, readouts: 0)
        do {
          _ = try RunComparison.run(item.samples, expected: expected, actual: item.runner, outputs: 3, readouts: 0)
          Issue.record("\(ticks) ticks were taken for 4")
        } catch let error as WorkflowError {
          #expect(error.kind == .comparison && error.description.hasPrefix(path))
          #expect(error.description.contains("\(ticks) ticks") && !error.description.contains("\n"))
        }
      }
    }
  }
}
