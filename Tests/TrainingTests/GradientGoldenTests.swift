import FixedPoint
import FoundationEssentials
import Kernels
import NeuronCore
import Testing
import Training

/// The recorded integer gradients of feed-forward networks with a detached reset: the forward pass bit for
/// bit, the float32 gradient within rounding of the float64 one.
@Suite("Gradients of integer networks")
struct GradientGoldenTests {
  @Test("spikes, membranes and gradients are those recorded", arguments: KernelVariant.supported)
  func replay(_ variant: KernelVariant) throws {
    guard FileManager.default.fileExists(atPath: Self.folder) else {
      print("skipped: there is no folder \(Self.folder)")
      return
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
      .filter { $0.hasPrefix("int_") && $0.contains("_ff_") && $0.hasSuffix("_det.json") }
    var replayed = 0
    for file in files {
      let data = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/" + file))
      let golden = try JSONDecoder().decode(IntegerGolden.self, from: data)
      #expect(golden.surrogate == IntegerGolden.knownSurrogate && golden.loss == "count_ce", "\(file)")
      try check(golden, file, variant)
      replayed += 1
    }
    print("replayed \(replayed) gradients of feed-forward integer networks with a detached reset")
    #expect(replayed == files.count && replayed > 0)
  }

  private func check(_ golden: IntegerGolden, _ file: String, _ variant: KernelVariant) throws {
    let probe = try GradientProbe(
      layers: golden.layers, models: try golden.models(), ticks: golden.ticks, counts: golden.counts,
      labels: golden.labels,
      surrogateSlope: 10, kernels: variant)
    for sample in 0..<golden.samples {
      #expect(probe.membranes[0][sample] == golden.forward.membranes1.flatMap { $0[sample] }, "\(file)")
      #expect(probe.membranes[1][sample] == golden.forward.membranes2.flatMap { $0[sample] }, "\(file)")
      #expect(probe.spikes[0][sample] == golden.forward.spikes1.flatMap { $0[sample] }, "\(file)")
      #expect(probe.spikes[1][sample] == golden.forward.spikes2.flatMap { $0[sample] }, "\(file)")
    }
    #expect((probe.loss - golden.forward.loss).magnitude < 1e-12 * golden.forward.loss, "\(file)")
    expect(probe.weights[0], near: transposed(golden.gradient.weights1), "\(file) W1")
    expect(probe.weights[1], near: transposed(golden.gradient.weights2), "\(file) W2")
    expect(probe.biases[0], near: golden.gradient.biases1, "\(file) b1")
    expect(probe.biases[1], near: golden.gradient.biases2, "\(file) b2")
  }

  /// Within 10⁻⁵ of the greatest magnitude.
  private func expect(_ values: [Float], near expected: [Double], _ name: String) {
    let scale = expected.map(\.magnitude).max() ?? 0
    #expect(values.count == expected.count && scale > 0)
    let worst = zip(values, expected).map { (Double($0) - $1).magnitude }.max() ?? 0
    #expect(worst <= 1e-5 * scale, "\(name): \(worst) of \(scale)")
  }

  /// The recordings below `$SNNMAP_GOLDEN` when set, else the copy that the conformance tests replay.
  static var folder: String {
    if let outside = ProcessInfo.processInfo.environment["SNNMAP_GOLDEN"], !outside.isEmpty {
      return outside + "/gradients"
    }
    let tests = String(describing: #filePath).split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    return tests.joined(separator: "/") + "/Conformance/Goldens/gradients"
  }
}

/// [out][in] as [in][out], flat.
private func transposed<T>(_ rows: [[T]]) -> [T] {
  (rows.first ?? []).indices.flatMap { column in rows.map { $0[column] } }
}

/// The part of a recorded file that training reproduces.
struct IntegerGolden: Decodable {
  /// What a file has for the weights and biases of both layers.
  struct Layers<Element: Decodable>: Decodable {
    var weights1: [[Element]]
    var biases1: [Element]
    var weights2: [[Element]]
    var biases2: [Element]

    enum CodingKeys: String, CodingKey {
      case weights1 = "W1"
      case biases1 = "b1"
      case weights2 = "W2"
      case biases2 = "b2"
    }
  }

  /// [ticks][samples][neurons].
  struct Forward: Decodable {
    var membranes1: [[[Int32]]]
    var spikes1: [[[UInt8]]]
    var membranes2: [[[Int32]]]
    var spikes2: [[[UInt8]]]
    var loss: Double

    enum CodingKeys: String, CodingKey {
      case membranes1 = "U1"
      case spikes1 = "S1"
      case membranes2 = "U2"
      case spikes2 = "S2"
      case loss
    }
  }

  /// The one surrogate that training has.
  static let knownSurrogate = "ds/du=(1/theta)/(1+10|u-theta|/theta)^2"

  var decay: String
  var surrogate: String
  var loss: String
  var membraneLimit: Int32
  var ticks: Int
  var samples: Int
  var sizes: [Int]
  var shift: [UInt8]
  var theta: [Int32]
  var parameters: Layers<Int32>
  var input: [[[UInt8]]]
  var labels: [Int]
  var forward: Forward
  var gradient: Layers<Double>

  enum CodingKeys: String, CodingKey {
    case decay, surrogate, loss, sizes, shift, theta, forward
    case membraneLimit = "membrane_limit"
    case ticks = "T"
    case samples = "B"
    case parameters = "params"
    case input = "X"
    case labels = "y"
    case gradient = "grad"
  }

  var counts: [[UInt8]] { (0..<samples).map { sample in input.flatMap { $0[sample] } } }

  var layers: [TrainedModel.Layer] {
    [(parameters.weights1, parameters.biases1), (parameters.weights2, parameters.biases2)].enumerated().map {
      TrainedModel.Layer(
        inputs: sizes[$0], outputs: sizes[$0 + 1], weights: transposed($1.0).map { Int8($0) }, biases: $1.1,
        threshold: theta[$0])
    }
  }

  func models() throws -> [NeuronModel] {
    try shift.map { k in
      let leak: DecayRule =
        switch decay {
        case "asr_floor": .floor(shift: k)
        case "round_to_zero": .towardZero(shift: k)
        case "at_least_one": .atLeastOne(shift: k)
        case "mul_q8": .multiply(shift: k)
        default: throw UnknownDecay(name: decay)
        }
      return NeuronModel(lowerBound: .value(-membraneLimit - 1), upperBound: membraneLimit, leak: leak)
    }
  }

  struct UnknownDecay: Error { var name: String }
}
