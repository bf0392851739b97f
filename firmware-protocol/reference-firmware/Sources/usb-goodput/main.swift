import BoardLink
import CRawBulk
import Glibc

// Compares flashing with raw bulk transfers to the same board, in turns, and prints the medians.
// usage: usb-goodput usb:SERIAL IMAGE-A IMAGE-B ROUNDS

/// What of a round is kept, in MB/s.
struct Round {
  var raw = 0.0
  /// From the first WRITE to the last answer to one.
  var writing = 0.0
  /// Hashing, erasing, writing, and the board's hash of what it reads back.
  var flash = 0.0
}

struct Complaint: Error {
  let text: String
}

func contents(_ path: String) throws -> UnsafeRawBufferPointer {
  let file = open(path, O_RDONLY | O_CLOEXEC)
  var status = stat()
  guard file >= 0, fstat(file, &status) == 0,
    let mapped = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE | Int32(MAP_POPULATE), file, 0),
    mapped != MAP_FAILED
  else { throw Complaint(text: "\(path): \(String(cString: strerror(errno)))") }
  close(file)
  return UnsafeRawBufferPointer(start: mapped, count: Int(status.st_size))
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Four times the bytes of the image, in transfers of a size, as many bytes at once as the tool's own.
func sendRaw(_ serial: String, _ count: Int, transferBytes: Int) throws -> Double {
  var seconds = 0.0
  let depth = Int32(USBTransport.maximumOutBytes / transferBytes)
  // Four times, so that it takes about as long as a flash, and the machine's other work shows as much in both.
  let count = 4 * count
  let code = raw_bulk_send(serial, count, transferBytes, depth, &seconds)
  guard code == 0 else { throw Complaint(text: "raw transfers: \(String(cString: raw_bulk_error(code)))") }
  return Double(count) / 1e6 / seconds
}

/// The size of raw transfers that is fastest here, the tool's own and smaller ones, so that flashing is not compared
/// with less than the path can do.
func fastestTransfer(_ serial: String, _ count: Int) throws -> Int {
  var best = (bytes: 0, speed: 0.0)
  var bytes = USBTransport.outTransferBytes
  while bytes >= 1 << 16 {
    let speed = median(try (0..<3).map { _ in try sendRaw(serial, count, transferBytes: bytes) })
    print("raw transfers of \(bytes) bytes: \(speed) MB/s")
    if speed > best.speed { best = (bytes, speed) }
    bytes /= 2
  }
  return best.bytes
}

func flash(_ address: DeviceAddress, _ image: UnsafeRawBufferPointer) throws -> (writing: Double, flash: Double) {
  let session = try BoardSession(address)
  defer { session.close() }
  let clock = ContinuousClock()
  let started = clock.now
  var writingBegan = started
  var writingEnded = started
  // A slot that held the other image, so that nothing is held of this one; the machine is not loaded.
  let result = try session.flash(
    image, slot: 1, activation: .none,
    progress: { progress in
      guard progress.phase == .writing else { return }
      if progress.done == 0 { writingBegan = clock.now }
      if progress.done == progress.total { writingEnded = clock.now }
    })
  let ended = clock.now
  guard result.bytesSent == UInt64(image.count) else {
    throw Complaint(text: "\(result.bytesSent) bytes were sent, not \(image.count)")
  }
  func rate(_ time: Duration) -> Double { Double(image.count) / 1e6 / (time / .seconds(1)) }
  return (rate(writingEnded - writingBegan), rate(ended - started))
}

func run(_ words: [String]) throws {
  guard words.count == 4, let rounds = Int(words[3]), rounds > 0,
    case .usb(let serial) = try DeviceAddress(parsing: words[0])
  else { throw Complaint(text: "usage: usb-goodput usb:SERIAL IMAGE-A IMAGE-B ROUNDS") }
  let images = [try contents(words[1]), try contents(words[2])]
  let transferBytes = try fastestTransfer(serial, images[0].count)
  var results: [Round] = []
  for number in 0..<rounds {
    var round = Round()
    round.raw = try sendRaw(serial, images[0].count, transferBytes: transferBytes)
    (round.writing, round.flash) = try flash(.usb(serial: serial), images[(number + 1) % 2])
    results.append(round)
    print(
      "round \(number + 1): raw \(round.raw) MB/s, flash's writing \(round.writing) MB/s, whole flash \(round.flash) MB/s"
    )
  }
  let raw = median(results.map(\.raw))
  let writing = median(results.map(\.writing))
  let whole = median(results.map(\.flash))
  print("median of \(rounds): raw \(raw) MB/s, writing \(writing) MB/s, whole flash \(whole) MB/s")
  print("goodput: \(Int((100 * median(results.map { $0.writing / $0.raw })).rounded())) % of raw")
}

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch let complaint as Complaint {
  print("usb-goodput: \(complaint.text)")
  exit(1)
} catch {
  print("usb-goodput: \(error)")
  exit(1)
}
