import FixedPoint
import ImageFormat
import Mapper
import Networks
import Targets

/// Makes the image of a mapped network.
public enum ImageBuilder {
  /// The image's bytes; the same arguments give the same bytes on every machine.
  ///
  /// - Parameters:
  ///   - networkDigest: SHA-256 of the network's content, in hexadecimal.
  ///   - targetDigest: SHA-256 of the target's canonical description.
  /// - Throws: what the encoder refuses.
  public static func image(
    of document: NetworkDocument, networkDigest: String, mapping: Mapping, targetDigest: Digest,
    encoder: any PayloadEncoder
  ) throws -> [UInt8] {
    let major = mapping.imageMajor
    var sections = try encoder.sections(for: mapping)
    var deployed = document
    if let chip = mapping.chip {
      deployed.network = chip.network
      sections.append(ImageSection(kind: .ports, isForHost: true, bytes: try CanonicalJSON.encode(chip.ports)))
    }
    sections.append(ImageSection(kind: .host, isForHost: true, bytes: try HostSection(deployed).encoded()))
    sections.append(ImageSection(kind: .neuronMap, isForHost: true, bytes: neuronMap(of: mapping)))
    let provenance = Provenance(
      networkSHA256: networkDigest, target: mapping.target.name, targetSHA256: targetDigest.hex,
      imageFormat: "\(major).\(ImageLayout.minorVersion)")
    sections.append(
      ImageSection(kind: .provenance, isForHost: true, bytes: try CanonicalJSON.encode(provenance)))
    return ImageContainer.bytes(family: encoder.family, targetDigest: targetDigest, sections: sections, major: major)
  }

  private static func neuronMap(of mapping: Mapping) -> [UInt8] {
    var writer = ByteWriter(reserving: 8 * mapping.cores.reduce(0) { $0 + $1.neurons.count })
    for core in mapping.cores {
      for neuron in core.neurons {
        // Networks have at most 2^24 neurons: both numbers fit.
        writer.append(UInt32(neuron.population))
        writer.append(UInt32(neuron.index))
      }
    }
    return writer.bytes
  }
}

extension FourCharacterCode {
  /// Where inputs and outputs are on a chip with a format of its own: canonical JSON of `ChipPorts`.
  public static var ports: Self { Self("PORT") }
}

extension Mapping {
  /// The major version of the image format that this mapping's image is of: the lowest one that can say it, so that
  /// older readers keep what they can execute.
  public var imageMajor: UInt16 {
    readoutCount > 0 ? ImageLayout.readoutMajorVersion : ImageLayout.majorVersion
  }
}
