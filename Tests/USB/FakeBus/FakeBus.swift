import CFakeUSB
import Dispatch
import Glibc
import ShippedTargets
import Targets

/// Cables and what hangs on them.
///
/// What devices do runs on umockdev's thread, one call at a time under the bus's lock; cables are pulled and plugged in
/// by one queue.
final class FakeBus: @unchecked Sendable {
  struct Mistake: Error, CustomStringConvertible {
    let description: String
  }

  let folder: String
  let raw: OpaquePointer
  let cables = DispatchQueue(label: "cables")
  /// By serial, the last where several have the same.
  private var boards: [String: FakeBoard] = [:]
  private var all: [FakeBoard] = []
  var nextNumber = 2
  /// Chips behind a serial line, by serial.
  var chips: [String: FakeSerialChip] = [:]

  /// nil where umockdev is not installed; the reason is on standard error.
  init?() {
    guard let raw = fake_bus_make(), let folder = fake_bus_folder(raw) else { return nil }
    self.raw = raw
    self.folder = String(cString: folder)
  }

  /// Runs one command.
  ///
  /// - `board SERIAL PLACE TARGET SPEED`: plugs in a board, of 480 or 5000 Mbit/s
  /// - `foreign PLACE`: plugs in a device with a board's numbers
  /// - `versions SERIAL LEAST GREATEST`: the board speaks these versions of the protocol and no others
  /// - `powered SERIAL`: the board has a power supply of its own, and goes on without the cable
  /// - `unplug SERIAL`, `plug SERIAL PLACE`
  /// - `unplug-at SERIAL before|after TYPE COUNT MILLISECONDS PLACE`: at the COUNTth request of a type; plugged in
  ///   again after some time, never where that is negative
  /// - `hang SERIAL none|session|bulk|all`: no more answers to frames, until the session is reset or for ever, or to
  ///   anything at all
  /// - `hang-at SERIAL session|bulk TYPE COUNT`: the same, from the COUNTth request of a type on
  /// - `halt SERIAL out|in`: the endpoint stalls until the host clears it
  /// - `halt-at SERIAL out|in TYPE COUNT`: from the COUNTth request of a type on
  /// - `stale SERIAL`: what is left of a frame of an earlier session comes first, whatever the host does
  /// - `err SERIAL`: the checksum over all spikes of each run is that of one spike elsewhere
  /// - `kill SERIAL PROCESS`: kills the program that may hold the board, between two of its requests
  /// - `linger SERIAL MILLISECONDS`: a board that starts anew stays on the bus for a while, with errors for answers
  /// - `allow SERIAL MODE`: permissions of the device's file, octal
  func obey(_ line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    func word(_ index: Int) throws -> String {
      guard index < words.count else { throw Mistake(description: "'\(line)' lacks a word") }
      return words[index]
    }
    func number(_ index: Int, radix: Int = 10) throws -> Int {
      guard let number = Int(try word(index), radix: radix) else {
        throw Mistake(description: "'\(try word(index))' is no number")
      }
      return number
    }
    func board() throws -> FakeBoard {
      guard let board = boards[try word(1)] else { throw Mistake(description: "no board '\(try word(1))'") }
      return board
    }
    func locked(_ body: () throws -> Void) rethrows {
      fake_bus_lock(raw)
      defer { fake_bus_unlock(raw) }
      try body()
    }
    switch try word(0) {
    case "board":
      let made = try FakeBoard(serial: try word(1), target: try Target.load(try word(3)), speed: try number(4))
      made.onUnplug = { [self] board, pause, place in unpluggedByItself(board, pause, place) }
      boards[made.serial] = made
      all.append(made)
      try plug(made, at: try word(2))
    case "foreign":
      let made = try FakeBoard(serial: "foreign", target: try Target.load("board"), speed: 480)
      made.isForeign = true
      all.append(made)
      try plug(made, at: try word(1))
    case "versions":
      let (board, least, greatest) = (try board(), try number(2), try number(3))
      locked { board.versions = (UInt8(least), UInt8(greatest)) }
    case "powered":
      let board = try board()
      locked { board.isPowered = true }
    case "unplug":
      let board = try board()
      locked { board.cut() }
      cables.sync { remove(board) }
    case "plug": try plug(try board(), at: try word(2))
    case "unplug-at":
      let trigger = FakeBoard.Trigger(
        type: UInt8(try number(3, radix: 16)), count: try number(4),
        action: .unplug(isBefore: try word(2) == "before", pause: try number(5), place: try word(6)))
      let board = try board()
      locked { board.trigger = trigger }
    case "hang":
      let (board, hang) = (try board(), FakeBoard.Hang(rawValue: try word(2)) ?? .none)
      locked { board.hang = hang }
    case "hang-at":
      let trigger = FakeBoard.Trigger(
        type: UInt8(try number(3, radix: 16)), count: try number(4),
        action: .hang(FakeBoard.Hang(rawValue: try word(2)) ?? .bulk))
      let board = try board()
      locked { board.trigger = trigger }
    case "halt":
      let (board, endpoint) = (try board(), try word(2))
      locked { board.halt(endpoint == "out" ? .out : .in) }
    case "halt-at":
      let endpoint: FakeBoard.Endpoint = try word(2) == "out" ? .out : .in
      let trigger = FakeBoard.Trigger(
        type: UInt8(try number(3, radix: 16)), count: try number(4), action: .halt(endpoint))
      let board = try board()
      locked { board.trigger = trigger }
    case "kill":
      let board = try board(), process = try number(2)
      locked { if let usb = board.usb { fake_device_kill_holder(usb, Int32(truncatingIfNeeded: process)) } }
    case "stale":
      let board = try board()
      locked { board.addStaleBytes() }
    case "err":
      let board = try board()
      locked { board.errs = true }
    case "linger":
      let (board, milliseconds) = (try board(), try number(2))
      locked { board.lingers = milliseconds }
    case "allow":
      let path = "\(folder)/dev/bus/usb/001/\(threeDigits(try board().number))"
      guard chmod(path, mode_t(try number(2, radix: 8))) == 0 else { throw Mistake(description: "chmod \(path)") }
    default:
      guard try obeyForChips(words) else { throw Mistake(description: "'\(line)' is no command") }
    }
  }

