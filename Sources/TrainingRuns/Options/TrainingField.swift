import Training

/// One training option: how it is spelled in model files and on the command line.
///
/// docs/training.md lists them.
public struct TrainingField: Sendable {
  /// The key in the section `training` of a model file.
  public let key: String
  /// What it may be, in words.
  public let allowed: String
  /// Stores a value; what is wrong with it where it is not allowed.
  let store: @Sendable (WrittenValue, inout TrainingOptions) -> ValueProblem?
  /// The value of some options.
  let value: @Sendable (TrainingOptions) -> WrittenValue

  /// The option of this key.
  public static func named(_ key: String) -> TrainingField? { all.first { $0.key == key } }

  /// The value of some options as a user writes it: `fast_sigmoid:slope=4`.
  public func text(in options: TrainingOptions) -> String { value(options).text }

  /// Stores a value that a user wrote on the command line.
  ///
  /// - Parameter name: the option as the user knows it, for example `--learning-rate`.
  /// - Throws: `TrainingRunsError.option`.
  public func store(
    _ text: String, in options: inout TrainingOptions, name: String
  ) throws(TrainingRunsError) {
    if let problem = store(WrittenValue(parsing: text), &options) {
      throw .option(
        name: problem.parameter.map { "\(name): \($0)" } ?? name, value: TrainingRunsError.shown(problem.value),
        allowed: problem.allowed)
    }
  }

  // MARK: - Forms

  /// A whole number.
  init(
    _ key: String, _ range: ClosedRange<Int>, _ path: any WritableKeyPath<TrainingOptions, Int> & Sendable
  ) {
    self.init(
      key: key, allowed: TrainingOptions.Allowed.words(range),
      store: { value, options in
        guard value.parameters.isEmpty, let number = Int(value.word), range.contains(number) else {
          return ValueProblem(value: value.text, allowed: TrainingOptions.Allowed.words(range))
        }
        options[keyPath: path] = number
        return nil
      },
      value: { WrittenValue("\($0[keyPath: path])") })
  }

  /// A number.
  init(
    _ key: String, _ range: ClosedRange<Double>, _ path: any WritableKeyPath<TrainingOptions, Float> & Sendable
  ) {
    let allowed = TrainingOptions.Allowed.words(range)
    self.init(
      key: key, allowed: allowed,
      store: { value, options in
        guard value.parameters.isEmpty, let number = NumberForm.number(value.word),
          TrainingOptions.Allowed.contains(range, Float(number))
        else {
          return ValueProblem(value: value.text, allowed: allowed)
        }
        options[keyPath: path] = Float(number)
        return nil
      },
      value: { WrittenValue(NumberForm.text($0[keyPath: path])) })
  }

  /// One of several words.
  init<Word: RawRepresentable<String> & CaseIterable & Sendable>(
    _ key: String, _ path: any WritableKeyPath<TrainingOptions, Word> & Sendable
  ) {
    let allowed = WordList.text(Word.allCases.map(\.rawValue))
    self.init(
      key: key, allowed: allowed,
      store: { value, options in
        guard value.parameters.isEmpty, let word = Word(rawValue: value.word) else {
          return ValueProblem(value: value.text, allowed: allowed)
        }
        options[keyPath: path] = word
        return nil
      },
      value: { WrittenValue($0[keyPath: path].rawValue) })
  }

  /// A kind with parameters.
  init(
    _ key: String, _ kinds: [KindForm],
    store: @escaping @Sendable (String, [Double], inout TrainingOptions) -> Void,
    value: @escaping @Sendable (TrainingOptions) -> WrittenValue
  ) {
    self.init(
      key: key, allowed: kinds.allowed,
      store: { written, options in
        switch kinds.match(written) {
        case .failure(let problem): return problem
        case .success(let found):
          store(found.word, found.numbers, &options)
          return nil
        }
      }, value: value)
  }

  /// Anything else.
  init(
    key: String, allowed: String, store: @escaping @Sendable (WrittenValue, inout TrainingOptions) -> ValueProblem?,
    value: @escaping @Sendable (TrainingOptions) -> WrittenValue
  ) {
    self.key = key
    self.allowed = allowed
    self.store = store
    self.value = value
  }
}
