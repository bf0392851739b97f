import Datasets
import FixedPoint
import NetworkFiles
import Networks
import TestSupport
import Testing

/// A series of bytes as a data set; the last of three samples is tested on.
func seriesDataset(_ folder: TemporaryFolder, ticks: Int, channels: Int, maximum: Int = 255, seed: UInt64 = 1) throws
  -> Dataset
{
  var random = RandomStream(seed: seed, stream: 1)
  let values = (0..<3 * ticks * channels).map { _ in UInt8(random.below(UInt32(maximum + 1))) }
  let path = folder.file("series.npz")
  try Npz.write(
    [
      ("series", NpyArray(shape: [3, ticks, channels], values)),
      ("label", NpyArray(shape: [3], [0, 1, 2] as [UInt8])),
    ], to: path)
  return try Dataset.load(path)
}

@Suite struct CodingTests {
  @Test("latency: the page's example, and the formula for every value")
  func latency() throws {
    let coding = InputCoding(kind: .latency, maximum: 4)
    #expect([4, 3, 1, 0].map { coding.latencyTick(of: $0, ticks: 9) } == [0, 2, 6, nil])
    let folder = try TemporaryFolder()
    let data = try valueDataset(folder, samples: 10, inputs: 40, maximum: 255)
    for ticks in [1, 2, 16, 100] {
      let coding = InputCoding(kind: .latency, maximum: 255)
      let encoder = SampleEncoder(coding: coding, ticks: ticks, inputCount: 40)
      try encoder.check(data.train)
      let row = try data.train.withRow(2) { $0.map(Int.init) }
      var expected = [UInt8](repeating: 0, count: ticks * 40)
      for (input, value) in row.enumerated() where value > 0 {
        // ⌊x + ½⌋ in floating point, which holds these numbers exactly enough.
        let tick = Int((Double((255 - value) * (ticks - 1)) / 255 + 0.5).rounded(.down))
        expected[tick * 40 + input] = 1
      }
      #expect(try encoded(encoder, 2, of: data.train) == expected)
    }
  }

  @Test("delta: one step is the page's example; with enough levels nothing is carried over")
  func deltaStep() {
    var reference = 10
    let coding = InputCoding(kind: .delta, maximum: 255, levels: 2, threshold: 3)
    #expect(coding.deltaStep(value: 20, reference: &reference) == (2, 0) && reference == 16)
    #expect(coding.deltaStep(value: 20, reference: &reference) == (1, 0) && reference == 19)
    #expect(coding.deltaStep(value: 17, reference: &reference) == (0, 0) && reference == 19)
    #expect(coding.deltaStep(value: 0, reference: &reference) == (0, 2) && reference == 13)
  }

