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
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
      .filter { $0.hasPrefix("int_") && $0.contains("_ff_") && $0.hasSuffix("_det.json") }
    var replayed = 0
    for file in files {
      let data = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/" + file))
      try check(JSONDecoder().decode(IntegerGolden.self, from: data), file, variant)
      replayed += 1
    }
    print("replayed \(replayed) files of gradients")
    #expect(replayed == files.count && replayed > 0)
  }

  private func check(_ golden: IntegerGolden, _ file: String, _ variant: KernelVariant) throws {
    let probe = try GradientProbe(
      layers: golden.layers, models: try golden.models(), ticks: golden.T, counts: golden.counts, labels: golden.y,
      surrogateSlope: 10, kernels: variant)
    for sample in 0..<golden.B {
      #expect(probe.membranes[0][sample] == golden.forward.U1.flatMap { $0[sample] }, "\(file)")
      #expect(probe.membranes[1][sample] == golden.forward.U2.flatMap { $0[sample] }, "\(file)")
      #expect(probe.spikes[0][sample] == golden.forward.S1.flatMap { $0[sample] }, "\(file)")
      #expect(probe.spikes[1][sample] == golden.forward.S2.flatMap { $0[sample] }, "\(file)")
    }
    #expect((probe.loss - golden.forward.loss).magnitude < 1e-12 * golden.forward.loss, "\(file)")
    expect(probe.weights[0], near: transposed(golden.grad.W1), "\(file) W1")
    expect(probe.weights[1], near: transposed(golden.grad.W2), "\(file) W2")
    expect(probe.biases[0], near: golden.grad.b1, "\(file) b1")
    expect(probe.biases[1], near: golden.grad.b2, "\(file) b2")
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
  struct Parameters: Decodable { var W1: [[Int8]], b1: [Int32], W2: [[Int8]], b2: [Int32] }
  struct Forward: Decodable { var U1: [[[Int32]]], S1: [[[UInt8]]], U2: [[[Int32]]], S2: [[[UInt8]]], loss: Double }
  struct Gradient: Decodable { var W1: [[Double]], b1: [Double], W2: [[Double]], b2: [Double] }

  var decay: String, membrane_limit: Int32, T: Int, B: Int, sizes: [Int], shift: [UInt8], theta: [Int32]
  var params: Parameters, X: [[[UInt8]]], y: [Int], forward: Forward, grad: Gradient

  var counts: [[UInt8]] { (0..<B).map { sample in X.flatMap { $0[sample] } } }

  var layers: [TrainedModel.Layer] {
    [
      .init(
        inputs: sizes[0], outputs: sizes[1], weights: transposed(params.W1), biases: params.b1, threshold: theta[0]),
      .init(
        inputs: sizes[1], outputs: sizes[2], weights: transposed(params.W2), biases: params.b2, threshold: theta[1]),
    ]
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
      return NeuronModel(lowerBound: .value(-membrane_limit - 1), upperBound: membrane_limit, leak: leak)
    }
  }

  struct UnknownDecay: Error { var name: String }
}
