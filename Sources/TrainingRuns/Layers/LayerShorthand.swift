import Training

/// Reads the shorthand of `--layers`: `512,128`, `rec:128`, `12c5,p2,32c5,p2`, `cuba:128,readout`.
///
/// The grammar stands in docs/training.md. Layers are separated by commas, from the input on:
///
///     item    = { prefix ":" } body { "@" option }
///     prefix  = "rec" | "lif" | "if" | "cuba"
///     body    = NEURONS | CHANNELS "c" KERNEL [ "s" STRIDE ] [ "p" PADDING ]
///             | "p" SIZE [ "s" STRIDE ] | "sp" SIZE [ "s" STRIDE ] | "flat" | "out" | "readout"
///     option  = "b" BITS | "d" DELAY | "r" TICKS | "n" SPIKES
public struct LayerShorthand: Sendable {
  /// What neurons are where an item says nothing else.
  public var neurons: NeuronDescription

  public init(neurons: NeuronDescription = NeuronDescription()) { self.neurons = neurons }

  /// The model that a text describes. A dense layer of as many neurons as there are classes ends it, unless `out` or
  /// `readout` does; `0` is that layer alone.
  ///
  /// - Throws: `TrainingRunsError.layers` with the item that is wrong.
  public func model(_ text: String) throws(TrainingRunsError) -> ModelDescription {
    // Spaces around commas are no mistake.
    let items = text.split(separator: ",", omittingEmptySubsequences: false).map { item in
      String(String(item.drop { $0 == " " }.reversed()).drop { $0 == " " }.reversed())
    }
    guard items.count <= ModelFile.maximumLayers else {
      throw .layers(
        item: ModelFile.maximumLayers + 1, text: items[ModelFile.maximumLayers],
        problem: "there are more than \(ModelFile.maximumLayers) layers")
    }
    var layers: [LayerDescription] = []
    var isClosed = false
    for (index, text) in items.enumerated() where items != ["0"] {
      let item = ItemParser(text: text, item: index + 1, standard: neurons)
      if isClosed { throw item.problem("stands after the output; 'out' and 'readout' come last") }
      let (layer, closes) = try item.layer()
      layers.append(layer)
      isClosed = closes
    }
    if !isClosed {
      layers.append(.population(PopulationDescription(connection: .dense(neurons: nil), neurons: neurons)))
    }
    return ModelDescription(layers: layers)
  }
}

/// One item.
private struct ItemParser {
  let text: String
  let item: Int
  let standard: NeuronDescription

  func problem(_ problem: String) -> TrainingRunsError {
    .layers(item: item, text: TrainingRunsError.shown(text), problem: problem)
  }

  func layer() throws(TrainingRunsError) -> (LayerDescription, closes: Bool) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    var words = parts[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let body = words.removeLast()
    guard !body.isEmpty else { throw problem(text.isEmpty ? "it is empty" : Self.advice) }
    if let layer = try mapLayer(body) {
      guard words.isEmpty, parts.count == 1 else { throw problem("pooling and 'flat' take no prefix and no option") }
      return (layer, false)
    }
    let (connection, role) = try connection(body)
    var population = PopulationDescription(connection: connection, neurons: standard)
    population.neurons.role = role
    try apply(prefixes: words, to: &population)
    try apply(options: parts.dropFirst(), to: &population)
    return (.population(population), body == "out" || body == "readout")
  }

  private static let advice =
    "it is no layer; write 128 (neurons), rec:128, 12c5 (channels c kernel), p2 or sp2 (average or sum pooling), flat, "
    + "out or readout"

  /// `p2`, `sp3s2`, `flat`; nil for another body.
  private func mapLayer(_ body: String) throws(TrainingRunsError) -> LayerDescription? {
    if body == "flat" { return .flatten }
    for (prefix, kind) in [("sp", PoolingDescription.Kind.sum), ("p", .average)] {
      guard let numbers = numbers(body, letters: [prefix, "s"]) else { continue }
      guard let size = numbers[0], (1...256).contains(size), numbers[1].map((1...256).contains) ?? true else {
        throw problem("the size and the stride of a pooling are 1 to 256")
      }
      return .pooling(PoolingDescription(kind: kind, size: size, stride: numbers[1]))
    }
    return nil
  }

