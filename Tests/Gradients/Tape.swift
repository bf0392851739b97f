import FoundationEssentials
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reverse-mode differentiation of scalars, as plain as it can be: every value remembers what it came from, and with which
/// derivative.
struct Tape {
  typealias Node = Int
  private(set) var values: [Double] = []
  private var parents: [[(node: Node, derivative: Double)]] = []

  mutating func add(_ value: Double, _ from: [(node: Node, derivative: Double)] = []) -> Node {
    values.append(value)
    parents.append(from)
    return values.count - 1
  }

  subscript(_ node: Node) -> Double { values[node] }

  /// Σ of nodes.
  mutating func sum(_ nodes: [Node]) -> Node {
    add(nodes.map { values[$0] }.reduce(0, +), nodes.map { ($0, 1) })
  }

  mutating func product(_ a: Node, _ b: Node) -> Node {
    add(values[a] * values[b], [(a, values[b]), (b, values[a])])
  }

  /// The derivative of a node by every node.
  func gradient(of node: Node) -> [Double] {
    var gradient = [Double](repeating: 0, count: values.count)
    gradient[node] = 1
    for index in stride(from: node, through: 0, by: -1) where gradient[index] != 0 {
      for (parent, derivative) in parents[index] { gradient[parent] += gradient[index] * derivative }
    }
    return gradient
  }
}

extension Surrogate {
  /// The derivative of a spike by x, straight from the definitions.
  func derivative(_ x: Double) -> Double {
    switch kind {
    case .sigmoid:
      let s = 1 / (1 + exp(-parameter * x))
      return parameter * s * (1 - s)
    case .triangular: return max(0, 1 - abs(x) / parameter) / parameter
    case .rectangular: return abs(x) < parameter / 2 ? 1 / parameter : 0
    case .fastSigmoid: return 1 / pow(1 + parameter * abs(x), 2)
    case .arctan: return (parameter / 2) / (1 + pow(Double.pi / 2 * parameter * x, 2))
    }
  }
}
