extension TrainingOptions {
  /// What each number may be: training, model files and the command line agree on it.
  public enum Allowed {
    public static let weightBits = 2...8
    public static let ticks = 1...4096
    public static let epochs = 1...1_000_000
    public static let floatEpochs = 0...1_000_000
    public static let batchSize = 1...65536
    public static let patience = 1...1_000_000
    public static let learningRate = 1e-9...10.0
    public static let warmUp = 0...0.99
    public static let gradientNorm = 1e-30...1e30
    /// k, w, a or α.
    public static let surrogateParameter = 1e-3...1e3
    public static let momentum = 0...0.9999
    public static let weightDecay = 0...10.0
    public static let scheduleEpochs = 1...1_000_000
    public static let scheduleFactor = 1e-9...1.0
    public static let lossScale = 1e-6...1e3
    /// Spikes a tick.
    public static let rate = 0...255.0
    public static let regulariserStrength = 0...1e6

    /// `1 to 4096`.
    public static func words(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }

    /// `a number from 0 to 0.99`.
    public static func words(_ range: ClosedRange<Double>) -> String {
      "a number from \(text(range.lowerBound)) to \(text(range.upperBound))"
    }

    /// Whether a 32-bit number is within a range whose ends are rounded likewise.
    public static func contains(_ range: ClosedRange<Double>, _ value: Float) -> Bool {
      value >= Float(range.lowerBound) && value <= Float(range.upperBound)
    }

    /// 1 and not 1.0.
    private static func text(_ value: Double) -> String {
      let text = "\(value)"
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
  }
}
