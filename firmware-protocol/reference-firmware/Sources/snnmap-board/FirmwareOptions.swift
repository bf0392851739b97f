/// What the command line asks for.
struct FirmwareOptions {
  static let help = """
    usage: snnmap-board --functionfs FOLDER [--gadget FOLDER] [--udc NAME] [--target NAME|FILE.yaml] [--store FOLDER]
                        [--serial TEXT] [--measure]

    Is a board for spiking networks on the USB device port of this machine.

      --functionfs FOLDER   where FunctionFS is mounted
      --gadget FOLDER       the gadget in configfs: the serial number is taken from it, and the firmware binds it to the
                            device port, at the start and after RESET. Without it somebody else binds, and RESET ends
                            the program.
      --udc NAME            the device port; default: the first in /sys/class/udc
      --target NAME|FILE    the board to be; default: board
      --store FOLDER        where the slots are kept; without it they are gone when the program ends
      --serial TEXT         the serial number where no --gadget names it
      --measure             offer the request that makes the board throw away what it receives, for measuring the bus
    """

  var functionFS = ""
  var gadget: String?
  var udc: String?
  var target = "board"
  var store: String?
  var serial: String?
  var isMeasured = false
  var isHelp = false

  /// - Throws: `usage`.
  init(arguments: some Sequence<String>) throws(FirmwareError) {
    var words = Array(arguments)[...]
    func value(of option: String) throws(FirmwareError) -> String {
      guard let word = words.popFirst(), !word.isEmpty else { throw .usage("\(option) lacks its value") }
      return word
    }
    while let word = words.popFirst() {
      switch word {
      case "--functionfs": functionFS = try value(of: word)
      case "--gadget": gadget = try value(of: word)
      case "--udc": udc = try value(of: word)
      case "--target": target = try value(of: word)
      case "--store": store = try value(of: word)
      case "--serial": serial = try value(of: word)
      case "--measure": isMeasured = true
      case "--help", "-h": isHelp = true
      default: throw .usage("unknown option '\(word)'")
      }
    }
    guard !isHelp else { return }
    guard !functionFS.isEmpty else { throw .usage("--functionfs is missing") }
    guard (gadget == nil) != (serial == nil) else {
      throw .usage(gadget == nil ? "--gadget or --serial is needed" : "the gadget has the serial number: no --serial")
    }
    guard udc == nil || gadget != nil else { throw .usage("--udc needs --gadget") }
  }
}
