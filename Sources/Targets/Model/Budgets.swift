/// How much of each resource a target has; `Budgets.unlimited` where nothing but the image format limits it.
public struct Budgets: Sendable, Hashable {
  /// The value of a budget without a limit, `unlimited` in YAML.
  public static let unlimited = Int.max

  /// Neurons of a core.
  public var neuronsPerCore: Int
  /// Axons (input lines) of a core.
  public var axonsPerCore: Int
  /// Bytes of synapse rows of a core.
  public var synapseBytesPerCore: Int
  /// Route records of a core, those of the neurons that live there.
  public var routesPerCore: Int
  /// Class records (parameter sets) of a core.
  public var classesPerCore: Int
  /// Input lines of the board.
  public var inputs: Int
  /// Route records of the board's input table.
  public var inputTableEntries: Int
  /// Output indices of the board.
  public var outputs: Int
  /// Bytes of one slot: the greatest image file.
  public var slotBytes: Int
  /// Slots that hold an image each; 0 for a target that exists in the emulator only.
  public var slots: Int

  public init(
    neuronsPerCore: Int, axonsPerCore: Int, synapseBytesPerCore: Int, routesPerCore: Int,
    classesPerCore: Int, inputs: Int, inputTableEntries: Int, outputs: Int, slotBytes: Int, slots: Int
  ) {
    self.neuronsPerCore = neuronsPerCore
    self.axonsPerCore = axonsPerCore
    self.synapseBytesPerCore = synapseBytesPerCore
    self.routesPerCore = routesPerCore
    self.classesPerCore = classesPerCore
    self.inputs = inputs
    self.inputTableEntries = inputTableEntries
    self.outputs = outputs
    self.slotBytes = slotBytes
    self.slots = slots
  }
}
