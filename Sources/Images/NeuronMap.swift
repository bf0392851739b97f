import ImageFormat

/// Which neuron of the network each neuron of a core is.
public struct NeuronMap: Sendable, Equatable {
  /// Where the neurons of each core in use begin in `places`; one more than there are cores.
  public let coreStarts: [Int]
  /// For each neuron of each core in use, its place in the network's numbering.
  public let networkIndex: [Int]

  /// Reads the section NMAP against the neurons of each core and the populations of `host`.
  init(bytes: UnsafeRawBufferPointer, coreSizes: [Int], host: HostSection) throws(ImagesError) {
    var starts = [0]
    for (index, size) in coreSizes.enumerated() { starts.append(starts[index] + size) }
    let total = starts[coreSizes.count]
    guard total == host.neuronCount, bytes.count == total * 8 else {
      throw .hostSection(
        section: "NMAP",
        problem: "\(bytes.count) bytes for \(total) neurons of cores and \(host.neuronCount) of the network")
    }
    var offsets: [Int] = []
    var offset = 0
    for population in host.populations {
      offsets.append(offset)
      offset += population.size
    }
    var indices = [Int](repeating: 0, count: total)
    var seen = [Bool](repeating: false, count: total)
    for entry in 0..<total {
      let population = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: entry * 8, as: UInt32.self)))
      let index = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: entry * 8 + 4, as: UInt32.self)))
      guard population < host.populations.count, index < host.populations[population].size,
        !seen[offsets[population] + index]
      else {
        throw .hostSection(section: "NMAP", problem: "entry \(entry) names population \(population), neuron \(index)")
      }
      indices[entry] = offsets[population] + index
      seen[indices[entry]] = true
    }
    coreStarts = starts
    networkIndex = indices
  }

  /// The number in the network of neuron `neuron` of the core in use at `core`.
  public func networkIndex(core: Int, neuron: Int) -> Int {
    networkIndex[coreStarts[core] + neuron]
  }
}
