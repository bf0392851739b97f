import Kernels
import Testing

@Suite("Weight kernels")
struct WeightKernelTests {
  @Test("quantising rounds ties to even and clips", arguments: KernelVariant.supported)
  func quantise(_ variant: KernelVariant) throws {
    let values: [Float] = [0, 0.5, 1.5, 2.5, -0.5, -1.5, 6.49, 6.5, 7.5, 100, -7.5, -100, 3.2, -3.2, 1e30, -1e30]
    let weights = AlignedBuffer<Float>(count: 16, repeating: 0)
    _ = weights.elements.update(fromContentsOf: values)
    let quantised = AlignedBuffer<Int8>(count: 16, repeating: 0)
    defer { withExtendedLifetime((weights, quantised)) {} }
    try KernelSet(variant).quantise(quantised.elements, weights: weights.read, scale: 1, limit: 7)
    #expect(quantised.array == [0, 0, 2, 2, 0, -2, 6, 6, 7, 7, -7, -7, 3, -3, 7, -7])
    var input = KernelInput(seed: 3)
    let random = input.floats(1000, scale: 2), result = AlignedBuffer<Int8>(count: 1000, repeating: 0)
    defer { withExtendedLifetime((random, result)) {} }
    try KernelSet(variant).quantise(result.elements, weights: random.read, scale: 77.3, limit: 127)
    #expect(result.array == random.array.map { Int8(min(max($0 * 77.3, -127), 127).rounded(.toNearestOrEven)) })
  }

  @Test("the quantisation error is a fixed tree over 16 lanes", arguments: KernelVariant.supported)
  func error(_ variant: KernelVariant) throws {
    var input = KernelInput(seed: 4)
    let weights = input.floats(1600, scale: 1)
    defer { withExtendedLifetime((weights)) {} }
    let error = try KernelSet(variant).quantisationError(weights: weights.read, scale: 9, limit: 7)
    var lanes = [Double](repeating: 0, count: 16)
    let inverse: Float = 1 / 9
    for (index, weight) in weights.array.enumerated() {
      let quantised = min(max(weight * 9, -7), 7).rounded(.toNearestOrEven)
      let difference = weight - quantised * inverse
      lanes[index % 16] += Double(difference * difference)
    }
    for half in [8, 4, 2, 1] { for lane in 0..<half { lanes[lane] += lanes[lane + half] } }
    #expect(error == lanes[0])
    #expect(try KernelSet(variant).greatestMagnitude(weights.read) == weights.array.map(\.magnitude).max())
  }

  @Test(
    "Adam moves weights, clears the gradient and lets clipped weights only shrink", arguments: KernelVariant.supported)
  func adam(_ variant: KernelVariant) throws {
    var input = KernelInput(seed: 5)
    let count = 77
    let weights = input.floats(count), gradient = input.floats(count), first = input.floats(count, scale: 0.1)
    let second = input.floats(count, scale: 0.01)
    for index in 0..<count { second.elements[index] = second.elements[index].magnitude }
    defer { withExtendedLifetime((weights, gradient, first, second)) {} }
    let (w, g, m, v) = (weights.array, gradient.array, first.array, second.array)
    try KernelSet(variant).adam(
      weights: weights.elements, gradient: gradient.elements, first: first.elements, second: second.elements,
      gradientScale: 0.25, rate: 0.01, decay1: 0.9, decay2: 0.999, epsilon: 1e-8, clip: 0.5)
    let (rest1, rest2): (Float, Float) = (1 - 0.9, 1 - 0.999)
    for index in 0..<count {
      var slope = g[index] * 0.25
      if w[index].magnitude > 0.5 && !(w[index] * slope > 0) { slope = 0 }
      let newFirst = 0.9 * m[index] + rest1 * slope
      let newSecond = 0.999 * v[index] + rest2 * (slope * slope)
      let moved = w[index] - 0.01 * newFirst / (newSecond.squareRoot() + 1e-8)
      #expect(first.elements[index].bitPattern == newFirst.bitPattern)
      #expect(second.elements[index].bitPattern == newSecond.bitPattern)
      #expect(weights.elements[index].bitPattern == moved.bitPattern)
      #expect(gradient.elements[index] == 0)
    }
  }
}
