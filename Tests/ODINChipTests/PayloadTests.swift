import Emulator
import FixedPoint
import ImageFormat
import Images
import Networks
import NeuronCore
import ODINChip
import TestSupport
import Testing

@Suite("The frames of tinyODIN and ODIN in an image")
struct PayloadTests {
  private static let kind = FourCharacterCode("SPIF")

  private func frames(_ image: LoadedImage) throws -> [UInt8] {
    try image.withSection(Self.kind) { Array($0) }
  }

  /// The image with other bytes in a section, all digests right.
  private func image(_ original: LoadedImage, _ kind: FourCharacterCode, _ change: ([UInt8]) -> [UInt8]) throws
    -> [UInt8]
  {
    try original.withBytes { bytes in
      let view = try ImageView(bytes, verifyingDigests: false)
      let sections = (0..<view.header.sectionCount).map { index in
        let entry = view.section(at: index)
        let old = Array(bytes[entry.range])
        return ImageSection(kind: entry.kind, isForHost: entry.isForHost, bytes: entry.kind == kind ? change(old) : old)
      }
      return ImageContainer.bytes(
        family: view.header.family, targetDigest: view.header.targetDigest, sections: sections,
        major: view.header.major)
    }
  }

  /// The one line that making a machine of changed frames ends with; nil where it is made.
  private func problem(_ core: Core, _ original: LoadedImage, _ change: ([UInt8]) -> [UInt8]) throws -> String? {
    let changed = try LoadedImage(name: "bad.snnimg", bytes: try image(original, Self.kind, change))
    do {
      _ = try core.family.makeMachine(for: changed)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("begin with gate and open loop, write every byte of both memories, and end with the gate opened")
  func order() throws {
    let item = RandomCrossbar(seed: 1, on: .tinyODIN, recurrent: false)
    let bytes = try frames(Core.tinyODIN.image(of: item.network))
    #expect(bytes.count == 168_990)
    let words = stride(from: 0, to: bytes.count, by: 5).map {
      bytes[$0..<$0 + 5].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    // Address in the upper 20 bits: write 18, command 16 and 17, place; the byte in the lowest 8.
    #expect(words.prefix(3).map { $0 & 0x3_FFFF_FFFF } == [1, 0x10_0001, 0x20_0000])
    #expect(words[3] & 0x3_FFFF_FFFF == 0x30_0000 | UInt64(item.network.neuronCount - 1))
    #expect(words.suffix(2).map { $0 & 0x3_FFFF_FFFF } == [0x10_0000, 0])
    let synapses = words[4..<4 + 32768], neurons = words[(4 + 32768)..<(4 + 32768 + 1024)]
    #expect(Set(synapses.map { $0 >> 20 }).count == 32768 && synapses.allSatisfy { $0 >> 36 == 0b0110 })
    #expect(Set(neurons.map { $0 >> 20 }).count == 1024 && neurons.allSatisfy { $0 >> 36 == 0b0101 })
    let odin = try frames(Core.odin.image(of: RandomCrossbar(seed: 1, on: .odin, recurrent: false).network))
    #expect(odin.count == 5 * (26 + 32768 + 4096 + 2))
  }

  @Test("too few, too many, swapped and foreign ones are refused in one line", arguments: Core.allCases)
  func hostile(core: Core) throws {
    let original = try core.image(of: RandomCrossbar(seed: 2, on: core, recurrent: false).network)
    let changes: [([UInt8]) -> [UInt8]] = [
      { _ in [] }, { $0.dropLast(5) }, { $0.dropLast(1) }, { $0 + [0, 0, 0, 0, 0] },
      // The gate stays open; two frames swapped; the program twice as long.
      { [UInt8](repeating: 0, count: 5) + $0.dropFirst(5) }, { Array($0[5..<10] + $0[0..<5] + $0[10...]) },
      { $0 + $0 }, { $0.map { _ in 0xFF } },
    ]
    for change in changes {
      let text = try #require(try problem(core, original, change))
      #expect(text.hasPrefix("bad.snnimg: section SPIF: ") && !text.contains("\n"), "\(text)")
    }
    #expect(try problem(core, original) { $0 } == nil)
  }

  @Test("damaged at random never trap: refused, or a core that runs or ends with an error", arguments: Core.allCases)
  func damaged(core: Core) throws {
    let item = RandomCrossbar(seed: 4, on: core, recurrent: false)
    let original = try core.image(of: item.network, ticks: item.ticks)
    var random = RandomStream(seed: 9, stream: 9)
    var accepted = 0
    for _ in 0..<60 {
      let bytes = try image(original, Self.kind) { old in
        var bytes = old
        for _ in 0..<random.within(1...3) {
          // Mostly data of frames.
          let frame = random.within(0...bytes.count / 5 - 1)
          bytes[frame * 5 + (random.oneIn(4) ? random.within(0...4) : 4)] ^= UInt8(1 << random.within(0...7))
        }
        return bytes
      }
      let changed = try LoadedImage(name: "bad.snnimg", bytes: bytes)
      guard let machine = try? core.family.makeMachine(for: changed) else { continue }
      accepted += 1
      let emulator = ImageEmulator(image: changed, maker: core.family)
      _ = try? item.input.withUnsafeBufferPointer { try emulator.run($0, ticks: item.ticks, on: machine) }
    }
    #expect((1..<60).contains(accepted))
  }

  @Test("ports beyond the rows and neurons beyond the network are refused", arguments: Core.allCases)
  func ports(core: Core) throws {
    let original = try core.image(of: Network.layers([2, 1], on: core) { _, _, _ in 1 })
    let ports = try image(original, FourCharacterCode("PORT")) { bytes in
      Array(String(decoding: bytes, as: UTF8.self).replacing("[1,2]", with: "[1,256]").utf8)
    }
    #expect {
      _ = try core.family.makeMachine(for: try LoadedImage(name: "x", bytes: ports))
    } throws: { "\($0)".contains("input line 1 is row 256") }
    // Neuron 1 is told to take part: tinyODIN by the last neuron, ODIN by its own word.
    let text = try problem(core, original) { bytes in
      var bytes = bytes
      if core == .tinyODIN { bytes[3 * 5 + 4] = 1 }
      let last = core == .tinyODIN ? 4 + 32768 + 3 * 256 + 1 : 26 + 32768 + 15 * 256 + 1
      bytes[last * 5 + 4] = 0
      return bytes
    }
    #expect(text?.contains("neuron 1 may fire") == true)
  }

  @Test("inspection counts frames, neurons, rows and synapses", arguments: Core.allCases)
  func inspection(core: Core) throws {
    let image = try core.image(
      of: Network.layers([3, 2], on: core) { _, source, _ in source == 0 ? 0 : source == 1 ? -1 : 2 })
    let facts = try core.family.facts(of: image)
    func value(_ prefix: String) -> String? { facts.first { $0.name.hasPrefix(prefix) }?.value }
    #expect(value("frames") == (core == .odin ? "36892, 5 bytes each" : "33798, 5 bytes each"))
    #expect(value("neurons") == "2 of 256")
    #expect(value("input rows") == "3, in 2–4")
    #expect(value("synapses") == "4 of 65536")
    #expect(value("inhibiting") == (core == .odin ? "1" : nil))
  }
}
