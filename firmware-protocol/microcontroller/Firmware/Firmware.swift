import BoardCore
import Hardware

/// What the start-up code calls: a board behind a serial port, for ever.
@_cdecl("firmware_main")
public func firmwareMain() -> Never {
  hardware_start()
  var board = SerialBoard()
  while true { board.turn() }
}
