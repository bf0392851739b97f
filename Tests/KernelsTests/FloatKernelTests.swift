import Kernels
import Testing

/// Every variant against plain loops in the defined order, bit for bit.
@Suite("Float kernels")
struct FloatKernelTests {
  @Test("the fast sigmoid is 1 at the threshold and 1/(1 + slope)² at 0 and 2θ", arguments: KernelVariant.supported)
  func fastSigmoid(_ variant: KernelVariant) throws {
    var input = KernelInput(seed: 1)
    let membrane: AlignedBuffer<Int32> = input.buffer(53, -40000...40000)
    (membrane.elements[0], membrane.elements[1], membrane.elements[2]) = (64, 0, 128)
    membrane.elements[3] = .min
    let factors = AlignedBuffer<Float>(count: 53, repeating: 0)
    defer { withExtendedLifetime((membrane, factors)) {} }
    try KernelSet(variant).fastSigmoid(factors.elements, membrane: membrane.read, threshold: 64, slope: 9)
    #expect(factors.elements[0] == 1 && factors.elements[1] == 0.01 && factors.elements[2] == 0.01)
    let inverse: Float = 1 / 64
    for index in 0..<53 {
      let d = 1 + 9 * (Float(Int64(membrane.elements[index]) - 64) * inverse).magnitude
      #expect(factors.elements[index].bitPattern == (1 / (d * d)).bitPattern)
    }
  }

  @Test("the adjoint runs backward in time", arguments: KernelVariant.supported)
  func adjoint(_ variant: KernelVariant) throws {
    let kernels = try KernelSet(variant)
    for seed in 0..<12 {
      var input = KernelInput(seed: UInt64(seed))
      let ticks = input.number(1...20), stride = 16 * input.number(1...5), count = ticks * stride
      let isConstant = seed % 2 == 0, zeroReset = seed % 3 == 0
      let upstream = input.floats(isConstant ? stride : count), factors = input.floats(count)
      let spikes: AlignedBuffer<UInt8> = input.buffer(count, 0...1),
        saturated: AlignedBuffer<UInt8> = input.buffer(count, 0...1)
      let result = AlignedBuffer<Float>(count: count, repeating: 5)
      defer { withExtendedLifetime((upstream, factors, spikes, saturated, result)) {} }
      kernels.adjoint(
        result.elements, upstream: upstream.read, factors: factors.read, spikes: spikes.read, saturated: saturated.read,
        decay: 0.9375, zeroReset: zeroReset, ticks: ticks, stride: stride)
      var expected = [Float](repeating: 0, count: count)
      for column in 0..<stride {
        var next: Float = 0
        for tick in (0..<ticks).reversed() {
          let at = tick * stride + column
          let kept: Float = (zeroReset ? 1 - Float(spikes.elements[at]) : 1) * next
          let gained = upstream.elements[isConstant ? column : at] * factors.elements[at]
          next = (gained + 0.9375 * kept) * (1 - Float(saturated.elements[at]))
          expected[at] = next
        }
      }
      #expect(result.array.firstDifference(from: expected) == nil)
    }
  }

  @Test("a product of matrices sums in ascending order", arguments: KernelVariant.supported)
  func multiply(_ variant: KernelVariant) throws {
    for seed in 0..<12 {
      var input = KernelInput(seed: UInt64(seed))
      let rows = input.number(1...19), depth = input.number(1...40), columns = 16 * input.number(1...4),
        aStride = depth + seed
      let a = input.floats(rows * aStride), b = input.floats(depth * columns)
      let c = AlignedBuffer<Float>(count: rows * columns, repeating: 3)
      defer { withExtendedLifetime((a, b, c)) {} }
      try KernelSet(variant).multiply(
        c.elements, a.read, aStride: aStride, b.read, rows: rows, depth: depth, columns: columns)
      var expected = [Float](repeating: 0, count: rows * columns)
      for row in 0..<rows {
        for k in 0..<depth {
          for column in 0..<columns {
            expected[row * columns + column] += a.elements[row * aStride + k] * b.elements[k * columns + column]
          }
        }
      }
      #expect(c.array.firstDifference(from: expected) == nil)
    }
  }

  @Test("a gradient gathers active frames in order, with and without counts", arguments: KernelVariant.supported)
  func gather(_ variant: KernelVariant) throws {
    let kernels = try KernelSet(variant)
    for seed in 0..<16 {
      var input = KernelInput(seed: UInt64(seed))
      let frames = input.number(1...130), words = (frames + 63) / 64, sources = 32, stride = 16 * input.number(1...14)
      let samples = input.number(1...7), weighted = seed % 2 == 0
      let gradient = input.floats(sources * stride)
      var expected = gradient.array
      let adjoints = (0..<samples).map { _ in input.floats(frames * stride) }
      let counts: [AlignedBuffer<UInt8>] = (0..<samples).map { _ in
        input.buffer(frames * sources, 0...(weighted ? 255 : 1))
      }
      let masks = counts.map { counts in
        let masks = AlignedBuffer<UInt64>(count: words * sources, repeating: 0)
        for frame in 0..<frames {
          for source in 0..<sources where counts.elements[frame * sources + source] != 0 {
            masks.elements[frame / 64 * sources + source] |= 1 << UInt64(frame % 64)
          }
        }
        return masks
      }
      defer { withExtendedLifetime((gradient, adjoints, counts, masks)) {} }
      for source in 3..<29 {
        for sample in 0..<samples {
          for frame in 0..<frames where counts[sample].elements[frame * sources + source] != 0 {
            let count = Float(counts[sample].elements[frame * sources + source])
            for column in 0..<stride {
              expected[source * stride + column] += count * adjoints[sample].elements[frame * stride + column]
            }
          }
        }
      }
      let traces = (0..<samples).map {
        SampleTracePointers(masks: masks[$0].read, adjoint: adjoints[$0].read, counts: weighted ? counts[$0].read : nil)
      }
      traces.withUnsafeBufferPointer { traces in
        for rows in [3..<10, 10..<29] {
          kernels.gather(
            gradient.elements, stride: stride, rows: rows, sources: sources, words: words, countStride: sources,
            traces: traces)
        }
      }
      #expect(gradient.array.firstDifference(from: expected) == nil)
    }
  }
}
