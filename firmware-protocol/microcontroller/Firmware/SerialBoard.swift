import BoardCore
import Hardware

/// A board whose only link is a serial line.
struct SerialBoard: ~Copyable {
  /// A line cannot say that its other end has gone, so what it has left of a frame is dropped after this silence.
  private static var greatestSilence: UInt64 { 250_000 }

  private var device: BoardDevice<MicroPlatform, MeshExecutor>
  private var lastReceived: UInt64 = 0
  private var activity: BoardDevice<MicroPlatform, MeshExecutor>.Activity = .idle

  init() {
    device = BoardDevice(
      platform: MicroPlatform(), profile: BoardMicro.profile,
      workspace: UnsafeMutableRawBufferPointer(start: hardware_workspace(), count: hardware_workspace_bytes()))
  }

  /// Takes bytes, lets the board work, and sends bytes; sleeps where there is nothing to do.
  mutating func turn() {
    receive()
    activity = device.poll()
    send()
    if device.wantsRestart { hardware_restart() }
    // A realtime stream has a clock to look at; anything else waits for bytes.
    if activity == .idle && device.idleMicroseconds == nil { hardware_wait() }
  }

  /// Takes what has arrived, also while the board is at work.
  private mutating func receive() {
    let now = hardware_microseconds()
    // While the board is at work it does not listen, and whole frames may wait.
    if activity != .idle {
      lastReceived = now
    } else if now &- lastReceived > Self.greatestSilence {
      device.dropPartialFrame()
      lastReceived = now
    }
    let space = device.receiveSpace
    guard let base = space.baseAddress, !space.isEmpty else { return }
    let count = hardware_receive(base.assumingMemoryBound(to: UInt8.self), space.count)
    guard count > 0 else { return }
    device.received(Int(count))
    lastReceived = now
  }

  private mutating func send() {
    let output = device.output
    guard let base = output.baseAddress, !output.isEmpty else { return }
    hardware_send(base.assumingMemoryBound(to: UInt8.self), output.count)
    device.sent(output.count)
  }
}
