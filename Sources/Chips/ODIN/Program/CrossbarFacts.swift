import ImageFormat
import Images
import Mapper

extension TinyODINFamily: PayloadInspector {
  public func facts(of image: LoadedImage) throws -> [PayloadFact] {
    let core = try TinyODINMachine(programmedBy: image, slots: Self.slots)
    let last = Int(core.registers.lastNeuron)
    return frameFacts(image, core, slots: Self.slots.count) + [PayloadFact("last neuron (register 3)", "\(last)")]
  }
}

extension ODINFamily: PayloadInspector {
  public func facts(of image: LoadedImage) throws -> [PayloadFact] {
    let core = try ODINMachine(programmedBy: image, slots: Self.slots)
    let inhibiting = core.registers.signs.reduce(0) { $0 + $1.nonzeroBitCount }
    return frameFacts(image, core, slots: Self.slots.count) + [
      PayloadFact("inhibiting sources (registers 2–17)", "\(inhibiting)"),
      PayloadFact("plasticity, monitor, bursts", "off"),
    ]
  }
}

extension CrossbarFamily {
  fileprivate func frameFacts(_ image: LoadedImage, _ core: some CrossbarCore, slots: Int) -> [PayloadFact] {
    let neurons = (0..<CrossbarMemory.neuronCount).filter { !core.isSilent($0) }.count
    return [
      PayloadFact("core", Self.core),
      PayloadFact("frames", "\(slots), \(SerialFrame.byteCount) bytes each"),
      PayloadFact("neurons", "\(neurons) of \(CrossbarMemory.neuronCount)"),
      PayloadFact("input rows", image.ports.map { rows($0.inputs) } ?? "none"),
      PayloadFact(
        "synapses that are not 0",
        "\(core.synapses.occupiedCount) of \(CrossbarMemory.neuronCount * CrossbarMemory.neuronCount)"),
    ]
  }

  private func rows(_ inputs: [Int]) -> String {
    guard let first = inputs.min(), let last = inputs.max() else { return "none" }
    return "\(inputs.count), in \(first)–\(last)"
  }
}
