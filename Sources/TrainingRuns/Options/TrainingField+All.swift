import Training

extension TrainingField {
  private typealias Allowed = TrainingOptions.Allowed

  /// All options, in the order in which model files list them. Threads are none of them: they change no result.
  public static let all: [TrainingField] =
    [
      TrainingField("precision", \.precision),
      TrainingField("bits", Allowed.weightBits, \.weightBits),
      TrainingField("clip", \.clip),
      TrainingField("float_epochs", Allowed.floatEpochs, \.floatEpochs),
      TrainingField("ticks", Allowed.ticks, \.ticks),
      TrainingField("epochs", Allowed.epochs, \.epochs),
      TrainingField("batch_size", Allowed.batchSize, \.batchSize),
      TrainingField("learning_rate", Allowed.learningRate, \.learningRate),
      TrainingField("warm_up", Allowed.warmUp, \.warmUp),
      schedule, optimiser, gradientNorm, surrogate,
      TrainingField("reset_gradient", \.resetGradient),
      loss, regulariser,
      TrainingField("selection", \.selection),
      patience, seed,
    ]

  private static let schedule = TrainingField(
    "schedule",
    [
      KindForm("constant"), KindForm("cosine"),
      KindForm("step", .integer("epochs", Allowed.scheduleEpochs, 10), .number("factor", Allowed.scheduleFactor, 0.1)),
    ],
    store: { word, numbers, options in
      options.schedule =
        switch word {
        case "constant": .constant
        case "cosine": .cosine
        default: .step(epochs: Int(numbers[0]), factor: Float(numbers[1]))
        }
    },
    value: { options in
      switch options.schedule {
      case .constant: WrittenValue("constant")
      case .cosine: WrittenValue("cosine")
      case .step(let epochs, let factor):
        WrittenValue(
          "step", [.init(name: "epochs", text: "\(epochs)"), .init(name: "factor", text: NumberForm.text(factor))])
      }
    })

  private static let optimiser = TrainingField(
    "optimiser",
    [
      KindForm("adam", .number("weight_decay", Allowed.weightDecay, 0)),
      KindForm("adamw", .number("weight_decay", Allowed.weightDecay, 0.01)),
      KindForm(
        "sgd", .number("momentum", Allowed.momentum, 0.9), .number("weight_decay", Allowed.weightDecay, 0)),
    ],
    store: { word, numbers, options in
      options.optimiser =
        word == "sgd"
        ? .sgd(momentum: Float(numbers[0]), weightDecay: Float(numbers[1])) : .adam(weightDecay: Float(numbers[0]))
    },
    value: { options in
      switch options.optimiser {
      case .adam(0): WrittenValue("adam")
      case .adam(let decay): WrittenValue("adamw", [.init(name: "weight_decay", text: NumberForm.text(decay))])
      case .sgd(let momentum, let decay):
        WrittenValue(
          "sgd",
          [
            .init(name: "momentum", text: NumberForm.text(momentum)),
            .init(name: "weight_decay", text: NumberForm.text(decay)),
          ])
      }
    })

  private static let gradientNorm = TrainingField(
    key: "gradient_norm", allowed: "a number above 0, or none",
    store: { value, options in
      if value == WrittenValue("none") {
        options.gradientNorm = nil
        return nil
      }
      guard value.parameters.isEmpty, let number = NumberForm.number(value.word), Allowed.gradientNorm.contains(number)
      else {
        return ValueProblem(value: value.text, allowed: "a number above 0, or none")
      }
      options.gradientNorm = Float(number)
      return nil
    },
    value: { WrittenValue($0.gradientNorm.map(NumberForm.text) ?? "none") })

  /// The names and standard values of the surrogates' widths.
  private static let widths: [(kind: Surrogate.Kind, name: String, standard: Double)] = [
    (.sigmoid, "slope", 4), (.triangular, "width", 1), (.rectangular, "width", 1), (.fastSigmoid, "slope", 4),
    (.arctan, "alpha", 2),
  ]

