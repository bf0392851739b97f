import BoardCore
import FixedPoint
import WireProtocol

/// The bytes of a metadata record of version 2, and of version 1.
private let recordBytes = (424, 264)

/// A board starts from any two metadata records, and then does what it is asked about every slot.
func fuzzMetadata(_ bytes: UnsafeRawBufferPointer) {
  var input = FuzzInput(bytes)
  let choice = input.u8()
  let storage = FuzzBoard.flashed.afterLoss(.nothing, seed: 0)
  for record in 0..<2 {
    let isOld = choice & (4 << UInt8(record)) != 0
    var content = Array(input.take(isOld ? recordBytes.1 : recordBytes.0))
    if choice & (1 << UInt8(record)) != 0 { sealRecord(&content) }
    try? content.withUnsafeBytes { try storage.writeMetadata($0, record) }
  }
  let board = FuzzBoard(storage: storage)
  board.checkInvariants()
  board.send(Hello(nonce: 1, minimumMajor: 1, maximumMajor: 1))
  for slot in board.slots() {
    board.send(
      Begin(
        slot: slot.number, family: MeshExecutor.family, size: slot.info.size, digest: slot.info.digest,
        targetDigest: FuzzBoard.profile.targetDigest))
    board.send(Write(offset: 0), body: [UInt8](repeating: 7, count: 256))
    board.send(Commit(digest: slot.info.digest))
    board.send(Activate(slot: slot.number, mode: .test))
    board.checkInvariants()
  }
  board.send(Rollback())
  board.send(Provision(key: TestKey.key(1)))
  board.checkInvariants()
  board.restart(with: board.device.platform.storage.afterLoss(.some, seed: UInt64(choice)))
  board.checkInvariants()
  board.flash(image: 1)
  board.checkInvariants()
}

/// Makes a record's CRC right.
private func sealRecord(_ record: inout [UInt8]) {
  guard record.count > 4 else { return }
  record.withUnsafeMutableBytes { bytes in
    let crc = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)]))
    bytes.storeBytes(of: crc.littleEndian, toByteOffset: bytes.count - 4, as: UInt32.self)
  }
}

extension FuzzBoard {
  /// What INFO says of the slots.
  func slots() -> [(number: UInt8, info: SlotInfo)] {
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = buffer.withUnsafeMutableBytes { bytes in withDevice { $0.controlInfo(into: bytes) } }
    let info = buffer.withUnsafeBytes { bytes in
      try? BoardInfo(payload: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }
    guard let info else { return [] }
    return (0..<2).map { (UInt8($0), info[slot: $0]) }
  }
}
