extension TrainingOptions {
  /// Throws what is out of range.
  func check(precision: Precision) throws(TrainingError) {
    try Self.check("weight bits", weightBits, in: 2...8)
    try Self.check("ticks", ticks, in: 1...4096)
    try Self.check("epochs", epochs, in: 1...1_000_000)
    try Self.check("float epochs", floatEpochs, in: 0...1_000_000)
    try Self.check("batch size", batchSize, in: 1...65536)
    try Self.check("threads", threads, in: 0...1024)
    if let patience { try Self.check("patience", patience, in: 1...1_000_000) }
    if floatEpochs > 0 && (precision != .integer || floatEpochs >= epochs) {
      throw .option(
        name: "float epochs", value: "\(floatEpochs)",
        allowed: precision == .integer ? "0 to \(epochs - 1), fewer than all epochs" : "0, as all epochs are in floats")
    }
    if patience != nil && selection != .bestOnTenth {
      throw .option(name: "patience", value: "\(patience ?? 0)", allowed: "it together with the best epoch on a tenth")
    }
    if !(learningRate > 0 && learningRate <= 10) {
      throw .option(name: "learning rate", value: "\(learningRate)", allowed: "a number above 0, up to 10")
    }
    if !(warmUp >= 0 && warmUp < 1) { throw .option(name: "warm-up", value: "\(warmUp)", allowed: "0 up to below 1") }
    if let gradientNorm, !(gradientNorm > 0 && gradientNorm.isFinite) {
      throw .option(name: "gradient norm", value: "\(gradientNorm)", allowed: "a number above 0")
    }
    if !(surrogate.parameter > 0 && surrogate.parameter <= 1000) {
      throw .option(name: "surrogate width", value: "\(surrogate.parameter)", allowed: "a number above 0, up to 1000")
    }
    try checkOptimiser()
    if case .step(let epochs, let factor) = schedule {
      try Self.check("epochs of a step of the schedule", epochs, in: 1...1_000_000)
      if !(factor > 0 && factor <= 1) {
        throw .option(name: "factor of the schedule", value: "\(factor)", allowed: "a number above 0, up to 1")
      }
    }
  }

  private func checkOptimiser() throws(TrainingError) {
    let decay: Float
    switch optimiser {
    case .adam(let weightDecay): decay = weightDecay
    case .sgd(let momentum, let weightDecay):
      decay = weightDecay
      if !(momentum >= 0 && momentum < 1) {
        throw .option(name: "momentum", value: "\(momentum)", allowed: "0 up to below 1")
      }
    }
    if !(decay >= 0 && decay <= 10) { throw .option(name: "weight decay", value: "\(decay)", allowed: "0 to 10") }
  }

  private static func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws(TrainingError) {
    if !range.contains(value) {
      throw .option(name: name, value: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
  }
}
