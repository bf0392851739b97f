import FixedPoint
import Targets
import Testing
import Training
import TrainingRuns

@Suite struct ModelFileTests {
  @Test("A model file that was written reads as the same layers and options")
  func roundTrip() throws {
    var random = RandomStream(seed: 31, stream: 0)
    for _ in 0..<400 {
      let file = ModelFile(model: random.model(), options: random.options())
      let read = try ModelFile(text: file.text, file: "model.yaml", options: TrainingOptions())
      #expect(read == file, Comment(rawValue: file.text))
      if read != file { break }
    }
  }

  @Test("What a file leaves out is as if it said the standard")
  func standards() throws {
    let text = """
      format: 1
      layers:
        - type: recurrent
          size: 128
        - type: conv
          channels: 12
          kernel: 5
        - type: pool
          size: 2
        - { type: dense, neurons: cuba, size: 20 }
        - { type: dense, neurons: if, threshold: 2.5 }
        - type: readout
          leak: { shift: 4 }
      """
    var options = TrainingOptions()
    options.epochs = 77
    let file = try ModelFile(text: text, file: "m", options: options)
    #expect(file.options == options)
    let expected: [LayerDescription] = [
      .population(PopulationDescription(connection: .dense(neurons: 128), recurrentDelay: 1)),
      .population(PopulationDescription(connection: .convolution(channels: 12, kernel: 5, stride: 1, padding: 0))),
      .pooling(PoolingDescription(kind: .average, size: 2, stride: 2)),
      .population(
        PopulationDescription(
          connection: .dense(neurons: 20), neurons: NeuronDescription(currentLeak: .init(factor: 0.75)))),
      .population(
        PopulationDescription(
          connection: .dense(neurons: nil), neurons: NeuronDescription(leak: nil, threshold: 2.5))),
      .population(
        PopulationDescription(
          connection: .dense(neurons: nil),
          neurons: NeuronDescription(role: .readout, leak: .init(factor: 0.9375)))),
    ]
    #expect(file.model.layers == expected)
  }

  @Test("A time constant of τ ticks keeps exp(−1/τ)")
  func timeConstant() throws {
    let text = "format: 1\nlayers:\n  - { type: dense, leak: { tau: 10 } }\n"
    let file = try ModelFile(text: text, file: "m", options: TrainingOptions())
    guard case .population(let population) = file.model.layers[0], let leak = population.neurons.leak else {
      Issue.record("no population")
      return
    }
    #expect(abs(leak.factor - 0.9048374180359595) < 1e-15)
  }

  /// A line of a file, and what the error about it says.
  static let mistakes: [(line: String, words: [String])] = [
    ("- type: dens", ["m:3:11", "layers[1].type", "'dens'", "dense, recurrent, conv", "did you mean 'dense'?"]),
    ("- size: 3", ["m:3:5", "layers[1].type", "missing", "readout"]),
    ("- { type: dense, thresold: 1 }", ["unknown key 'layers[1].thresold'", "did you mean 'threshold'?"]),
    ("- { type: dense, size: -4 }", ["m:3:26", "layers[1].size", "'-4'", "1 to 65536"]),
    ("- { type: dense, size: many }", ["'many'", "1 to 65536"]),
    ("- { type: dense, size: [1] }", ["a list", "1 to 65536"]),
    ("- { type: pool, kind: max, size: 2 }", ["layers[1].kind", "'max'", "sum or average"]),
    ("- { type: pool }", ["layers[1].size", "missing", "1 to 256"]),
    ("- { type: conv, channels: 3 }", ["layers[1].kernel", "missing"]),
    ("- { type: dense, recurrent_delay: 2 }", ["unknown key 'layers[1].recurrent_delay'"]),
    ("- { type: dense, leak: 1.5 }", ["layers[1].leak", "'1.5'", "from 0 to 1"]),
    ("- { type: dense, leak: { tau: 0 } }", ["layers[1].leak.tau", "'0'", "0.01 to 1000000"]),
    ("- { type: dense, leak: { tau: 5, shift: 3 } }", ["2 of shift, tau and factor", "one of them"]),
    ("- { type: dense, leak: none }", ["neurons: if"]),
    ("- { type: dense, neurons: if, leak: 0.5 }", ["neurons: lif"]),
    ("- { type: dense, neurons: lif, current_leak: 0.5 }", ["neurons: cuba"]),
    ("- { type: dense, threshold: nan }", ["layers[1].threshold", "'nan'"]),
    ("- { type: dense, threshold: 0 }", ["layers[1].threshold", "'0'"]),
    ("- { type: dense, trained: [weights] }", ["layers[1].trained", "threshold, leak or current_leak"]),
    ("- { type: dense, trained: current_leak }", ["what these neurons have"]),
    ("- { type: dense, reset: hard }", ["'hard'", "zero, subtract_before_leak or subtract_after_leak"]),
    ("- { type: dense, bias: yes }", ["'yes'", "true or false"]),
    ("- { type: dense, name: 'a b' }", ["'a b'", "letters"]),
    ("- { type: dense, name: input }", ["'input'", "the data"]),
    ("- { type: dense, bits: 1 }", ["'1'", "2 to 8"]),
    ("- dense", ["layers[1]", "'dense'", "a mapping of keys"]),
    ("- { type: dense, size: 3, size: 4 }", ["stands twice"]),
    ("- *x", ["an alias"]),
  ]

