import FixedPoint
import Kernels
import Testing

/// Kernels that follow events, against loops that anyone can read.
@Suite("Event kernels")
struct EventKernelTests {
  @Test("a gradient gathers active frames of all samples, with and without counts", arguments: KernelVariant.supported)
  func gather(_ variant: KernelVariant) throws {
    let kernels = try KernelSet(variant)
    for seed in 0..<24 {
      var input = KernelInput(seed: UInt64(seed))
      let frames = input.number(1...(seed % 2 == 0 ? 40 : 150)), words = (frames + 63) / 64
      let sources = 16 * input.number(1...9), stride = 16 * input.number(1...14), pitch = stride + 16
      let samples = input.number(1...9), weighted = seed % 3 == 0
      let gradient = AlignedBuffer<Double>(count: sources * stride, repeating: 1)
      let adjoints = AlignedBuffer<Double>(count: samples * frames * pitch, repeating: 0)
      for index in 0..<adjoints.count { adjoints.elements[index] = Double(input.number(-50...50)) }
      let counts: AlignedBuffer<UInt8> = input.buffer(samples * frames * sources, 0...(weighted ? 3 : 1))
      let masks = AlignedBuffer<UInt64>(count: samples * words * sources, repeating: 0)
      var expected = gradient.array
      for sample in 0..<samples {
        for frame in 0..<frames {
          for source in 0..<sources {
            let count = counts.elements[(sample * frames + frame) * sources + source]
            if count == 0 { continue }
            masks.elements[(sample * words + frame / 64) * sources + source] |= 1 << UInt64(frame % 64)
            for column in 0..<stride {
              let adjoint = adjoints.elements[(sample * frames + frame) * pitch + column]
              expected[source * stride + column] += 0.5 * Double(count) * adjoint
            }
          }
        }
      }
      defer { withExtendedLifetime((gradient, adjoints, counts, masks)) {} }
      let traces = try (0..<samples).map { sample in
        TracePointers<Double>(
          masks: UnsafePointer(try #require(masks.elements.baseAddress)) + sample * words * sources,
          adjoint: UnsafePointer(try #require(adjoints.elements.baseAddress)) + sample * frames * pitch,
          counts: weighted
            ? UnsafePointer(try #require(counts.elements.baseAddress)) + sample * frames * sources : nil)
      }
      traces.withUnsafeBufferPointer { traces in
        // Any partition of the rows gives the same.
        for rows in [0..<sources / 3, sources / 3..<sources] {
          kernels.gather(
            gradient.elements, stride: stride, rows: rows, sources: sources, frames: frames, countStride: sources,
            pitch: pitch, scale: 0.5, traces: traces)
        }
      }
      // Whole numbers and halves: every sum is exact.
      #expect(gradient.array == expected, "seed \(seed)")
    }
  }

  @Test("random spikes are those of the plain generator", arguments: KernelVariant.supported)
  func drawSpikes(_ variant: KernelVariant) throws {
    let kernels = try KernelSet(variant)
    for seed in 0..<20 {
      var input = KernelInput(seed: UInt64(seed))
      let rowCount = input.number(1...90), ticks = input.number(1...30), count = input.number(0...rowCount)
      let padded = (rowCount + 15) / 16 * 16
      let inputs = AlignedBuffer<UInt32>(count: padded, repeating: 0)
      let limits = AlignedBuffer<UInt32>(count: padded, repeating: 0)
      var isDrawn = [UInt32?](repeating: nil, count: rowCount)
      for place in 0..<count {
        let which = place * rowCount / max(count, 1)
        inputs.elements[place] = UInt32(which)
        limits.elements[place] = UInt32(input.number(0...65536))
        isDrawn[which] = limits.elements[place]
      }
      let spikes = AlignedBuffer<UInt8>(count: rowCount * ticks, repeating: 7)
      defer { withExtendedLifetime((inputs, limits, spikes)) {} }
      let key = SIMD2<UInt32>(UInt32(seed), 99)
      kernels.drawSpikes(
        spikes.elements, rowCount: rowCount, ticks: ticks, inputs: inputs.read, limits: limits.read, count: count,
        sample: 5, draw: 6, key: key)
      for tick in 0..<ticks {
        for which in 0..<rowCount {
          let block = Philox4x32.block(counter: SIMD4(UInt32(which), UInt32(tick / 8), 5, 6), key: key)
          let bits = block[tick % 8 / 2] >> UInt32(16 * (tick % 2)) & 0xFFFF
          let expected: UInt8 = isDrawn[which].map { bits < $0 ? 1 : 0 } ?? 7
          #expect(spikes.elements[tick * rowCount + which] == expected, "seed \(seed)")
        }
      }
    }
  }

  @Test("the gradient of a convolution is the plain sum over positions", arguments: KernelVariant.supported)
  func convolveGradient(_ variant: KernelVariant) throws {
    let kernels = try KernelSet(variant)
    for seed in 0..<40 {
      var input = KernelInput(seed: UInt64(seed))
      let kernel = input.number(1...6), stride = seed % 4 == 0 ? 2 : 1, padding = input.number(0...kernel - 1)
      let height = input.number(kernel...9), width = input.number(kernel...9), channels = input.number(1...5)
      let below = seed % 3 == 0 ? channels : 16, outChannels = input.number(1...40)
      if height * width * below % 16 != 0 { continue }
      let shape = ConvolutionShape(
        height: height, width: width, channels: channels, below: below, kernel: kernel, stride: stride,
        padding: padding, outChannels: outChannels)
      let above = shape.weightCount / (channels * kernel * kernel)
      let counts = AlignedBuffer<UInt8>(count: shape.belowCount, repeating: 0)
      for position in 0..<height * width {
        for channel in 0..<channels where input.number(0...2) == 0 {
          counts.elements[position * below + channel] = UInt8(input.number(1...4))
        }
      }
      let adjoint = AlignedBuffer<Double>(count: shape.aboveCount, repeating: 0)
      for index in 0..<adjoint.count { adjoint.elements[index] = Double(input.number(-9...9)) }
      let gradient = AlignedBuffer<Double>(count: shape.weightCount, repeating: 2)
      let padded = AlignedBuffer<Double>(count: shape.paddedCount, repeating: 0)
      let sorted = AlignedBuffer<UInt32>(count: shape.sortedCount, repeating: 0)
      let indices = AlignedBuffer<UInt16>(count: shape.belowCount, repeating: 0)
      defer { withExtendedLifetime((counts, adjoint, gradient, padded, sorted, indices)) {} }
      var expected = gradient.array
      let outWidth = (width + 2 * padding - kernel) / stride + 1
      for position in 0..<shape.aboveCount / above {
        for channel in 0..<channels {
          for tap in 0..<kernel * kernel {
            let y = position / outWidth * stride + tap / kernel - padding
            let x = position % outWidth * stride + tap % kernel - padding
            guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
            let count = Double(counts.elements[(y * width + x) * below + channel])
            for out in 0..<above {
              expected[(channel * kernel * kernel + tap) * above + out] +=
                count * adjoint.elements[position * above + out]
            }
          }
        }
      }
      var beyondOne = false
      let found = kernels.events(counts.read, indices: indices.elements, beyondOne: &beyondOne)
      kernels.convolveGradient(
        gradient.elements, adjoint: adjoint.read, shape: shape, indices: UnsafeBufferPointer(indices[0..<found]),
        counts: counts.read, padded: padded.elements, sorted: sorted.elements)
      #expect(gradient.array == expected, "seed \(seed), kernel \(kernel), stride \(stride), padding \(padding)")
    }
  }
}
