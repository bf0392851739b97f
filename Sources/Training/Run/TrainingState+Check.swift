extension TrainingState {
  /// Throws the first thing in which a run differs from the one that this state was taken of. Threads may differ.
  func check(setting: ModelSetting, options: TrainingOptions, arithmetic: String, samples: String)
    throws(TrainingError)
  {
    try Self.compare(self.setting, setting, prefix: "")
    var (own, other) = (self.options, options)
    (own.threads, other.threads) = (0, 0)
    try Self.compare(own, other, prefix: "option ")
    if self.arithmetic != arithmetic {
      throw .stateDiffers(what: "arithmetic", state: self.arithmetic, run: arithmetic)
    }
    if self.samples != samples { throw .stateDiffers(what: "training data", state: self.samples, run: samples) }
  }

  /// Names the first field that differs.
  private static func compare<Value: Equatable>(_ own: Value, _ other: Value, prefix: String) throws(TrainingError) {
    if own == other { return }
    for (left, right) in zip(Mirror(reflecting: own).children, Mirror(reflecting: other).children) {
      let texts = ("\(left.value)", "\(right.value)")
      if texts.0 != texts.1 {
        throw .stateDiffers(what: prefix + words(left.label ?? "setting"), state: texts.0, run: texts.1)
      }
    }
    throw .stateDiffers(what: "setting", state: "\(own)", run: "\(other)")
  }

  /// `batchSize` as `batch size`.
  private static func words(_ label: String) -> String {
    label.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined()
  }

  /// The values of a tensor, checked for their number.
  func values(_ name: String, count: Int) throws(TrainingError) -> Tensor.Values {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw .stateDiffers(what: "tensor \(name)", state: "missing", run: "\(count) values")
    }
    if tensor.values.count != count {
      throw .stateDiffers(what: "tensor \(name)", state: "\(tensor.values.count) values", run: "\(count) values")
    }
    return tensor.values
  }
}
