import Images

/// What an image holds, as text.
public enum InspectionText {
  /// Header, sections, read-out and cores.
  public static func text(_ image: ImageInspection) -> String {
    let host = image.host
    var facts = TextTable([])
    facts.add([
      "image", "format \(image.formatVersion), family \(image.family), \(NumberText.grouped(image.bytes)) bytes",
    ])
    facts.add(["sha256", image.sha256])
    facts.add(["network", "\(host.network), sha256 \(image.provenance.networkSHA256)"])
    let marking = image.marking.map { ", \($0)" } ?? ""
    facts.add(["target", "\(image.provenance.target), sha256 \(image.provenance.targetSHA256)\(marking)"])
    facts.add(["made by", "\(image.provenance.tool) \(image.provenance.toolVersion)"])
    if let grid = image.grid, let layout = image.layout, let bits = image.accumulatorBits {
      facts.add([
        "board",
        "\(grid.chipsX)×\(grid.chipsY) chips of \(grid.coresX)×\(grid.coresY) cores, \(layout) records, "
          + "\(bits)-bit accumulators",
      ])
    }
    facts.add(["time", "T = \(host.ticks) ticks, depth \(host.depth)"])
    facts.add([
      "inputs",
      "\(image.inputLines) lines, "
        + (image.inputRoutes.map { "\(NumberText.grouped($0)) routes, " } ?? "") + "coding \(coding(host))",
    ])
    facts.add(["outputs", outputs(host)])
    for fact in image.chip ?? [] { facts.add([fact.name, fact.value]) }
    var sections = TextTable(["section", "offset", "bytes", "for", "sha256"], rightAligned: [1, 2])
    for section in image.sections {
      sections.add([
        section.kind, NumberText.grouped(section.offset), NumberText.grouped(section.bytes),
        section.host ? "host" : "board", section.sha256.prefix(16) + "…",
      ])
    }
    var cores = TextTable(
      ["core", "neurons", "axons", "classes", "routes", "synapse bytes", "bytes", "populations"],
      rightAligned: [0, 1, 2, 3, 4, 5, 6])
    for core in image.cores {
      cores.add([
        "\(core.number)", "\(core.neurons)", "\(core.axons)", "\(core.classes)", NumberText.grouped(core.routes),
        NumberText.grouped(core.synapseBytes), NumberText.grouped(core.bytes),
        core.populations.map { "\($0.name) \($0.neurons)" }.joined(separator: ", "),
      ])
    }
    let tables = [facts.text, sections.text] + (image.cores.isEmpty ? [] : [cores.text])
    return tables.joined(separator: "\n\n")
  }

  private static func coding(_ host: HostSection) -> String {
    switch host.coding.kind {
    case "spikes": "spikes"
    case "rate": "rate (seed \(host.coding.seed)), full scale \(host.coding.maximum)"
    case "direct": "direct, 0–\(host.coding.maximum) as 0–\(host.coding.levels) a tick"
    default: "\(host.coding.kind), full scale \(host.coding.maximum)"
    }
  }

  private static func outputs(_ host: HostSection) -> String {
    let groups = host.outputs.map { "\($0.name) (\($0.count), shift \($0.shift))" }.joined(separator: ", ")
    return "\(host.outputCount): \(groups), decoder \(host.decoder)"
      + (host.classes.isEmpty ? "" : ", classes " + ListText.shortened(host.classes, limit: 12))
  }

  /// The tables of one core.
  public static func text(_ core: CoreInspection) -> String {
    var classes = TextTable(
      ["class", "leak", "currents", "sum", "compare", "reset", "membrane", "cap", "refractory"],
      rightAligned: [0, 7, 8])
    for (index, item) in core.classes.enumerated() {
      classes.add([
        "\(index)", item.leak, item.currents.isEmpty ? "none" : item.currents.joined(separator: " + "), item.sum,
        item.compare, item.reset, "\(item.lower)…\(item.upper)", "\(item.spikeCap)", "\(item.refractoryTicks)",
      ])
    }
    var neurons = TextTable(
      ["neuron", "population", "index", "class", "threshold", "bias", "start", "output", "routes"],
      rightAligned: [0, 2, 3, 4, 5, 6, 7])
    for (index, item) in core.neurons.enumerated() {
      neurons.add([
        "\(index)", item.population, "\(item.index)", "\(item.classIndex)", "\(item.threshold)", "\(item.bias)",
        "\(item.start)", item.output.map(String.init) ?? "-", ListText.shortened(item.routes, limit: 6),
      ])
    }
    var axons = TextTable(
      ["axon", "delay", "row", "bits", "shift", "current", "first", "count", "offset", "weights"],
      rightAligned: [0, 1, 3, 4, 5, 6, 7, 8])
    for (index, item) in core.axons.enumerated() {
      let weights = item.synapses.map { "\($0[0]):\($0[1])" }
      axons.add([
        "\(index)", "\(item.delay)", item.format, "\(item.bits)", "\(item.shift)", "\(item.current)",
        "\(item.firstNeuron)", "\(item.count)", "\(item.rowOffset)", ListText.shortened(weights, limit: 6),
      ])
    }
    return ["core \(core.number)", classes.text, neurons.text, axons.text].joined(separator: "\n\n")
  }
}
