import Datasets
import Emulator
import Images
import NetworkFiles
import Networks
import ShippedTargets
import Targets
import TestSupport
import Testing
import Workflows

/// Runners, evaluations, recordings and child processes.
@Suite struct RunTests {
  @Test("the interpreter and the emulator give the same outputs, at every number of threads and for any range")
  func runners() throws {
    let item = try WorkflowCase(count: 25)
    let expected = try item.outputs()
    for threads in [1, 2, 3] {
      let runners: [any SampleRunner] = [
        try ReferenceRunner(item.document.network, threads: threads), EmulatorRunner(item.emulator, threads: threads),
      ]
      for runner in runners {
        var outputs: [[UInt8]] = []
        var order: [Int] = []
        try runner.run(3..<25, of: item.samples) {
          order.append($0)
          outputs.append($1.outputs)
        }
        #expect(order == Array(3..<25) && outputs == Array(expected[3...]))
      }
    }
  }

  @Test("an evaluation counts decisions, spikes and confusions")
  func evaluation() throws {
    let item = try WorkflowCase(count: 9, wrongLabels: 2)
    let result = try Evaluation.run(
      item.samples, on: item.runner, name: "emulator", decoder: .spikeCount, classNames: ["a", "b", "c"], outputs: 3,
      progress: { _ in })
    #expect(result.samples == 9 && result.accuracy == 7.0 / 9.0 && result.on == "emulator")
    // Samples 0 and 1 are classes 0 and 1, labelled 1 and 2.
    #expect(result.confusion == [[2, 0, 0], [1, 2, 0], [0, 1, 3]])
    // Input in four ticks, one spike each.
    #expect(result.spikesPerSample == 4)
  }

  @Test("no samples, no outputs, no labels and labels that are no class are usage errors")
  func badEvaluations() throws {
    let item = try WorkflowCase()
    let cases: [(LabelledSamples, Int)] = [
      (LabelledSamples(ticks: 4, lines: 3, labels: []), 3), (item.samples, 0),
      (LabelledSamples(ticks: 4, lines: 3, labels: [nil]), 3), (LabelledSamples(ticks: 4, lines: 3, labels: [3]), 3),
    ]
    for (samples, outputs) in cases {
      do {
        _ = try Evaluation.run(
          samples, on: item.runner, name: "", decoder: .spikeCount, classNames: [], outputs: outputs,
          progress: { _ in })
        Issue.record("\(samples.labels) was evaluated")
      } catch let error as WorkflowError {
        #expect(error.kind == .usage && !error.description.contains("\n"))
      }
    }
  }

  @Test("samples of another width are refused by every runner")
  func widths() throws {
    let item = try WorkflowCase()
    let wide = LabelledSamples(ticks: 4, lines: 4, labels: [0])
    #expect(throws: EmulatorError.inputWidth(given: 4, expected: 3)) {
      try item.runner.run(0..<1, of: wide) { _, _ in }
    }
    let reference = try ReferenceRunner(item.document.network, threads: 1)
    #expect(throws: WorkflowError.self) { try reference.run(0..<1, of: wide) { _, _ in } }
  }

  @Test("a recording holds aligned or raw spikes, and membranes when traced", arguments: [false, true], [false, true])
  func recording(isRaw: Bool, isTraced: Bool) throws {
    let item = try WorkflowCase(count: 7)
    let path = "/tmp/snnmap-recording-\(UInt64.random(in: 0 ... .max)).npz"
    defer { removeFile(path) }
    let recording = EmulationRecording(emulator: item.emulator, samples: item.samples, isRaw: isRaw, threads: 2)
    var total = 0
    try AtomicFile.write(path) {
      total = try recording.write(to: $0, tracingMembranes: isTraced, progress: { _ in })
    }
    #expect(total == 7 * 4)
    let archive = try Npz.read(path)
    let spikes = try archive.array("spikes")
    #expect(spikes.type == .uint8 && spikes.shape == [7, isRaw ? 5 : 4, 3])
    let values = spikes.withBytes { Array($0) }
    let aligned = try item.outputs().flatMap { $0 }
    if isRaw {
      // Delay 1: nothing leaves in tick 0, then what aligned says.
      let shifted = (0..<7).flatMap { [UInt8](repeating: 0, count: 3) + aligned[$0 * 12..<($0 + 1) * 12] }
      #expect(values == shifted)
    } else {
      #expect(values == aligned)
    }
    #expect(archive.contains("membrane") == isTraced)
    if isTraced {
      let membranes = try archive.array("membrane")
      #expect(membranes.type == .int32 && membranes.shape == [7, 5, 3])
    }
  }

  @Test("a child process runs until it is told to end, and one that cannot be started is an error with its name")
  func childProcess() throws {
    let sleeper = try ChildProcess(["/bin/sleep", "60"])
    #expect(!sleeper.hasEnded)
    let start = ContinuousClock.now
    sleeper.end()
    #expect(sleeper.hasEnded && ContinuousClock.now - start < .seconds(10))
    sleeper.end()
    let short = try ChildProcess(["/bin/true"])
    let deadline = ContinuousClock.now + .seconds(10)
    while !short.hasEnded && ContinuousClock.now < deadline { pause() }
    #expect(short.hasEnded)
    short.end()
    do {
      _ = try ChildProcess(["/nowhere/program"])
      Issue.record("a program that is not there was started")
    } catch let error as WorkflowError {
      #expect(error.kind == .failure && error.description.contains("/nowhere/program"))
    }
  }
}
