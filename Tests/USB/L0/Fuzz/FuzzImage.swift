import FixedPoint
import ImageFormat
import MeshMachine

/// An image, its checksums made right, is refused or executed.
func fuzzImage(_ bytes: UnsafeRawBufferPointer) {
  guard bytes.count <= 1 << 16 else { return }
  var input = FuzzInput(bytes)
  let choice = input.u8()
  var image = Array(input.rest())
  if choice & 1 == 0 { sealImage(&image) }
  image.withUnsafeBytes { bytes in
    do throws(ImageError) {
      let mesh = try MeshImage(try ImageView(bytes, verifyingDigests: false))
      try mesh.validate()
      execute(mesh, seed: UInt64(choice))
    } catch {}
  }
}

private func execute(_ image: MeshImage, seed: UInt64) {
  let needed = MeshMachine.memoryNeeded(for: image)
  guard needed <= 1 << 22 else { return }
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: needed, alignment: 16)
  defer { memory.deallocate() }
  do throws(ImageError) {
    var machine = try MeshMachine(image: image, memory: memory)
    var random = RandomStream(seed: seed, stream: 1)
    for _ in 0..<20 {
      for line in 0..<min(image.inputCount, 64) where random.below(3) == 0 {
        do throws(MachineError) {
          try machine.addInput(line: UInt32(line), count: UInt8(random.below(256)))
        } catch {
          fatalError("input that is right is refused: \(error)")
        }
      }
      machine.tick { spike in require(spike.count > 0, "a spike of count 0") }
    }
  } catch {
    fatalError("a valid image is refused by the machine: \(error)")
  }
}

/// Makes the digest of the section table, the file size and the header's CRC right, so that deeper checks are reached.
private func sealImage(_ image: inout [UInt8]) {
  guard image.count >= ImageLayout.headerBytes else { return }
  func put<T: FixedWidthInteger>(_ value: T, at offset: Int) {
    image.withUnsafeMutableBytes { $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: T.self) }
  }
  put(ImageLayout.magic, at: 0)
  put(UInt64(image.count), at: 16)
  let sections = min(Int(image[24]), (image.count - ImageLayout.headerBytes) / ImageLayout.sectionEntryBytes)
  let end = ImageLayout.headerBytes + sections * ImageLayout.sectionEntryBytes
  let digest = image.withUnsafeBytes {
    SHA256.digest(of: UnsafeRawBufferPointer(rebasing: $0[ImageLayout.headerBytes..<end]))
  }
  for byte in 0..<Digest.byteCount { image[64 + byte] = digest[byte] }
  put(image.withUnsafeBytes { CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: $0[..<124])) }, at: 124)
}
