extension TrainingState {
  /// Throws the first thing in which a run differs from the one that this state was taken of. Threads may differ.
  func check(setting: ModelSetting, options: TrainingOptions, arithmetic: String, samples: String)
    throws(TrainingError)
  {
    if let found = Difference(self.setting, setting) {
      throw .stateDiffers(what: found.words(), state: found.texts.own, run: found.texts.other)
    }
    var (own, other) = (self.options, options)
    (own.threads, other.threads) = (0, 0)
    if let found = Difference(own, other) {
      throw .stateDiffers(what: "option \(found.words())", state: found.texts.own, run: found.texts.other)
    }
    if self.arithmetic != arithmetic {
      throw .stateDiffers(what: "arithmetic", state: self.arithmetic, run: arithmetic)
    }
    if self.samples != samples { throw .stateDiffers(what: "training data", state: self.samples, run: samples) }
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
