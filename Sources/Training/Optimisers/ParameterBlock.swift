import Kernels

/// A part of a parameter that one task works on: fixed sizes, so that no sum depends on the number of threads.
struct ParameterBlock<R: KernelScalar>: Sendable {
  let parameter: Parameter<R>
  let elements: Range<Int>
  /// The population that the parameter belongs to.
  let population: Int

  static var size: Int { 16_384 }

  /// The blocks of a population's trained parameters, in a fixed order.
  static func blocks(of parameters: [Parameter<R>], population: Int) -> [ParameterBlock] {
    parameters.flatMap { parameter in
      stride(from: 0, to: parameter.values.count, by: size).map { first in
        ParameterBlock(
          parameter: parameter, elements: first..<min(first + size, parameter.values.count), population: population)
      }
    }
  }

  /// Σ gradient², in 64 bits and in one order: eight sums side by side, then these one after another.
  var squaredGradient: Double {
    defer { withExtendedLifetime(parameter) {} }
    let gradient = parameter.gradient[elements]
    var sums = SIMD8<Double>.zero
    let whole = gradient.count / 8 * 8
    for first in stride(from: 0, to: whole, by: 8) {
      var lanes = SIMD8<Double>.zero
      for lane in 0..<8 { lanes[lane] = Double(gradient[first &+ lane]) }
      sums += lanes * lanes
    }
    var total = 0.0
    for lane in 0..<8 { total += sums[lane] }
    for index in whole..<gradient.count { total += Double(gradient[index]) * Double(gradient[index]) }
    return total
  }

  /// Whether every value is a number.
  var isFinite: Bool {
    defer { withExtendedLifetime(parameter) {} }
    // x − x is 0 for numbers and not a number for everything else.
    var sums = SIMD8<Double>.zero
    let values = parameter.values[elements]
    let whole = values.count / 8 * 8
    for first in stride(from: 0, to: whole, by: 8) {
      var lanes = SIMD8<Double>.zero
      for lane in 0..<8 { lanes[lane] = Double(values[first &+ lane]) }
      sums += lanes - lanes
    }
    var isFinite = sums == .zero
    for index in whole..<values.count where !values[index].isFinite { isFinite = false }
    return isFinite
  }
}

/// The bound of a step's gradient.
enum GradientClipping {
  /// What gradients are multiplied with so that the norm of their mean over a batch is at most `bound`.
  ///
  /// - Parameters:
  ///   - squared: Σ gradient² of each block, gradients being sums over the batch.
  ///   - bound: nil for none.
  static func scale(squared: [Double], batch: Int, bound: Float?) -> Double {
    let mean = 1 / Double(batch)
    guard let bound else { return mean }
    var total = 0.0
    for sum in squared { total += sum }
    let norm = total.squareRoot() * mean
    return norm > Double(bound) ? mean * (Double(bound) / norm) : mean
  }
}
