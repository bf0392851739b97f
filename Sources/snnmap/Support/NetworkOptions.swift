import ArgumentParser

/// What a network is to be and how it is trained: the options of `demo`.
struct NetworkOptions: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Neurons of each hidden layer; 0 for none.", valueName: "n,n,…"),
    transform: LayerSizes.init(parsing:))
  var layers = LayerSizes(sizes: [128])

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Bits of a weight, 2 (ternary) to 8.", valueName: "2-8"))
  var bits = 8

  @Option(
    name: .long,
    help: ArgumentHelp("A shipped target (see `snnmap targets`) or a YAML file.", valueName: "name|file.yaml"))
  var target = "board"

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Passes over the training samples. Default: 40, or 5 from 10,000 samples on.", valueName: "count"))
  var epochs: Int?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Everything random follows from this.", valueName: "number"))
  var seed: UInt64 = 1
}
