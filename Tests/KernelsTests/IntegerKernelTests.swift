import FixedPoint
import Kernels
import NeuronCore
import Testing

@Suite("Integer kernels")
struct IntegerKernelTests {
  @Test("collect lists the non-zero counts and marks their masks", arguments: KernelVariant.supported)
  func collect(_ variant: KernelVariant) throws {
    let kernels = try KernelSet(variant)
    for seed in 0..<40 {
      var input = KernelInput(seed: UInt64(seed))
      let count = 16 * input.number(1...12), frame = input.number(0...63), greatest = seed % 3 == 0 ? 1 : 255
      let counts: AlignedBuffer<UInt8> = input.buffer(count, 0...greatest)
      for index in 0..<count where input.number(0...9) < seed % 10 { counts.elements[index] = 0 }
      let indices = AlignedBuffer<UInt16>(count: count, repeating: 0)
      let masks = AlignedBuffer<UInt64>(count: count, repeating: 2)
      defer { withExtendedLifetime((counts, indices, masks)) {} }
      var beyondOne = false
      let found = kernels.collect(
        counts.read, frame: frame, indices: indices.elements, masks: masks.elements, beyondOne: &beyondOne)
      let expected = (0..<count).filter { counts.elements[$0] != 0 }
      #expect(Array(indices[0..<found]).map(Int.init) == expected)
      #expect(beyondOne == counts.array.contains { $0 > 1 })
      let bit = UInt64(1) << UInt64(frame)
      #expect(masks.array == (0..<count).map { counts.elements[$0] != 0 ? 2 | bit : 2 })
    }
  }

  @Test("sums of rows are exact, also past 16 bits", arguments: KernelVariant.supported)
  func sums(_ variant: KernelVariant) throws {
    let kernels = try KernelSet(variant)
    for (seed, width) in [16, 32, 48, 64, 96, 112, 128, 144, 240, 400].enumerated() {
      var input = KernelInput(seed: UInt64(seed))
      let sources = 1100
      let isExtreme = seed % 2 == 0
      let rows: AlignedBuffer<Int8> = input.buffer(sources * width, isExtreme ? -128 ... -126 : -128...127)
      let counts: AlignedBuffer<UInt8> = input.buffer(sources, isExtreme ? 254...255 : 0...255)
      let active = isExtreme ? Array(0..<sources) : (0..<sources).filter { counts.elements[$0] != 0 && $0 % 3 != 1 }
      let indices = AlignedBuffer<UInt16>(count: active.count, repeating: 0)
      for (place, source) in active.enumerated() { indices.elements[place] = UInt16(source) }
      for weighted in [false, true] {
        let sums = AlignedBuffer<Int32>(count: width, repeating: -7)
        defer { withExtendedLifetime((sums, rows, indices, counts)) {} }
        kernels.sumRows(sums.elements, rows: rows.read, indices: indices.read, counts: weighted ? counts.read : nil)
        let expected = (0..<width).map { column in
          active.reduce(Int32(0)) {
            $0 + Int32(rows.elements[$1 * width + column]) * (weighted ? Int32(counts.elements[$1]) : 1)
          }
        }
        #expect(sums.array == expected)
      }
    }
  }

  @Test("no active source gives sums of 0", arguments: KernelVariant.supported)
  func noSource(_ variant: KernelVariant) throws {
    let sums = AlignedBuffer<Int32>(count: 80, repeating: 5)
    let rows = AlignedBuffer<Int8>(count: 160, repeating: 1)
    let none = AlignedBuffer<UInt16>(count: 0, repeating: 0)
    defer { withExtendedLifetime((sums, rows, none)) {} }
    try KernelSet(variant).sumRows(sums.elements, rows: rows.read, indices: none.read, counts: nil)
    #expect(sums.array.allSatisfy { $0 == 0 })
  }
}

