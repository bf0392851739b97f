import FoundationEssentials
import Training

/// A recorded network: what it computes and every gradient of it. Layouts: weights [to][from]; rows [tick][sample][neuron].
struct RecordedGradient: Decodable {
  struct Parameters: Decodable {
    var weights1: [[Double]]
    var biases1: [Double]
    var recurrent1: [[Double]]?
    var weights2: [[Double]]
    var biases2: [Double]
    /// Of float networks, for each layer.
    var alpha: [Double]?
    var theta: [Double]?

    enum CodingKeys: String, CodingKey {
      case weights1 = "W1"
      case biases1 = "b1"
      case recurrent1 = "V1"
      case weights2 = "W2"
      case biases2 = "b2"
      case alpha
      case theta
    }
  }

  struct Forward: Decodable {
    var spikes1: [[[UInt8]]]
    var spikes2: [[[UInt8]]]
    var membranes1: [[[Double]]]
    var membranes2: [[[Double]]]
    var loss: Double

    enum CodingKeys: String, CodingKey {
      case spikes1 = "S1"
      case spikes2 = "S2"
      case membranes1 = "U1"
      case membranes2 = "U2"
      case loss
    }
  }

  struct Adjoint: Decodable {
    var adjoint1: [[[Double]]]
    var adjoint2: [[[Double]]]

    enum CodingKeys: String, CodingKey {
      case adjoint1 = "eps1"
      case adjoint2 = "eps2"
    }
  }

  struct Gradient: Decodable {
    var weights1: [[Double]]
    var biases1: [Double]
    var recurrent1: [[Double]]?
    var weights2: [[Double]]
    var biases2: [Double]
    var alpha1: Double?
    var alpha2: Double?
    var theta1: Double?
    var theta2: Double?
    var input: [[[Double]]]?

    enum CodingKeys: String, CodingKey {
      case weights1 = "W1"
      case biases1 = "b1"
      case recurrent1 = "V1"
      case weights2 = "W2"
      case biases2 = "b2"
      case alpha1
      case alpha2
      case theta1
      case theta2
      case input = "X"
    }
  }

  var format: String
  var tickCount: Int
  var sampleCount: Int
  var sizes: [Int]
  var recurrent: Bool
  var reset: String?
  var detachesReset: Bool
  var surrogate: RecordedSurrogate
  var loss: String
  var parameters: Parameters
  var input: [[[UInt8]]]
  var labels: [Int]
  var forward: Forward
  var adjoint: Adjoint?
  var gradient: Gradient
  // Of integer networks.
  var decay: String?
  var membraneLimit: Int32?
  var shift: [UInt8]?
  var theta: [Int32]?

  enum CodingKeys: String, CodingKey {
    case format
    case tickCount = "T"
    case sampleCount = "B"
    case sizes
    case recurrent
    case reset
    case detachesReset = "detach_reset"
    case surrogate
    case loss
    case parameters = "params"
    case input = "X"
    case labels = "y"
    case forward
    case adjoint
    case gradient = "grad"
    case decay
    case membraneLimit = "membrane_limit"
    case shift
    case theta
  }

  var samples: Int { labels.count }
  var ticks: Int { input.count }
  var isInteger: Bool { format == "snnmap-golden-int-1" }

  /// One sample's counts, [ticks][inputs].
  func counts(_ sample: Int) -> [UInt8] { input.flatMap { $0[sample] } }
}

/// A surrogate, as an object with a kind and its number, or as the formula of the integer networks.
struct RecordedSurrogate: Decodable {
  let surrogate: Surrogate

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let formula = try? decoder.singleValueContainer().decode(String.self) {
      // ds/du=(1/theta)/(1+10|u-theta|/theta)^2
      guard let end = formula.firstIndex(of: "|"), let start = formula[..<end].lastIndex(of: "+"),
        let slope = Double(formula[formula.index(after: start)..<end])
      else { throw UnknownRecording(what: "surrogate \(formula)") }
      surrogate = Surrogate(.fastSigmoid, slope)
      return
    }
    let container = try decoder.container(keyedBy: Key.self)
    let name = try container.decode(String.self, forKey: Key(stringValue: "kind")).filter { $0 != "_" }.lowercased()
    let kinds: [String: Surrogate.Kind] = [
      "sigmoid": .sigmoid, "triangular": .triangular, "rectangular": .rectangular, "fastsigmoid": .fastSigmoid,
      "superspike": .fastSigmoid, "arctan": .arctan, "atan": .arctan,
    ]
    guard let kind = kinds[name] else { throw UnknownRecording(what: "surrogate \(name)") }
    let numbers = try ["k", "w", "a", "alpha", "slope"].compactMap {
      try container.decodeIfPresent(Double.self, forKey: Key(stringValue: $0))
    }
    guard numbers.count == 1 else { throw UnknownRecording(what: "numbers of the surrogate \(name)") }
    surrogate = Surrogate(kind, numbers[0])
  }
}

/// Something in a recording that this test does not know.
struct UnknownRecording: Error, CustomStringConvertible {
  let what: String
  var description: String { "unknown \(what)" }
}

extension [[Double]] {
  /// [to][from] as [from][to], flat.
  var transposed: [Double] { (first ?? []).indices.flatMap { column in map { $0[column] } } }
}