  @Test("delta: two lines a channel, the reference stays within what the counts say")
  func delta() throws {
    let folder = try TemporaryFolder()
    let data = try seriesDataset(folder, ticks: 30, channels: 7)
    for (threshold, levels) in [(1, 255), (1, 1), (10, 1), (10, 255), (40, 3), (255, 1)] {
      let coding = InputCoding(kind: .delta, maximum: 255, levels: levels, threshold: threshold)
      #expect(coding.inputCount(for: data) == 14)
      let encoder = SampleEncoder(coding: coding, ticks: 30, inputCount: 14)
      try encoder.check(data.train)
      #expect(encoder.maximumCount(of: data.train) == levels)
      let row = try data.train.withRow(1) { $0.map(Int.init) }
      let counts = try encoded(encoder, 1, of: data.train).map(Int.init)
      for channel in 0..<7 {
        var reference = row[channel]
        for tick in 0..<30 {
          let (on, off) = (counts[tick * 14 + 2 * channel], counts[tick * 14 + 2 * channel + 1])
          let difference = row[tick * 7 + channel] - reference
          #expect(on == min(levels, max(difference, 0) / threshold))
          #expect(off == min(levels, max(-difference, 0) / threshold))
          reference += (on - off) * threshold
          if levels == 255 { #expect(abs(row[tick * 7 + channel] - reference) < threshold) }
        }
      }
    }
  }

  @Test("a series under direct, deterministic and rate codes the value of each tick")
  func series() throws {
    let folder = try TemporaryFolder()
    let data = try seriesDataset(folder, ticks: 21, channels: 5)
    let row = try data.test.withRow(0) { $0.map(Int.init) }
    func counts(_ coding: InputCoding) throws -> [UInt8] {
      let encoder = SampleEncoder(coding: coding, ticks: 21, inputCount: 5)
      try encoder.check(data.test)
      return try encoded(encoder, 0, of: data.test, draw: 3)
    }
    let direct = InputCoding(kind: .direct, maximum: 255, levels: 7)
    #expect(try counts(direct) == row.map { UInt8(direct.directCount(of: $0)) })
    var expected: [UInt8] = []
    var sums = [Int](repeating: 0, count: 5)
    for (position, value) in row.enumerated() {
      let before = sums[position % 5] / 255
      sums[position % 5] += value
      expected.append(UInt8(sums[position % 5] / 255 - before))
    }
    #expect(try counts(InputCoding(kind: .deterministic, maximum: 255)) == expected)
    let seed: UInt64 = 77
    let random = row.enumerated().map { position, value -> UInt8 in
      let (tick, channel) = position.quotientAndRemainder(dividingBy: 5)
      let block = Philox4x32.block(
        counter: SIMD4(UInt32(channel), UInt32(tick / 8), 2, 3), key: SIMD2(UInt32(seed), 0x7261_7465))
      let bits = (block[tick % 8 / 2] >> UInt32(tick % 2 * 16)) & 0xFFFF
      return Int(bits) < (value * 65536 + 127) / 255 ? 1 : 0
    }
    #expect(try counts(InputCoding(kind: .rate, maximum: 255, seed: seed)) == random)
  }

  @Test("the coding of a data set when nobody asks for another")
  func standard() throws {
    let folder = try TemporaryFolder()
    let series = try seriesDataset(folder, ticks: 4, channels: 2)
    #expect(InputCoding.standard(for: series) == InputCoding(kind: .delta, maximum: 255, threshold: 15))
    #expect(InputCoding.standard(for: series, kind: .direct).levels == 16)
    let values = try valueDataset(folder, samples: 5, inputs: 2, maximum: 9)
    #expect(InputCoding.standard(for: values, kind: .latency) == InputCoding(kind: .latency, maximum: 16))
    #expect(InputCoding.standard(for: values, kind: .latency).inputCount(for: values) == 2)
  }

  @Test("delta of values, latency of series, thresholds without delta are refused")
  func refused() throws {
    let folder = try TemporaryFolder()
    let values = try valueDataset(folder, samples: 10, inputs: 4, maximum: 255)
    let series = try seriesDataset(folder, ticks: 6, channels: 4)
    #expect(throws: DatasetError.deltaWithoutSeries) {
      try SampleEncoder(coding: InputCoding(kind: .delta, maximum: 255), ticks: 6, inputCount: 8).check(values.train)
    }
    #expect(throws: DatasetError.latencyOfSeries) {
      try SampleEncoder(coding: InputCoding(kind: .latency, maximum: 255), ticks: 6, inputCount: 4).check(series.train)
    }
    #expect(throws: DatasetError.inputMismatch(data: 8, network: 4)) {
      try SampleEncoder(coding: InputCoding(kind: .delta, maximum: 255), ticks: 6, inputCount: 4).check(series.train)
    }
    #expect(throws: DatasetError.ticksMismatch(data: 6, requested: 7)) {
      try SampleEncoder(coding: InputCoding(kind: .delta, maximum: 255), ticks: 7, inputCount: 8).check(series.train)
    }
    for (coding, error) in [
      (InputCoding(kind: .direct, threshold: 2), DocumentError.thresholdWithoutDelta(2, .direct)),
      (InputCoding(kind: .delta, threshold: 0), .codingThreshold(0)),
      (InputCoding(kind: .delta, threshold: 65536), .codingThreshold(65536)),
      (InputCoding(kind: .latency, levels: 2), .levelsWithoutDirect(2, .latency)),
    ] {
      #expect(throws: error) { try coding.validate() }
    }
  }
}
