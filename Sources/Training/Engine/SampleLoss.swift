import Kernels

/// A loss of one sample: its value and its derivative by what the outputs did.
package protocol SampleLoss: Sendable {
  /// The loss, and its derivative in `gradient`, whose padding stays 0.
  func value<R: KernelScalar>(of output: OutputActivity<R>, label: Int, gradient: OutputGradient<R>)
    -> (loss: Double, shape: GradientShape)

  /// The class that the outputs tell; of equals the lowest.
  func predicted<R: KernelScalar>(_ output: OutputActivity<R>) -> Int

  /// Whether `regularisation` is to be called.
  var regularises: Bool { get }

  /// A penalty on a hidden population.
  ///
  /// - Parameters:
  ///   - population: its position in the plan.
  ///   - counts: the spikes of each element of the population's layout in the sample; padding has none.
  ///   - row: receives the derivative by each spike, the same in every tick; zeros at first, and padding stays 0.
  /// - Returns: the penalty, or nil for none.
  func regularisation<R: KernelScalar>(
    population: Int, counts: UnsafeBufferPointer<Int32>, row: UnsafeMutableBufferPointer<R>
  ) -> Double?
}

extension SampleLoss {
  package var regularises: Bool { false }

  package func regularisation<R: KernelScalar>(
    population: Int, counts: UnsafeBufferPointer<Int32>, row: UnsafeMutableBufferPointer<R>
  ) -> Double? { nil }
}

/// What the last population did with one sample.
package struct OutputActivity<R: KernelScalar> {
  package let ticks: Int
  package let classes: Int
  /// Elements of a row: classes, padded to whole lanes.
  package let stride: Int
  /// Spikes of each output: [stride].
  package let counts: UnsafeBufferPointer<Int32>
  /// [ticks][stride].
  package let spikes: UnsafeBufferPointer<UInt8>
  /// Of readouts, in the units of the float weights: [ticks][stride].
  package let membranes: UnsafeBufferPointer<R>?
}

/// Where a loss writes its derivative.
package struct OutputGradient<R: KernelScalar> {
  /// By each spike, or by each membrane of a readout: [ticks][stride]. Not cleared before.
  package let rows: UnsafeMutableBufferPointer<R>
  package let stride: Int
}

/// How much of an `OutputGradient` was written.
package enum GradientShape: Sendable {
  /// Row 0, which holds for every tick.
  case constant
  case perTick
}

/// A sample to train on or to look at.
package struct BatchSample: Sendable, Hashable {
  /// In the source.
  package var index: Int
  /// 0 for evaluation, 1 + epoch for training.
  package var draw: UInt64
  package var label: Int

  package init(index: Int, draw: UInt64, label: Int) {
    self.index = index
    self.draw = draw
    self.label = label
  }
}

/// What came of one sample.
package struct SampleOutcome: Sendable, Hashable {
  /// The loss, penalties included.
  package var loss: Double
  package var predicted: Int
  /// Spikes of each population.
  package var spikes: [Int]
}
