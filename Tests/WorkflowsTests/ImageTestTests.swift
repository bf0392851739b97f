import Emulator
import Images
import NetworkFiles
import Networks
import Testing
import Workflows

/// What a test of an image checks, and what makes it fail.
@Suite struct ImageTestTests {
  private func run(
    _ item: WorkflowCase, actual: (any SampleRunner)? = nil, emulator: EmulatorRunner? = nil,
    expected: ExpectedSpikes? = nil, minimumAccuracy: Double? = nil
  ) throws -> ImageTest {
    try ImageTest.run(
      item.samples, host: item.image.host, actual: actual ?? item.runner, emulator: emulator, expected: expected,
      minimumAccuracy: minimumAccuracy, progress: { _ in })
  }

  @Test("without expectations the test passes when the image runs every sample")
  func plain() throws {
    let result = try run(try WorkflowCase())
    #expect(result.passed && result.samples == 10 && result.accuracy == 1 && result.mismatches == 0)
    #expect(result.checks.count == 1 && result.firstDifference == nil)
  }

  @Test("an accuracy below what is asked fails, at it passes")
  func accuracy() throws {
    let item = try WorkflowCase(count: 10, wrongLabels: 3)
    let enough = try run(item, minimumAccuracy: 0.7)
    #expect(enough.passed && enough.accuracy == 0.7)
    let tooLow = try run(item, minimumAccuracy: 0.71)
    #expect(!tooLow.passed && tooLow.mismatches == 0)
    let failure = try #require(tooLow.checks.last?.failure)
    #expect(failure.contains("7 of 10") && failure.contains("0.71"))
  }

  @Test("a recording that agrees passes; one spike more names sample, tick and output")
  func recording() throws {
    let item = try WorkflowCase()
    var spikes = try item.outputs().flatMap { $0 }
    #expect(spikes.contains(1))
    let same = try item.withSpikes(NpyArray(shape: [10, 4, 3], spikes)) {
      try run(item, expected: try ExpectedSpikes(path: $0, testCount: 10, trainCount: 50, outputs: 3, readouts: 0))
    }
    #expect(same.passed && same.mismatches == 0 && same.checks.count == 1)

    spikes[7 * 12 + 2 * 3 + 0] += 1
    spikes[9 * 12 + 1] += 1
    let other = try item.withSpikes(NpyArray(shape: [10, 4, 3], spikes)) {
      try run(item, expected: try ExpectedSpikes(path: $0, testCount: 10, trainCount: 50, outputs: 3, readouts: 0))
    }
    #expect(!other.passed && other.mismatches == 2)
    let first = try #require(other.firstDifference)
    #expect(first.hasPrefix("sample 7, tick 2, neuron 0: expected "))
    #expect(other.checks[0].failure?.contains(first) == true)
  }

  @Test("a device whose outputs or checksum differ from the emulator's fails")
  func device() throws {
    let item = try WorkflowCase()
    let right = try run(item, actual: AlteredRunner(base: item.runner) { _, _ in }, emulator: item.runner)
    #expect(right.passed && right.checks.count == 1)
    let output = try run(
      item, actual: AlteredRunner(base: item.runner) { if $0 == 4 { $1.outputs[5] &+= 1 } }, emulator: item.runner)
    #expect(!output.passed && output.mismatches == 1)
    #expect(output.firstDifference?.hasPrefix("sample 4, tick 1, neuron 2: ") == true)
    let checksum = try run(
      item, actual: AlteredRunner(base: item.runner) { if $0 == 6 { $1.checksum = $1.checksum.map { $0 ^ 1 } } },
      emulator: item.runner)
    #expect(!checksum.passed && checksum.mismatches == 1)
    #expect(checksum.firstDifference?.contains("sample 6") == true)
    #expect(checksum.firstDifference?.contains("checksum") == true)
  }

  @Test("samples without labels are a usage error that names the array")
  func noLabels() throws {
    let item = try WorkflowCase()
    let bare = LabelledSamples(ticks: 4, lines: 3, labels: [nil, nil])
    do {
      _ = try ImageTest.run(
        bare, host: item.image.host, actual: item.runner, emulator: nil, expected: nil, minimumAccuracy: 0.5,
        progress: { _ in })
      Issue.record("accuracy without labels")
    } catch let error as WorkflowError {
      #expect(error.kind == .usage && error.description.contains("label"))
    }
  }
}
