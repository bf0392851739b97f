import ImageFormat
import Mapper

extension ChipPorts {
  /// Addresses above this are refused.
  private static var maximumAddress: Int { 1 << 24 }

  /// Reads the section PORT against the host's; the family compares the addresses with its chip.
  init(bytes: UnsafeRawBufferPointer, host: HostSection) throws(ImagesError) {
    self = try CanonicalJSON.decode(ChipPorts.self, from: bytes, section: "PORT")
    func check(_ condition: Bool, _ problem: String) throws(ImagesError) {
      if !condition { throw .hostSection(section: "PORT", problem: problem) }
    }
    let outputCount = host.outputCount
    let neurons = host.neuronCount
    try check(inputs.count <= Self.maximumAddress, "\(inputs.count) input lines")
    try check(outputs.count == outputCount, "\(outputs.count) outputs, but the host's section has \(outputCount)")
    for (line, address) in inputs.enumerated() {
      try check((0...Self.maximumAddress).contains(address), "input line \(line) has the address \(address)")
    }
    for (output, neuron) in outputs.enumerated() {
      try check((0..<neurons).contains(neuron), "output \(output) is neuron \(neuron) of \(neurons)")
    }
    try check(Set(outputs).count == outputs.count, "two outputs are the same neuron")
  }
}