  private static let surrogate = TrainingField(
    "surrogate", widths.map { KindForm($0.kind.rawValue, .number($0.name, Allowed.surrogateParameter, $0.standard)) },
    store: { word, numbers, options in
      guard let kind = Surrogate.Kind(rawValue: word) else { return }
      options.surrogate = Surrogate(kind, numbers[0])
    },
    value: { options in
      let kind = options.surrogate.kind
      let name = widths.first { $0.kind == kind }?.name
      return WrittenValue(kind.rawValue, [.init(name: name, text: NumberForm.text(options.surrogate.parameter))])
    })

  private static let loss = TrainingField(
    "loss",
    [
      KindForm("count_cross_entropy", .number("scale", Allowed.lossScale, 1)), KindForm("rate_mean_squared"),
      KindForm("count_mean_squared", .number("right", Allowed.rate, 0.8), .number("wrong", Allowed.rate, 0.02)),
      KindForm(
        "membrane_cross_entropy", .words("over", Loss.MembraneStatistic.allCases.map(\.rawValue), 0),
        .number("scale", Allowed.lossScale, 1)),
    ],
    store: { word, numbers, options in
      options.loss =
        switch word {
        case "count_cross_entropy": .countCrossEntropy(scale: numbers[0])
        case "rate_mean_squared": .rateMeanSquared
        case "count_mean_squared": .countMeanSquared(right: numbers[0], wrong: numbers[1])
        default:
          .membraneCrossEntropy(over: Loss.MembraneStatistic.allCases[Int(numbers[0])], scale: numbers[1])
        }
    },
    value: { options in
      switch options.loss {
      case .countCrossEntropy(let scale):
        WrittenValue("count_cross_entropy", [.init(name: "scale", text: NumberForm.text(scale))])
      case .rateMeanSquared: WrittenValue("rate_mean_squared")
      case .countMeanSquared(let right, let wrong):
        WrittenValue(
          "count_mean_squared",
          [.init(name: "right", text: NumberForm.text(right)), .init(name: "wrong", text: NumberForm.text(wrong))])
      case .membraneCrossEntropy(let over, let scale):
        WrittenValue(
          "membrane_cross_entropy",
          [.init(name: "over", text: over.rawValue), .init(name: "scale", text: NumberForm.text(scale))])
      }
    })

  private static let regulariser = TrainingField(
    "regulariser",
    [
      KindForm("none"),
      KindForm(
        "rate", .number("strength", Allowed.regulariserStrength), .number("lower", Allowed.rate, 0),
        .number("upper", Allowed.rate, 255)),
    ],
    store: { word, numbers, options in
      options.regulariser =
        word == "none" ? nil : RateRegulariser(strength: numbers[0], lower: numbers[1], upper: numbers[2])
    },
    value: { options in
      guard let rule = options.regulariser else { return WrittenValue("none") }
      return WrittenValue(
        "rate",
        [
          .init(name: "strength", text: NumberForm.text(rule.strength)),
          .init(name: "lower", text: NumberForm.text(rule.lower)),
          .init(name: "upper", text: NumberForm.text(rule.upper)),
        ])
    })

  private static let patience = TrainingField(
    key: "patience", allowed: "\(Allowed.words(Allowed.patience)) epochs, or none",
    store: { value, options in
      if value == WrittenValue("none") {
        options.patience = nil
        return nil
      }
      guard value.parameters.isEmpty, let number = Int(value.word), Allowed.patience.contains(number) else {
        return ValueProblem(value: value.text, allowed: "\(Allowed.words(Allowed.patience)) epochs, or none")
      }
      options.patience = number
      return nil
    },
    value: { WrittenValue($0.patience.map(String.init) ?? "none") })

  private static let seed = TrainingField(
    key: "seed", allowed: "0 to \(UInt64.max)",
    store: { value, options in
      guard value.parameters.isEmpty, let number = UInt64(value.word) else {
        return ValueProblem(value: value.text, allowed: "0 to \(UInt64.max)")
      }
      options.seed = number
      return nil
    },
    value: { WrittenValue("\($0.seed)") })
}
