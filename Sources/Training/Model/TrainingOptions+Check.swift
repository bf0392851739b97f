extension TrainingOptions {
  /// Throws what is out of range.
  func check(precision: Precision) throws(TrainingError) {
    try Self.check("weight bits", weightBits, in: Allowed.weightBits)
    try Self.check("ticks", ticks, in: Allowed.ticks)
    try Self.check("epochs", epochs, in: Allowed.epochs)
    try Self.check("float epochs", floatEpochs, in: Allowed.floatEpochs)
    try Self.check("batch size", batchSize, in: Allowed.batchSize)
    try Self.check("threads", threads, in: 0...1024)
    if let patience { try Self.check("patience", patience, in: Allowed.patience) }
    if floatEpochs > 0 { try checkFloatEpochs(precision) }
    if let patience, selection != .bestOnTenth {
      throw .option(
        name: "patience", value: "\(patience)",
        allowed: "it with the selection \(Selection.bestOnTenth.rawValue) (--validation), which finds the best epoch")
    }
    try Self.check("learning rate", learningRate, in: Allowed.learningRate)
    try Self.check("warm-up", warmUp, in: Allowed.warmUp)
    if let gradientNorm { try Self.check("gradient norm", gradientNorm, in: Allowed.gradientNorm) }
    try Self.check("surrogate width", Float(surrogate.parameter), in: Allowed.surrogateParameter)
    switch optimiser {
    case .adam(let weightDecay):
      try Self.check("weight decay", weightDecay, in: Allowed.weightDecay)
    case .sgd(let momentum, let weightDecay):
      try Self.check("momentum", momentum, in: Allowed.momentum)
      try Self.check("weight decay", weightDecay, in: Allowed.weightDecay)
    }
    if case .step(let epochs, let factor) = schedule {
      try Self.check("epochs of a step of the schedule", epochs, in: Allowed.scheduleEpochs)
      try Self.check("factor of the schedule", factor, in: Allowed.scheduleFactor)
    }
  }

  private func checkFloatEpochs(_ precision: Precision) throws(TrainingError) {
    let allowed: String
    switch (precision, epochs) {
    case (.integer, 1): allowed = "0, as the only epoch is in integers"
    case (.integer, _) where floatEpochs >= epochs: allowed = "0 to \(epochs - 1), fewer than all epochs"
    case (.integer, _): return
    default: allowed = "0, as all epochs are in floats"
    }
    throw .option(name: "float epochs", value: "\(floatEpochs)", allowed: allowed)
  }

  static func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws(TrainingError) {
    if !range.contains(value) { throw .option(name: name, value: "\(value)", allowed: Allowed.words(range)) }
  }

  static func check(_ name: String, _ value: Float, in range: ClosedRange<Double>) throws(TrainingError) {
    if !Allowed.contains(range, value) { throw .option(name: name, value: "\(value)", allowed: Allowed.words(range)) }
  }
}
