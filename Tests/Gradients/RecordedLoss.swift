import FoundationEssentials
import Kernels
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The losses of the recordings, written plainly.
enum RecordedLoss: SampleLoss {
  case countCrossEntropy
  case rateMeanSquared

  init(named name: String) throws {
    switch name {
    case "count_ce": self = .countCrossEntropy
    case "rate_mse": self = .rateMeanSquared
    default: throw UnknownRecording(what: "loss \(name)")
    }
  }

  func value<R: KernelScalar>(
    of output: OutputActivity<R>, label: Int, gradient: OutputGradient<R>
  ) -> (loss: Double, shape: GradientShape) {
    let counts = (0..<output.classes).map { Double(output.counts[$0]) }
    switch self {
    case .countCrossEntropy:
      let greatest = counts.max() ?? 0
      let total = counts.map { exp($0 - greatest) }.reduce(0, +)
      for (index, count) in counts.enumerated() {
        gradient.rows[index] = R(exp(count - greatest) / total - (index == label ? 1 : 0))
      }
      return (log(total) + greatest - counts[label], .constant)
    case .rateMeanSquared:
      var loss = 0.0
      for (index, count) in counts.enumerated() {
        let difference = count / Double(output.ticks) - (index == label ? 1 : 0)
        loss += 0.5 * difference * difference
        gradient.rows[index] = R(difference / Double(output.ticks))
      }
      return (loss, .constant)
    }
  }

  func predicted<R: KernelScalar>(_ output: OutputActivity<R>) -> Int { 0 }
}