  /// Takes the folder away.
  func remove() {
    cables.sync {
      for board in all { remove(board) }
      for chip in chips.values { remove(chip) }
    }
  }

  private func plug(_ board: FakeBoard, at place: String) throws {
    try cables.sync { try plugNow(board, at: place) }
  }

  private func plugNow(_ board: FakeBoard, at place: String) throws {
    board.number = nextNumber
    nextNumber += 1
    board.start()
    let callbacks = fake_callbacks(
      owner: Unmanaged.passUnretained(board).toOpaque(), control: control, work: work, halt_cleared: haltCleared)
    fake_bus_lock(raw)
    defer { fake_bus_unlock(raw) }
    board.usb = fake_bus_plug(raw, place, Int32(board.number), Int32(board.speed), board.descriptors, "", callbacks)
    guard board.usb != nil else { throw Mistake(description: "cannot plug in \(board.serial) at \(place)") }
  }

  private func remove(_ board: FakeBoard) {
    if let usb = board.usb { fake_device_remove(usb) }
    board.usb = nil
  }

  private func unpluggedByItself(_ board: FakeBoard, _ pause: Int, _ place: String) {
    let lingers = board.lingers
    cables.async { [self] in
      usleep(UInt32(lingers) * 1000)
      remove(board)
      guard pause >= 0 else { return }
      usleep(UInt32(pause) * 1000)
      do {
        try plugNow(board, at: place)
      } catch {
        print("\(error)")
      }
    }
  }
}

func threeDigits(_ number: Int) -> String {
  String(repeating: "0", count: 3 - String(number).count) + String(number)
}

private nonisolated func control(
  _ owner: UnsafeMutableRawPointer?, _ setup: UnsafePointer<UInt8>?, _ data: UnsafeMutablePointer<UInt8>?, _ size: Int32
) -> Int32 {
  guard let owner, let setup else { return FAKE_STALL }
  return Unmanaged<FakeBoard>.fromOpaque(owner).takeUnretainedValue()
    .control(
      Array(UnsafeBufferPointer(start: setup, count: 8)), UnsafeMutableRawBufferPointer(start: data, count: Int(size)))
}

private nonisolated func work(_ owner: UnsafeMutableRawPointer?) {
  if let owner { Unmanaged<FakeBoard>.fromOpaque(owner).takeUnretainedValue().work() }
}

private nonisolated func haltCleared(_ owner: UnsafeMutableRawPointer?, _ endpoint: UInt8) {
  if let owner { Unmanaged<FakeBoard>.fromOpaque(owner).takeUnretainedValue().haltCleared(endpoint) }
}
