/// Everything of a run that it resumes from to the identical bits, at a boundary between two steps.
///
/// Tensors hold padding too; their names are `POPULATION.TENSOR.values`, `.first` and `.second`, and `best.` before
/// those of the best epoch.
public struct TrainingState: Sendable, Equatable {
  /// What the run is of: a state is taken up only by the same.
  public var setting: ModelSetting
  public var options: TrainingOptions
  /// The arithmetic in words; "floats" without.
  public var arithmetic: String
  /// The samples in words: how many, and a digest of their labels.
  public var samples: String
  /// What changes from step to step beside the tensors.
  public var figures: Figures
  public var tensors: [Tensor]

  public init(
    setting: ModelSetting, options: TrainingOptions, arithmetic: String, samples: String, figures: Figures,
    tensors: [Tensor]
  ) {
    self.setting = setting
    self.options = options
    self.arithmetic = arithmetic
    self.samples = samples
    self.figures = figures
    self.tensors = tensors
  }

  /// The numbers of a state that are no tensors.
  public struct Figures: Sendable, Hashable, Codable {
    /// The epoch in hand, from 0.
    public var epoch = 0
    /// Steps done of that epoch.
    public var stepInEpoch = 0
    /// Steps done in all.
    public var step = 0
    /// Whether the run has ended by its patience.
    public var isFinished = false
    /// Sums over this epoch's samples.
    public var tally: EpochTally
    /// The epochs that are complete.
    public var history: [EpochFigures] = []
    /// How the weights of each population are scaled; empty in floats.
    public var scales: [PopulationScale] = []
    /// The best epoch so far, of a run that keeps the best.
    public var best: BestEpoch?
  }

  /// The sums over an epoch's samples so far.
  public struct EpochTally: Sendable, Hashable, Codable {
    public var samples = 0
    public var loss = 0.0
    public var right = 0
    /// One a population.
    public var spikes: [Int]
    public var learningRate: Float = 0

    init(populations: Int) { spikes = Array(repeating: 0, count: populations) }
  }

  /// How a population's weights are scaled.
  public struct PopulationScale: Sendable, Hashable, Codable {
    public var unit: Double
    public var weightShift: Int
    public var recurrentShift: Int
    public var isChosen: Bool
  }

  /// The best epoch so far.
  public struct BestEpoch: Sendable, Hashable, Codable {
    public var epoch: Int
    public var accuracy: Double
    public var scales: [PopulationScale]
  }

  /// Whether nothing is left to train.
  public var isComplete: Bool { figures.isFinished || figures.epoch >= options.epochs }
}
