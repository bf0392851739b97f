import FixedPoint
import NeuronCore

/// What random networks may use; each property restricts one choice.
public struct RandomOptions: Sendable {
  /// How synapses of a random network are laid out.
  public enum Layout: Sendable, CaseIterable {
    case dense, sparse, convolution, sumPooling, oneToOne
  }

  /// The decay rules without their parameters.
  public enum Leak: Sendable, CaseIterable {
    case none, floor, towardZero, atLeastOne, atLeastOneFloor, multiply, linear
  }

  public var populations: ClosedRange<Int> = 1...4
  /// The greatest extent and channel count of a population's or the input's maps.
  public var mapExtent = 5
  public var mapChannels = 3
  public var layouts: [Layout] = Layout.allCases
  /// Further projections beside each population's first, from any population or the input.
  public var extraProjections: ClosedRange<Int> = 0...3
  /// Ticks between neurons and from inputs.
  public var delays: ClosedRange<Int> = 1...20
  public var inputDelays: ClosedRange<Int> = 0...20
  public var ticks: ClosedRange<Int> = 1...30
  public var outputShifts: ClosedRange<Int> = 0...4
  /// One of these many networks gets its outputs from readouts, which are read as membranes; 0: none does.
  public var readoutsOneIn: UInt32 = 0
  /// One of these many networks has a convolution with sum pooling folded into it; 0: none has.
  public var foldedPoolingOneIn: UInt32 = 0
  /// One of these many networks has a population that sums projections of different weight shifts, its own
  /// spikes among them; 0: none has.
  public var mixedShiftsOneIn: UInt32 = 0
  /// Whether a neuron may be in several output groups.
  public var sharedOutputs = true

  public var membraneBits: [Int] = [8, 12, 16, 24, 32]
  public var floorsAtMinusThreshold: [Bool] = [false, false, false, true]
  public var accumulators: [Accumulator] = Accumulator.allCases
  public var maximumCurrents = 2
  public var leaks: [Leak] = Leak.allCases
  public var maximumShift: UInt8 = 31
  public var sums: [SumRule] = SumRule.allCases
  public var compares: [Comparison] = Comparison.allCases
  public var resets: [Reset] = Reset.allCases
  public var spikeCaps: [UInt8] = [1, 1, 2, 3, 31, 255]
  public var refractoryTicks: ClosedRange<Int> = 0...4
  public var starts: ClosedRange<Int> = 0...10
  /// One of these many networks has populations with thresholds of 0 or less, with reset zero; 0: none has.
  public var nonPositiveThresholdsOneIn: UInt32 = 10
  /// Thresholds and biases fit in this many bits.
  public var constantBits = 32
  public var initialMembranes: [Bool] = [false, true]

  /// Widths of weights; 2 bits are −1, 0, 1.
  public var weightBits: [Int] = [2, 3, 4, 5, 6, 7, 8, 8, 16, 25]
  /// A projection's weights may all be shifted left by one of these.
  public var weightShifts: ClosedRange<Int> = 0...7
  public var maximumInputCount: UInt8 = 255

  /// Every option of the neuron law.
  public init() {}

  /// Every option of the neuron law.
  public static let everything: RandomOptions = {
    var options = RandomOptions()
    options.addExtras()
    return options
  }()

  /// Every option of the reference boards: exact 16-bit neurons, 8-bit weights, delays up to 15 ticks.
  public static let mesh: RandomOptions = {
    var options = RandomOptions()
    options.delays = 1...15
    options.inputDelays = 0...14
    options.membraneBits = [8, 12, 16]
    options.accumulators = [.exact]
    options.constantBits = 16
    options.initialMembranes = [false]
    options.sharedOutputs = false
    options.weightBits = [2, 3, 4, 5, 6, 7, 8]
    options.addExtras()
    return options
  }()

  private mutating func addExtras() {
    readoutsOneIn = 3
    foldedPoolingOneIn = 3
    mixedShiftsOneIn = 3
  }
}