  private func connection(_ body: String) throws(TrainingRunsError) -> (ConnectionDescription, NeuronDescription.Role) {
    if body == "out" { return (.dense(neurons: nil), .spiking) }
    if body == "readout" { return (.dense(neurons: nil), .readout) }
    if let size = decimal(body[...]) {
      guard (1...LayerKeys.greatest).contains(size) else {
        throw problem("a layer has 1 to \(LayerKeys.greatest) neurons")
      }
      return (.dense(neurons: size), .spiking)
    }
    guard let numbers = numbers(body, letters: ["", "c", "s", "p"]), let channels = numbers[0], let kernel = numbers[1]
    else { throw problem(Self.advice) }
    guard (1...4096).contains(channels), (1...256).contains(kernel), (1...256).contains(numbers[2] ?? 1),
      (0...255).contains(numbers[3] ?? 0)
    else {
      throw problem("a convolution has 1 to 4096 channels, kernel and stride of 1 to 256 and padding of 0 to 255")
    }
    return (
      .convolution(channels: channels, kernel: kernel, stride: numbers[2] ?? 1, padding: numbers[3] ?? 0), .spiking
    )
  }

  private func apply(
    prefixes: [String], to population: inout PopulationDescription
  ) throws(TrainingRunsError) {
    var kinds = 0
    for prefix in prefixes {
      switch prefix {
      case "rec":
        guard case .dense = population.connection, population.neurons.role == .spiking,
          population.recurrentDelay == nil
        else { throw problem("'rec:' goes once before a number of neurons, not before a convolution or a readout") }
        population.recurrentDelay = 1
        continue
      case "lif": population.neurons.leak = standard.leak ?? LayerKeys.leak
      case "if": population.neurons.leak = nil
      case "cuba": population.neurons.currentLeak = LayerKeys.currentLeak
      default: throw problem("'\(TrainingRunsError.shown(prefix)):' is no kind of layer; use rec:, lif:, if: or cuba:")
      }
      kinds += 1
    }
    if kinds > 1 { throw problem("a layer is one of lif:, if: and cuba:") }
  }

  private func apply(
    options: ArraySlice<String>, to population: inout PopulationDescription
  ) throws(TrainingRunsError) {
    var given: Set<Character> = []
    for option in options {
      guard let letter = option.first, let number = decimal(option.dropFirst()) else {
        throw problem(
          "'@\(TrainingRunsError.shown(option))' is no option; use @b4 (bits), @d2 (delay), @r3 (refractory) or @n4 (spikes a tick)"
        )
      }
      let range: ClosedRange<Int>
      switch letter {
      case "b": (range, population.weightBits) = (2...8, number)
      case "d": (range, population.delay) = (0...65535, number)
      case "r": (range, population.neurons.refractoryTicks) = (0...65535, number)
      case "n": (range, population.neurons.spikeCap) = (1...255, number)
      default:
        throw problem("'@\(letter)' is no option; use @b (bits), @d (delay), @r (refractory) or @n (spikes a tick)")
      }
      if !given.insert(letter).inserted { throw problem("@\(letter) stands twice; keep one of them") }
      if !range.contains(number) { throw problem("@\(letter) takes \(range.lowerBound) to \(range.upperBound)") }
    }
  }

  /// The numbers after letters that stand in this order; the first must be there, others may be left out.
  private func numbers(_ body: String, letters: [String]) -> [Int?]? {
    var rest = body[...]
    var numbers: [Int?] = []
    for (position, letter) in letters.enumerated() {
      guard rest.hasPrefix(letter) else {
        if position == 0 { return nil }
        numbers.append(nil)
        continue
      }
      let digits = rest.dropFirst(letter.count).prefix { $0.isASCII && $0.isNumber }
      guard let number = decimal(digits) else { return nil }
      numbers.append(number)
      rest = rest.dropFirst(letter.count + digits.count)
    }
    return rest.isEmpty ? numbers : nil
  }

  /// Digits; a number that no `Int` holds is the greatest, which no range allows.
  private func decimal(_ digits: Substring) -> Int? {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(digits) ?? .max
  }
}
