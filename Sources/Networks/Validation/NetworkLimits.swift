/// The greatest sizes of a network; they keep every index in 32 bits and every product in 63.
public enum NetworkLimits {
  /// Neurons of all populations together, and input lines.
  public static let neurons = 1 << 24
  /// Synapses of all projections together.
  public static let synapses = 1 << 31
  public static let populations = 1 << 16
  public static let projections = 1 << 16
  public static let outputGroups = 1 << 16
  /// The greatest delay of a synapse, in ticks.
  public static let delay = 65_535
  /// The greatest start of a neuron and shift of an output, in ticks.
  public static let start = 1 << 24
  /// An extent, kernel, stride or padding of feature maps.
  public static let mapExtent = 1 << 16
}
