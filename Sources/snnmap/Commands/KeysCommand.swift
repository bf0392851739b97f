import ArgumentParser

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Make keys, list them, and pin them on boards.",
    usage: "snnmap keys <generate|list|provision> [<options>]",
    discussion: """
      A board on which a key is pinned is locked: it takes only images that were signed with such a key, runs \
      nothing else, and lets no data out. That cannot be undone. Without keys a board is unlocked and says so.

      Examples:
        snnmap keys generate release
        snnmap keys list
        snnmap keys provision release.pub --device usb:board-1
      """,
    subcommands: [KeysGenerateCommand.self, KeysListCommand.self, KeysProvisionCommand.self])
}
