import Testing
import Training
import TrainingRuns

@Suite struct LayerShorthandTests {
  private func dense(
    _ size: Int?, _ change: (inout PopulationDescription) -> Void = { _ in }
  ) -> LayerDescription {
    var population = PopulationDescription(connection: .dense(neurons: size))
    change(&population)
    return .population(population)
  }

  private func convolution(_ channels: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0) -> LayerDescription {
    .population(
      PopulationDescription(
        connection: .convolution(channels: channels, kernel: kernel, stride: stride, padding: padding)))
  }

  @Test("Every form of the shorthand makes the layers that it stands for")
  func forms() throws {
    let output = dense(nil)
    let average = LayerDescription.pooling(PoolingDescription(kind: .average, size: 2))
    let expected: [(String, [LayerDescription])] = [
      ("0", [output]),
      ("128", [dense(128), output]),
      ("512,128", [dense(512), dense(128), output]), (" 512, 128 ", [dense(512), dense(128), output]),
      ("rec:128", [dense(128) { $0.recurrentDelay = 1 }, output]),
      ("if:64", [dense(64) { $0.neurons.leak = nil }, output]),
      ("cuba:64", [dense(64) { $0.neurons.currentLeak = .init(shift: 2) }, output]),
      (
        "rec:cuba:64",
        [
          dense(64) {
            $0.recurrentDelay = 1
            $0.neurons.currentLeak = .init(shift: 2)
          }, output,
        ]
      ),
      ("12c5,p2,32c5,p2", [convolution(12, 5), average, convolution(32, 5), average, output]),
      (
        "8c3s2p1,sp3s1,flat",
        [
          convolution(8, 3, stride: 2, padding: 1), .pooling(PoolingDescription(kind: .sum, size: 3, stride: 1)),
          .flatten, output,
        ]
      ),
      ("128,readout", [dense(128), dense(nil) { $0.neurons.role = .readout }]),
      (
        "if:readout",
        [
          dense(nil) {
            $0.neurons.role = .readout
            $0.neurons.leak = nil
          }
        ]
      ),
      ("128,if:out", [dense(128), dense(nil) { $0.neurons.leak = nil }]),
      (
        "128@b4@d2@r3@n5",
        [
          dense(128) {
            $0.weightBits = 4
            $0.delay = 2
            $0.neurons.refractoryTicks = 3
            $0.neurons.spikeCap = 5
          }, output,
        ]
      ),
    ]
    for (text, layers) in expected {
      #expect(try LayerShorthand().model(text).layers == layers, Comment(rawValue: text))
    }
  }

  @Test("All layers take the neurons that are given")
  func neurons() throws {
    let model = try LayerShorthand(neurons: NeuronDescription(leak: .init(shift: 5), hasBias: true)).model("8,12c5")
    for layer in model.layers {
      guard case .population(let population) = layer else { continue }
      #expect(population.neurons == NeuronDescription(leak: .init(shift: 5), hasBias: true))
    }
  }

  static let mistakes: [(text: String, words: [String])] = [
    ("", ["item 1", "empty"]), ("128,,64", ["item 2", "empty"]), ("128,fast", ["item 2, 'fast'", "rec:128"]),
    ("auto", ["'auto'"]), ("16,0", ["item 2", "1 to 65536"]), ("99999999", ["1 to 65536"]),
    ("12c", ["'12c'"]), ("c5", ["'c5'"]), ("12c5q2", ["'12c5q2'"]), ("0c5", ["1 to 4096 channels"]),
    ("p0", ["1 to 256"]), ("p", ["'p'"]), ("max2", ["'max2'"]), ("rec:12c5", ["'rec:'"]), ("rec:readout", ["'rec:'"]),
    ("rec:rec:3", ["once"]), ("if:cuba:3", ["one of"]), ("gru:128", ["'gru:'", "cuba:"]),
    ("readout,128", ["item 2", "output"]),
    ("128@b9", ["@b takes 2 to 8"]), ("128@x1", ["'@x'"]), ("128@b", ["'@b'"]), ("p2@b4", ["no option"]),
    ("rec:p2", ["no prefix"]), ("-5", ["'-5'"]), ("1 28", ["'1 28'"]),
    ("99999999999999999999", ["1 to 65536"]), ("2000000000", ["1 to 65536"]), ("128@b4@b4", ["@b stands twice"]),
    ("128@n99999999999999999999", ["@n takes 1 to 255"]), ("12c99999999999999999999", ["kernel"]),
  ]

  @Test("A mistake names the item and what it could be", arguments: mistakes.indices)
  func mistake(_ index: Int) throws {
    let (text, words) = Self.mistakes[index]
    let error = #expect(throws: TrainingRunsError.self) { try LayerShorthand().model(text) }
    for word in words { #expect("\(try #require(error))".contains(word), "\(String(describing: error))") }
  }
}
