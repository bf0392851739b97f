import ImageFormat
import MeshMachine
import NeuronCore
import WireProtocol

/// Executes images of the mesh family from their bytes.
public struct MeshExecutor: BoardExecutor, ~Copyable {
  public static var family: UInt32 { FourCharacterCode.mesh.rawValue }

  private var machine: MeshMachine

  public static func check(_ image: UnsafeRawBufferPointer) throws(BoardError) -> ImageNeeds {
    do throws(ImageError) {
      // The whole image's SHA-256 was compared; the sections' own digests add nothing.
      let mesh = try MeshImage(try ImageView(image, verifyingDigests: false))
      try mesh.validate()
      return ImageNeeds(
        targetDigest: mesh.view.header.targetDigest, memoryBytes: MeshMachine.memoryNeeded(for: mesh),
        inputs: mesh.inputCount, outputs: mesh.outputCount, readouts: mesh.readoutCount)
    } catch {
      throw refusal(error)
    }
  }

  public init(image: UnsafeRawBufferPointer, memory: UnsafeMutableRawBufferPointer) throws(BoardError) {
    do throws(ImageError) {
      let mesh = try MeshImage(try ImageView(image, verifyingDigests: false))
      machine = try MeshMachine(image: mesh, memory: memory)
    } catch {
      throw Self.refusal(error)
    }
  }

  public mutating func clear() {
    machine.clear()
  }

  public mutating func addInput(line: UInt32, count: UInt8) throws(BoardError) {
    do throws(MachineError) {
      try machine.addInput(line: line, count: count)
    } catch {
      switch error {
      case .inputOutOfRange(let line, _): throw BoardError(.inputOutOfRange, detail: line)
      case .duplicateInput(let line, _): throw BoardError(.duplicateSpike, detail: line)
      }
    }
  }

  public mutating func tick(_ onSpike: (ExecutedSpike) -> Void) {
    machine.tick { spike in
      onSpike(
        ExecutedSpike(core: spike.core, neuron: spike.neuron, count: spike.count, output: spike.output))
    }
  }

  public func forEachReadout(_ body: (ExecutedReadout) -> Void) {
    machine.forEachReadout {
      body(ExecutedReadout(core: $0.core, neuron: $0.neuron, output: $0.output, membrane: $0.membrane))
    }
  }

  public func neuronCount(ofCore core: UInt16) -> Int? {
    guard let place = machine.image.index(ofCore: core) else { return nil }
    return machine.image.core(at: place).neuronCount
  }

  public func membrane(core: UInt16, neuron: Int) -> Int32 {
    guard let place = machine.image.index(ofCore: core) else { return 0 }
    return machine.state(core: place, neuron: neuron).membrane
  }

  private static func refusal(_ error: ImageError) -> BoardError {
    switch error {
    case .family(let family): BoardError(.wrongFamily, detail: family.rawValue)
    case .memory(let needed, _): BoardError(.memory, detail: UInt32(clamping: needed / 1024))
    case .truncated(let offset, _), .digest(_, let offset), .invalidField(_, let offset, _),
      .unknownSection(_, let offset):
      BoardError(.badImage, offset: offset)
    case .unsupportedVersion: BoardError(.badImage, offset: 8)
    case .headerChecksum: BoardError(.badImage, offset: 124)
    case .fileSize: BoardError(.badImage, offset: 16)
    case .notAnImage, .missingSection: BoardError(.badImage)
    }
  }
}
