import Networks

extension SampleEncoder {
  /// The counts of a series [ticks][channels]: each tick's value is coded.
  func fillSeries(
    _ row: UnsafeRawBufferPointer, channels: Int, sample: UInt32, draw: UInt64,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    switch coding.kind {
    case .spikes, .latency: preconditionFailure("a series needs a coding for series")
    case .direct:
      for position in 0..<output.count { output[position] = directCounts[Int(row[position])] }
    case .deterministic: deterministicSeries(row, channels: channels, into: output)
    case .rate: rateSeries(row, channels: channels, sample: sample, draw: draw, into: output)
    case .delta: delta(row, channels: channels, into: output)
    }
  }

  /// An accumulator for each channel gains the tick's value and spikes when it passes full scale.
  private func deterministicSeries(
    _ row: UnsafeRawBufferPointer, channels: Int, into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    for channel in 0..<channels {
      var sum = 0
      for position in stride(from: channel, to: output.count, by: channels) {
        sum &+= Int(row[position])
        output[position] = sum >= coding.maximum ? 1 : 0
        if sum >= coding.maximum { sum &-= coding.maximum }
      }
    }
  }

  /// The same random bits as of values, against the threshold of the tick's value.
  private func rateSeries(
    _ row: UnsafeRawBufferPointer, channels: Int, sample: UInt32, draw: UInt64,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    for channel in 0..<channels {
      for first in stride(from: 0, to: ticks, by: 8) {
        let words = rateBlock(input: channel, tick: first, sample: sample, draw: draw)
        for tick in first..<min(first + 8, ticks) {
          let half = tick &- first
          let bits = (words[half &>> 1] &>> UInt32(16 &* (half & 1))) & 0xFFFF
          let position = tick &* channels &+ channel
          output[position] = bits < rateThresholds[Int(row[position])] ? 1 : 0
        }
      }
    }
  }

  /// Spikes where a channel leaves its reference level by thresholds: ON on line 2·channel, OFF beside it.
  private func delta(
    _ row: UnsafeRawBufferPointer, channels: Int, into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    let threshold = coding.threshold
    for channel in 0..<channels {
      var reference = Int(row[channel])
      for tick in 0..<ticks {
        let value = Int(row[tick &* channels &+ channel])
        let line = tick &* inputCount &+ 2 &* channel
        // Most steps are too small for a spike: no division.
        if value &- reference < threshold, reference &- value < threshold {
          output[line] = 0
          output[line &+ 1] = 0
          continue
        }
        let step = coding.deltaStep(value: value, reference: &reference)
        output[line] = UInt8(step.on)
        output[line &+ 1] = UInt8(step.off)
      }
    }
  }
}
