/// What differs between tinyODIN and ODIN when a network is laid on their crossbar.
protocol CrossbarFamily {
  /// The core's name in messages.
  static var core: String { get }
}
