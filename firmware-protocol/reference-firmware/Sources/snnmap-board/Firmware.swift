import BoardCore
import ShippedTargets
import Targets
import VirtualBoard
import WireProtocol

/// The program: a board's storage and device, a function on the bus, and two threads.
enum Firmware {
  /// Runs until the board is asked to start anew and cannot do so itself.
  static func run(_ options: FirmwareOptions) throws(FirmwareError) {
    let gadget = options.gadget.map { Gadget(folder: $0, udc: options.udc) }
    let serial = if let gadget { try gadget.serial() } else { options.serial ?? "" }
    guard (1...WireText.maximumLength).contains(serial.utf8.count) else {
      throw .usage("'\(serial)' is no serial number: 1 to \(WireText.maximumLength) bytes")
    }
    let profile = try profile(options.target, serial: serial)
    let storage = try attempt {
      try VirtualStorage(folder: options.store, slotCount: profile.slotCount, slotBytes: profile.slotBytes)
    }
    let wakeUp = try EventCounter()
    let desk = try ControlDesk(board: wakeUp)
    let functionFS = try FunctionFS(folder: options.functionFS)
    let loop = try BoardLoop(
      profile: profile, storage: storage, functionFS: functionFS, gadget: gadget, desk: desk, wakeUp: wakeUp)
    try ControlEndpoint(functionFS.control, desk: desk, isMeasured: options.isMeasured).start()
    try gadget?.bind()
    Console.say("\(options.target), serial \(serial), ready")
    try loop.run()
    Console.say("RESET: start this program again")
  }

  private static func profile(_ name: String, serial: String) throws(FirmwareError) -> BoardProfile {
    let target: Target
    do throws(TargetError) {
      target = try Target.load(name)
    } catch {
      throw .target(error.description)
    }
    var profile = try attempt { try BoardProfile(target: target, serial: serial) }
    // A machine with Linux has the memory for it, and a long way between its bus and its programs.
    profile.window = max(profile.window, 32)
    // Making files durable is slow on the memory cards that such machines have; what a loss of power costs stays below
    // half a window.
    let halfWindow = profile.window * profile.maximumPayload / 2 / profile.chunkBytes * profile.chunkBytes
    profile.checkpointBytes = max(profile.checkpointBytes, halfWindow)
    return profile
  }

  /// Does something of the Linux platform.
  private static func attempt<Value>(_ body: () throws -> Value) throws(FirmwareError) -> Value {
    do {
      return try body()
    } catch {
      throw .target("\(error)")
    }
  }
}
