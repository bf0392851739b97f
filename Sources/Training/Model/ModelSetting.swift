/// A model and the data that it was made for.
public struct ModelSetting: Sendable, Hashable, Codable {
  public var model: ModelDescription
  /// [channels, height, width], [height, width] or [inputs].
  public var inputShape: [Int]
  public var classCount: Int
  /// T: how many ticks a sample is shown.
  public var ticks: Int
  /// The greatest count that an input carries in one tick.
  public var maximumCount: Int

  public init(model: ModelDescription, inputShape: [Int], classCount: Int, ticks: Int, maximumCount: Int) {
    self.model = model
    self.inputShape = inputShape
    self.classCount = classCount
    self.ticks = ticks
    self.maximumCount = maximumCount
  }

  /// The setting of a model on a source's samples.
  public init(_ model: ModelDescription, source: some SampleSource, ticks: Int) {
    self.init(
      model: model, inputShape: source.inputShape, classCount: source.classCount, ticks: ticks,
      maximumCount: source.maximumCount)
  }

  /// Every size of the model.
  ///
  /// - Parameter weightBits: bits of a weight where the model gives none; nil in floats.
  func plan(weightBits: Int?) throws(TrainingError) -> ModelPlan {
    try ModelPlan(
      model: model, inputShape: inputShape, classCount: classCount, ticks: ticks, maximumCount: maximumCount,
      weightBits: weightBits)
  }

  /// Throws where a source's samples are not those that the model was made for.
  func check(_ source: some SampleSource, _ what: String) throws(TrainingError) {
    if source.inputShape != inputShape { throw .shapesDiffer(what: what, has: source.inputShape, needs: inputShape) }
    if source.maximumCount > maximumCount {
      throw .inputCount(needed: source.maximumCount, allowed: maximumCount)
    }
  }
}