@Suite("The tick kernel")
struct TickKernelTests {
  static let shifts: [UInt8] = [0, 1, 3, 8, 15, 31]
  static let leaks: [DecayRule] =
    [.none, .linear(amount: 0), .linear(amount: 3), .linear(amount: 40000), .linear(amount: .max)]
    + shifts.flatMap { shift in
      [
        .floor(shift: shift), .towardZero(shift: shift), .atLeastOne(shift: shift), .atLeastOneFloor(shift: shift),
        .multiply(shift: shift),
      ]
    }

  @Test("every leak, reset, compare and width is NeuronCore's tick", arguments: KernelVariant.supported)
  func equalsNeuronCore(_ variant: KernelVariant) throws {
    let kernels = try KernelSet(variant)
    var seed: UInt64 = 0
    for leak in Self.leaks {
      for reset in Reset.allCases {
        for compare in Comparison.allCases {
          for bits in [8, 12, 16, 24, 32] {
            seed += 1
            try replay(kernels, leak, reset, compare, bits: bits, seed: seed)
          }
        }
      }
    }
  }

  private func replay(
    _ kernels: KernelSet, _ leak: DecayRule, _ reset: Reset, _ compare: Comparison, bits: Int, seed: UInt64
  ) throws {
    var input = KernelInput(seed: seed)
    let count = 48, ticks = 12
    var model = NeuronModel.lif(leak: leak, membraneBits: bits)
    model.reset = reset
    model.compare = compare
    let upper = Int(model.upperBound)
    let threshold = Int32(seed % 5 == 0 ? 1 : max(input.number(1...max(upper / 2, 2)), 1))
    // A third of the inputs drive membranes into both bounds.
    let reach = min(seed % 3 == 0 ? upper * 2 : max(upper / 3, 4), 1 << 29)
    let bias: AlignedBuffer<Int32> = input.buffer(count, -reach / 8...reach / 8)
    let neurons = NeuronTick(
      leak: leak, compare: compare, reset: reset, lower: Int32(-upper - 1), upper: Int32(upper), threshold: threshold,
      greatestInput: Int64(reach) + Int64(reach / 8))
    var states = [NeuronState](repeating: NeuronState(), count: count)
    var membranes = AlignedBuffer<Int32>(count: count, repeating: 0)
    var spikes = AlignedBuffer<UInt8>(count: count, repeating: 0)
    for tick in 0..<ticks {
      let sums: AlignedBuffer<Int32> = input.buffer(count, -reach...reach)
      // The corners of the membrane, exactly.
      if tick == 3 {
        for index in 0..<8 { sums.elements[index] = Int32(min(upper, 1 << 29) * (index % 2 == 0 ? 1 : -1)) }
      }
      let nextMembranes = AlignedBuffer<Int32>(count: count, repeating: 0)
      let nextSpikes = AlignedBuffer<UInt8>(count: count, repeating: 9),
        saturated = AlignedBuffer<UInt8>(count: count, repeating: 9)
      defer { withExtendedLifetime((bias, sums, membranes, spikes, nextMembranes, nextSpikes, saturated)) {} }
      kernels.tick(
        neurons, lastMembrane: membranes.read, lastSpikes: spikes.read, input: sums.read, bias: bias.read,
        membrane: nextMembranes.elements, spikes: nextSpikes.elements, saturated: saturated.elements)
      for index in 0..<count {
        let before = states[index]
        let constants = NeuronConstants(threshold: threshold, bias: bias.elements[index])
        let outcome = model.tick(
          &states[index], constants: constants, input0: Int64(sums.elements[index]), tick: UInt32(tick))
        #expect(nextMembranes.elements[index] == outcome.membraneBeforeReset, "\(leak) \(reset) \(bits) bits")
        #expect(nextSpikes.elements[index] == outcome.spikes, "\(leak) \(reset) \(compare) \(bits) bits")
        let sum =
          leak.applied(to: Int64(before.membrane)) - Int64(before.pendingSpikes) * Int64(threshold)
          + Int64(sums.elements[index]) + Int64(bias.elements[index])
        #expect(saturated.elements[index] == (sum.magnitude > UInt64(upper) ? 1 : 0))
      }
      (membranes, spikes) = (nextMembranes, nextSpikes)
    }
  }
}
