import ArgumentParser
import FixedPoint
import ImageFormat
import Images
import NetworkFiles
import Networks
import Signatures
import WireProtocol

struct SignCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign",
    abstract: "Sign an image for locked boards, or check its signature.",
    usage: "snnmap sign <net.snnimg> --key <file> [<options>]",
    discussion: """
      Writes IMAGE.sig, which `snnmap flash` finds beside the image. Once a locked board has confirmed an image, \
      it refuses those of a lower --counter.

      Examples:
        snnmap sign net.snnimg --key release
        snnmap sign net.snnimg --key release --counter 7 --revisions 1-3
        snnmap sign net.snnimg --check release.pub
      """)

  @Argument(help: ArgumentHelp("The image.", valueName: "net.snnimg"))
  var image: String

  @Option(name: .long, help: ArgumentHelp("The secret key to sign with.", valueName: "file"))
  var key: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Sign nothing: check the signature with this public key.", valueName: "file.pub"))
  var check: String?

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("The rollback counter.", valueName: "number"))
  var counter: UInt64 = 0

  @Option(
    name: .long, help: ArgumentHelp("The hardware revisions that may run it. Default: all.", valueName: "first-last"))
  var revisions: RevisionRange?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The signature's file. Default: the image's name and .sig.", valueName: "file.sig"))
  var output: String?

  @OptionGroup var json: JSONOption

  func validate() throws {
    guard (key == nil) != (check == nil) else { throw ValidationError("name either --key, to sign, or --check") }
    guard check == nil || counter == 0 && revisions == nil else {
      throw ValidationError("--counter and --revisions are for signing; leave them out with --check")
    }
  }

  /// What `--json` prints.
  struct Summary: Encodable {
    var image: String
    var signature: String
    var sha256: String
    var key: String
    var counter: UInt64
    var firstRevision: UInt32
    var lastRevision: UInt32

    enum CodingKeys: String, CodingKey {
      case image, signature, sha256, key, counter
      case firstRevision = "first_revision"
      case lastRevision = "last_revision"
    }
  }

  func run() throws {
    let image = try LoadedImage(path: image)
    let file = output ?? image.name + ".sig"
    let manifest: ImageManifest
    if let key {
      try OutputFile.check(file, isNoneOf: [self.image, key, key + ".pub"])
      let secret = try KeyFile.readSecret(key).key
      manifest = try ImageManifest.signed(
        SignatureFile.signed(image), with: secret, leastRevision: revisions?.first ?? 0,
        greatestRevision: revisions?.last ?? .max, rollbackCounter: counter)
      try AtomicFile.write(manifest.bytes, to: file)
      if counter == .max {
        Output.note(
          "counter \(counter) is the greatest there is: a board that confirms this image takes no image of a lower one "
            + "again")
      }
    } else {
      manifest = try ImageManifest(file: file)
      try manifest.check(SignatureFile.signed(image), manifest: file)
      if let check { try manifest.check(try KeyFile.readPublic(check).key, manifest: file) }
    }
    let summary = Summary(
      image: image.name, signature: file, sha256: image.digest.hex, key: manifest.keyIdentifier.hex,
      counter: manifest.rollbackCounter, firstRevision: manifest.leastHardwareRevision,
      lastRevision: manifest.greatestHardwareRevision)
    if json.json {
      try Output.print(json: summary)
    } else {
      let what = check == nil ? "signed \(image.name): \(file)" : "\(file) is the signature of \(image.name)"
      try Output.print("\(what), key \(summary.key), counter \(summary.counter)")
    }
  }
}

/// `1-3`, or `2` alone.
struct RevisionRange: ExpressibleByArgument {
  let first: UInt32
  let last: UInt32

  init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first.flatMap({ UInt32($0) }),
      let last = parts.last.flatMap({ UInt32($0) })
    else { return nil }
    self.first = first
    self.last = last
  }
}