  @Test("A wrong layer is told with its place, the key, the value and what is allowed", arguments: mistakes.indices)
  func layerMistake(_ index: Int) throws {
    let (line, words) = Self.mistakes[index]
    let error = #expect(throws: TrainingRunsError.self) {
      try ModelFile(text: "format: 1\nlayers:\n  \(line)\n", file: "m", options: TrainingOptions())
    }
    for word in ["m:3"] + words { #expect("\(try #require(error))".contains(word), "\(String(describing: error))") }
  }

  static let optionMistakes: [(line: String, words: [String])] = [
    ("learning_rte: 1", ["unknown key 'training.learning_rte'", "did you mean 'learning_rate'?"]),
    ("learning_rate: fast", ["training.learning_rate", "'fast'", "a number from"]),
    ("bits: 9", ["training.bits", "'9'", "2 to 8"]),
    ("loss: hinge", ["'hinge'", "count_cross_entropy, rate_mean_squared"]),
    ("loss: { kind: membrane_cross_entropy, over: min }", ["'min'", "for over: maximum or mean"]),
    ("loss: { over: mean }", ["training.loss.kind", "missing"]),
    ("surrogate: { kind: sigmoid, width: 3 }", ["'width'", "sigmoid with slope"]),
    ("surrogate: sigmoid:0", ["'0'", "for slope"]),
    ("schedule: { kind: step, epochs: 2.5 }", ["'2.5'", "for epochs: 1 to 1000000"]),
    ("regulariser: rate", ["strength", "'left out'"]),
    ("optimiser: cosine", ["'cosine'", "adam, adamw or sgd"]),
    ("patience: -1", ["'-1'", "or none"]),
    ("seed: 18446744073709551616", ["0 to 18446744073709551615"]),
    ("precision: int8", ["'int8'", "integer, float32 or float64"]),
    ("threads: 2", ["unknown key 'training.threads'"]),
  ]

  @Test(
    "A wrong option is told with its place, the key, the value and what is allowed", arguments: optionMistakes.indices)
  func optionMistake(_ index: Int) throws {
    let (line, words) = Self.optionMistakes[index]
    let error = #expect(throws: TrainingRunsError.self) {
      try ModelFile(
        text: "format: 1\nlayers: [{ type: dense }]\ntraining:\n  \(line)\n", file: "m", options: TrainingOptions())
    }
    for word in ["m:4"] + words { #expect("\(try #require(error))".contains(word), "\(String(describing: error))") }
  }

  @Test(
    "A file that is no model is refused in a sentence",
    arguments: [
      "", "format: 1\n", "format: 2\nlayers: []\n", "layers: [{type: dense}]\n", "[]", "a: [",
      "format: 1\nlayers: []\n", "\0",
    ])
  func noModel(_ text: String) throws {
    let error = #expect(throws: TrainingRunsError.self) {
      try ModelFile(text: text, file: "m", options: TrainingOptions())
    }
    #expect("\(try #require(error))".hasPrefix("m:"))
  }

  @Test("Texts with bytes changed at random read as a model or an error")
  func mutations() throws {
    var random = RandomStream(seed: 5, stream: 0)
    for _ in 0..<300 {
      var bytes = Array(ModelFile(model: random.model(), options: random.options()).text.utf8)
      for _ in 0..<random.integer(1...4) {
        bytes[random.integer(0...bytes.count - 1)] = random.element(Array("0-9:{}[],#'\"\n\t aZ\u{0}".utf8))
      }
      _ = try? ModelFile(text: String(decoding: bytes, as: UTF8.self), file: "m", options: TrainingOptions())
    }
  }
}
