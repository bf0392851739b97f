extension TrainingOptions {
  /// Throws what is out of range or not in the target's arithmetic.
  func check(against arithmetic: TrainingArithmetic) throws(TrainingError) {
    for size in hidden { try TrainingOptions.check("hidden layer size", size, in: 1...65536) }
    try TrainingOptions.check("number of hidden layers", hidden.count, in: 0...64)
    try TrainingOptions.check("weight bits", weightBits, in: 2...8)
    try TrainingOptions.check("ticks", ticks, in: 1...4096)
    try TrainingOptions.check("epochs", epochs, in: 1...1_000_000)
    try TrainingOptions.check("batch size", batchSize, in: 1...65536)
    try TrainingOptions.check("threads", threads, in: 0...1024)
    try TrainingOptions.check("leak shift", leakShift, in: 0...31)
    if !(learningRate > 0 && learningRate <= 10) {
      throw .option(name: "learning rate", value: "\(learningRate)", allowed: "a number above 0, up to 10")
    }
    if !(warmUp >= 0 && warmUp < 1) { throw .option(name: "warm-up", value: "\(warmUp)", allowed: "0 up to below 1") }
    if !(surrogateSlope > 0 && surrogateSlope <= 1000) {
      throw .option(name: "surrogate slope", value: "\(surrogateSlope)", allowed: "a number above 0, up to 1000")
    }
    if !(logitScale > 0 && logitScale <= 1000) {
      throw .option(name: "logit scale", value: "\(logitScale)", allowed: "a number above 0, up to 1000")
    }
    if !arithmetic.weightBits.contains(weightBits) {
      let allowed = arithmetic.weightBits.map(String.init).joined(separator: ", ")
      throw .unsupported(option: "weight bits", value: "\(weightBits)", allowed: allowed)
    }
    if arithmetic.leakHasShift && leakShift > arithmetic.maximumLeakShift {
      throw .unsupported(option: "leak shift", value: "\(leakShift)", allowed: "0 to \(arithmetic.maximumLeakShift)")
    }
    if !(8...32).contains(arithmetic.membraneBits) {
      throw .unsupported(option: "membrane bits", value: "\(arithmetic.membraneBits)", allowed: "8 to 32")
    }
  }

  private static func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws(TrainingError) {
    if !range.contains(value) {
      throw .option(name: name, value: "\(value)", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
  }
}
