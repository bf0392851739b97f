/// Elementary functions of our own, so that every machine computes the same bits: only IEEE additions,
/// multiplications and divisions, never contracted.
package enum ElementaryFunctions {
  /// e^x for x ≤ 0; relative error below 2·10⁻¹⁵; 0 below −700.
  ///
  /// x = n·ln 2 + r with |r| ≤ ln 2 / 2; the Taylor polynomial of degree 13 for e^r (remainder below
  /// 5·10⁻¹⁸), times 2^n.
  package static func exponential(_ x: Double) -> Double {
    if !(x > -700) { return 0 }
    let n = (x * 1.4426950408889634).rounded(.toNearestOrEven)
    // ln 2 in two parts, the first with 32 significant bits: n times it is exact.
    let r = (x - n * 0.6931471803691238) - n * 1.9082149292705877e-10
    var sum = 1.0
    var k = 13.0
    while k >= 1 {
      sum = 1 + r / k * sum
      k -= 1
    }
    return sum * Double(sign: .plus, exponent: Int(n), significand: 1)
  }

  /// ln x for x > 0; absolute error below 10⁻¹⁴.
  ///
  /// x = m·2^e with m in [√½, √2); ln m = 2 artanh(z) with z = (m − 1)/(m + 1), |z| < 0.172, by its
  /// series to z²¹.
  package static func logarithm(_ x: Double) -> Double {
    var m = x.significand
    var e = Double(x.exponent)
    if m > 1.4142135623730951 {
      m /= 2
      e += 1
    }
    let z = (m - 1) / (m + 1)
    let square = z * z
    var sum = 0.0
    var k = 21.0
    while k >= 1 {
      sum = 1 / k + square * sum
      k -= 2
    }
    return e * 0.6931471805599453 + 2 * z * sum
  }

  /// cos(πx) for x in 0…1, as sin(π(½ − x)) by the Taylor polynomial to degree 17; error below 10⁻¹³.
  package static func cosineOfPi(_ x: Double) -> Double {
    let y = 3.141592653589793 * (0.5 - x)
    let square = y * y
    var sum = 1.0
    var k = 16.0
    while k >= 2 {
      sum = 1 - square / (k * (k + 1)) * sum
      k -= 2
    }
    return y * sum
  }
}
