import Datasets
import Networks
import TestSupport
import Testing

/// Ticks, codings and samples that do not go together.
@Suite struct SampleEncoderRefusalTests {
  @Test("what cannot be encoded is refused")
  func refused() throws {
    let folder = try TemporaryFolder()
    let data = try valueDataset(folder, samples: 10, inputs: 4, maximum: 255, seed: 3)
    func check(_ coding: InputCoding, inputs: Int = 4) throws {
      try SampleEncoder(coding: coding, ticks: 4, inputCount: inputs).check(data.train)
    }
    #expect(throws: DatasetError.inputMismatch(data: 4, network: 5)) {
      try check(InputCoding(kind: .direct, maximum: 255), inputs: 5)
    }
    #expect(throws: DatasetError.codingMismatch(isCounts: false, coding: "spikes")) { try check(.spikes) }
    #expect(throws: DatasetError.self) { try check(InputCoding(kind: .direct, maximum: 16)) }
  }

  @Test("ticks outside 1–65535 are an error everywhere, never a trap", arguments: [0, -1, 65536, .min, .max])
  func ticks(_ ticks: Int) throws {
    let folder = try TemporaryFolder()
    let data = try valueDataset(folder, samples: 10, inputs: 4, maximum: 255, seed: 3)
    let refusal = DatasetError.ticksOutOfRange(ticks)
    #expect(refusal.description == "ticks is \(ticks); a sample has 1–65535 ticks")
    #expect(throws: refusal) { try data.resolvedTicks(requested: ticks) }
    let encoder = SampleEncoder(coding: .standard(for: data), ticks: ticks, inputCount: 4)
    #expect(throws: refusal) { try encoder.check(data.test) }
    #expect(throws: refusal) { try data.export(to: folder.file("out.npz"), encoder: encoder) }
    let document = NetworkDocument(
      network: Network(inputCount: 4, populations: [], projections: [], outputs: []), ticks: ticks)
    #expect(throws: DocumentError.ticks(ticks)) { try document.validateFields() }
    #expect(!folder.names.contains("out.npz"))
  }

  @Test("the greatest and the least ticks are accepted")
  func tickLimits() throws {
    let folder = try TemporaryFolder()
    let data = try valueDataset(folder, samples: 10, inputs: 4, maximum: 255, seed: 3)
    for ticks in [1, 65535] {
      #expect(try data.resolvedTicks(requested: ticks) == ticks)
      try SampleEncoder(coding: .standard(for: data), ticks: ticks, inputCount: 4).check(data.test)
    }
  }

  @Test("a coding that cannot be is an error, never a trap")
  func codings() throws {
    let folder = try TemporaryFolder()
    let data = try valueDataset(folder, samples: 10, inputs: 4, maximum: 255, seed: 3)
    for (coding, error) in [
      (InputCoding(kind: .direct, maximum: 0), DocumentError.codingMaximum(0)),
      (InputCoding(kind: .rate, maximum: -1), .codingMaximum(-1)),
      (InputCoding(kind: .deterministic, maximum: .max), .codingMaximum(.max)),
      (InputCoding(kind: .direct, maximum: 255, levels: 256), .codingLevels(256)),
      (InputCoding(kind: .rate, maximum: 255, levels: 2), .levelsWithoutDirect(2, .rate)),
    ] {
      #expect(throws: DatasetError.invalidCoding(error)) {
        try SampleEncoder(coding: coding, ticks: 4, inputCount: 4).check(data.train)
      }
    }
    #expect(throws: DatasetError.inputMismatch(data: 4, network: -1)) {
      try SampleEncoder(coding: .standard(for: data), ticks: 4, inputCount: -1).check(data.train)
    }
  }
}
