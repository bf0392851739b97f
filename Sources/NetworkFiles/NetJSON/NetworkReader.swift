import FixedPoint
import Networks
import NeuronCore

/// Turns the JSON of a network file into a document; every error names file, line and field.
struct NetworkReader {
  let text: DocumentText
  let root: Fields
  let sidecar: Safetensors?

  static let keys = [
    "classes", "coding", "decoder", "format", "inputs", "name", "outputs", "populations", "projections", "sidecar",
    "target", "ticks", "training", "version",
  ]

  init(text: DocumentText, root value: JSONValue, check: NetworkFile.SidecarCheck) throws(NetworkFilesError) {
    self.text = text
    // Format and version come first: a file of another version may have keys that are unknown here.
    try Self.checkVersion(value, text)
    root = try Fields(value, .root, in: text, allowed: Self.keys)
    sidecar = try Self.openSidecar(root, check: check)
  }

  private static func checkVersion(_ value: JSONValue, _ text: DocumentText) throws(NetworkFilesError) {
    guard case .object = value.content else {
      throw text.failure(value, .root, "is \(value.kindName); a network file is an object")
    }
    guard let format = value["format"], format.content == .string(NetworkFile.format) else {
      throw text.failure(
        value["format"] ?? value, .key(.root, "format"), "is not \"\(NetworkFile.format)\": this is no network file")
    }
    guard let version = value["version"] else {
      throw text.failure(value, .key(.root, "version"), "is missing; it is \(NetworkFile.version)")
    }
    guard case .integer(let number) = version.content, number == NetworkFile.version else {
      throw text.failure(
        version, .key(.root, "version"),
        "is \(DocumentText.whole(version).map(String.init) ?? version.kindName); this program reads version \(NetworkFile.version)"
      )
    }
  }

  func document() throws(NetworkFilesError) -> NetworkDocument {
    let inputs = try root.integer("inputs", in: 0...NetworkLimits.neurons)
    let populations = try populations()
    let names = populations.map(\.name)
    let sizes = populations.map(\.size)
    var projections: [Projection] = []
    for (value, path) in try root.elements("projections") {
      let reader = ProjectionReader(network: self, inputs: inputs, names: names, sizes: sizes)
      projections.append(try reader.projection(value, path, index: projections.count))
    }
    let network = Network(
      name: try root.name("name", standard: "network"), inputCount: inputs, populations: populations,
      projections: projections, outputs: try outputs(names: names, sizes: sizes))
    return NetworkDocument(
      network: network, ticks: try root.integer("ticks", in: 1...NetworkDocument.maximumTicks), coding: try coding(),
      decoder: try root.choice(
        "decoder", of: Decoder.allCases.map { ($0.rawValue, $0) }, standard: .spikeCount),
      classNames: try nameList("classes"), target: try target(), training: try training())
  }

  private func outputs(names: [String], sizes: [Int]) throws(NetworkFilesError) -> [OutputGroup] {
    var outputs: [OutputGroup] = []
    for (value, path) in try root.elements("outputs") {
      let fields = try Fields(
        value, path, in: text, allowed: ["count", "first", "name", "population", "reads", "shift"])
      let population = try fields.choice("population", of: names.enumerated().map { ($0.element, $0.offset) })
      let first = try fields.integer("first", in: 0...sizes[population] - 1, standard: 0)
      let rest = sizes[population] - first
      let count = try fields.integer("count", in: 1...rest, standard: rest)
      outputs.append(
        OutputGroup(
          name: try fields.name("name", standard: names[population]), population: population,
          neurons: first..<first + count, shift: try fields.integer("shift", in: 0...NetworkLimits.start),
          reads: try fields.choice(
            "reads", of: OutputReading.allCases.map { ($0.rawValue, $0) }, standard: .spikes)))
    }
    return outputs
  }

  private func coding() throws(NetworkFilesError) -> InputCoding {
    guard let value = root.optional("coding") else { return .spikes }
    let fields = try Fields(
      value, root.path("coding"), in: text, allowed: ["kind", "levels", "maximum", "seed", "threshold"])
    let kind = try fields.choice("kind", of: InputCoding.Kind.allCases.map { ($0.rawValue, $0) })
    return InputCoding(
      kind: kind, maximum: try fields.integer("maximum", in: 1...65535, standard: kind == .spikes ? 1 : nil),
      levels: try fields.integer("levels", in: 1...255, standard: 1), seed: try seed(fields),
      threshold: try fields.integer("threshold", in: 1...65535, standard: 1))
  }

  /// A seed: a number, or the digits of one in a string, because many programs read numbers as doubles.
  private func seed(_ fields: Fields) throws(NetworkFilesError) -> UInt64 {
    guard let value = fields.optional("seed") else { return 0 }
    switch value.content {
    case .integer(let number) where number >= 0: return UInt64(number)
    case .string(let digits):
      if let number = UInt64(digits) { return number }
    default: break
    }
    throw text.failure(value, fields.path("seed"), "must be a whole number of 0 to 2⁶⁴ − 1, or its digits in a string")
  }

  private func nameList(_ key: String) throws(NetworkFilesError) -> [String] {
    guard root.optional(key) != nil else { return [] }
    var result: [String] = []
    for (value, path) in try root.elements(key) { result.append(try text.name(value, path)) }
    return result
  }

  private func target() throws(NetworkFilesError) -> TargetReference? {
    guard let value = root.optional("target") else { return nil }
    let fields = try Fields(value, root.path("target"), in: text, allowed: ["name", "sha256"])
    return TargetReference(name: try fields.name("name"), sha256: try fields.string("sha256"))
  }

  private func training() throws(NetworkFilesError) -> [String: String]? {
    guard let value = root.optional("training") else { return nil }
    guard case .object(let members) = value.content else {
      throw text.failure(value, root.path("training"), "is \(value.kindName); it must be an object of strings")
    }
    var notes: [String: String] = [:]
    for member in members {
      notes[member.key] = try text.string(member.value, .key(root.path("training"), member.key))
    }
    return notes
  }
}
