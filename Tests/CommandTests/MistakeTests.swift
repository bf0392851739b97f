import Testing

/// A command line that cannot be meant so.
struct Mistake: Sendable, CustomTestStringConvertible {
  var arguments: String
  var status: Int32 = 2
  var words: [String]

  var testDescription: String { arguments }
}

@Suite struct MistakeTests {
  static let mistakes = [
    Mistake(arguments: "trian --data digits", words: ["no command 'trian'", "did you mean 'train'?"]),
    Mistake(arguments: "frobnicate", words: ["no command 'frobnicate'", "train, quantize"]),
    Mistake(arguments: "train --data digits", words: ["--output", "`snnmap train --help`"]),
    Mistake(arguments: "train -o x.json", words: ["--data", "`snnmap train --help`"]),
    Mistake(arguments: "train --data digits -o", words: ["missing value"]),
    Mistake(arguments: "train --data digits -o x.json --epoch 3", words: ["--epoch", "'--epochs'"]),
    Mistake(arguments: "train --data digits -o x.json extra", words: ["'extra'"]),
    Mistake(arguments: "train --data digits -o x.json --bits 9", words: ["9", "2 to 8"]),
    Mistake(arguments: "train --data digits -o x.json --bits eight", words: ["'eight'", "--bits"]),
    Mistake(arguments: "train --data digits -o x.json --epochs -1", words: ["epochs -1", "1 to"]),
    Mistake(arguments: "train --data digits -o x.json --ticks 0", words: ["ticks 0", "1 to 4096"]),
    Mistake(arguments: "train --data digits -o x.json --ticks 99999", words: ["ticks 99999", "1 to 4096"]),
    Mistake(arguments: "train --data digits -o x.json --seed -3", words: ["'-3'", "--seed"]),
    Mistake(arguments: "train --data digits -o x.json --layers 16,0", words: ["--layers: item 2, '0'", "1 to 65536"]),
    Mistake(
      arguments: "train --data digits -o x.json --learning-rate nan", words: ["--learning-rate nan", "a number from"]),
    Mistake(arguments: "train --data digits -o x.json --coding morse", words: ["'morse'", "deterministic"]),
    Mistake(arguments: "train --data digits -o x.json --threads 0", words: ["--threads 0", "1–1024"]),
    Mistake(arguments: "train --data digits -o x.json --target bord", words: ["no target 'bord'", "'board'"]),
    Mistake(arguments: "train --data digits -o x.json --layers 128,fast", words: ["item 2, 'fast'", "rec:128"]),
    Mistake(arguments: "train --data digits -o x.json --layers 8c30", words: ["kernel of 30 × 30", "[1, 8, 8]"]),
    Mistake(arguments: "train --data digits -o x.json --layers 8 --model m.yaml", words: ["leave out --layers"]),
    Mistake(arguments: "train --data digits -o x.json --model m.yaml", status: 1, words: ["m.yaml", "No such file"]),
    Mistake(arguments: "train --data digits -o x.json --loss hinge", words: ["--loss hinge", "count_cross_entropy"]),
    Mistake(
      arguments: "train --data digits -o x.json --layers 8,readout --loss count_cross_entropy",
      words: ["count cross-entropy", "output", "change the loss"]),
    Mistake(arguments: "train --data digits -o x.json --surrogate sigmoid:0", words: ["--surrogate: slope 0"]),
    Mistake(
      arguments: "train --data digits -o x.json --patience 3", words: ["patience 3", "best epoch", "--validation"]),
    Mistake(arguments: "train --data digits -o x.json --learning-rate 11", words: ["a number from 1e-09 to 10"]),
    Mistake(arguments: "train --data digits -o x.json --optimiser sgd:1", words: ["momentum 1", "0 to 0.9999"]),
    Mistake(
      arguments: "train --data digits -o x.json --epochs 1 --float-epochs 1",
      words: ["float epochs 1", "0, as the only epoch is in integers"]),
    Mistake(
      arguments: "train --data digits -o x.json --epochs 3 --float-epochs 3",
      words: ["float epochs 3", "0 to 2, fewer"]),
    Mistake(
      arguments: "train --data digits -o x.safetensors --precision float32 --bits 4",
      words: ["--bits 4", "no integer weights", "snnmap quantize"]),
    Mistake(
      arguments: "train --data digits -o x.safetensors --precision float64 --clip learned", words: ["--clip learned"]),
    Mistake(arguments: "train --data digits -o x.json --count-cap 3", words: ["--count-cap", "events", "digits"]),
    Mistake(arguments: "evaluate net.json --data digits --polarity merged", words: ["--polarity", "digits"]),
    Mistake(arguments: "train --data digits -o x.json --layers 8@b4@b2", words: ["@b stands twice"]),
    Mistake(arguments: "train --data digits -o x.json --layers 2000000000", words: ["1 to 65536 neurons"]),
    Mistake(arguments: "train --data digits -o x.json --augment shift=8", words: ["shift 8", "less than", "8 × 8"]),
    Mistake(
      arguments: "train --data digits -o x.json --ticks 4 --augment time-shift=4", words: ["time-shift 4", "4 ticks"]),
    Mistake(arguments: "train --data digits -o x.json --augment zoom=2", words: ["'zoom=2'", "shift=2"]),
    Mistake(arguments: "train --data digits -o x.json --precision float32", words: ["x.json", "model.safetensors"]),
    Mistake(
      arguments: "train --data digits -o x.safetensors --precision float32 --target board",
      words: ["--target board", "a float network has no target"]),
    Mistake(arguments: "train --data digits -o x.safetensors", words: ["x.safetensors", "net.json"]),
    Mistake(arguments: "train --resume nothing -o x.json", words: ["nothing", "no such folder"]),
    Mistake(arguments: "train --data digits --run a --resume b -o x.json", words: ["leave out --run"]),
    Mistake(arguments: "train --data digits -o x.json --init nothing.json", status: 1, words: ["nothing.json"]),
    Mistake(
      arguments: "train --data digits --layers 9 --ticks 4 -o x.json --init net.json",
      words: ["16 neurons", "9"]),
    Mistake(
      arguments: "quantize net.json --data digits -o x.json", status: 1,
      words: ["net.json", "a network in integers already"]),
    Mistake(arguments: "quantize nothing --data digits -o x.json", status: 1, words: ["nothing", "No such file"]),
    Mistake(arguments: "quantize m.safetensors --data digits -o x.json --bits 1", words: ["--bits 1", "2 to 8"]),
    Mistake(arguments: "train --data nothing -o x.json", words: ["\"nothing\"", "digits, mnist"]),
    Mistake(arguments: "train --data nothing.npz -o x.json", status: 1, words: ["nothing.npz", "No such file"]),
    Mistake(arguments: "train --data mnist:/nothing -o x.json", status: 1, words: ["/nothing/train-images"]),
    Mistake(arguments: "encode --data digits --network net.json --ticks 4 -o x.npz", words: ["--network"]),
    Mistake(arguments: "encode --data digits --ticks 0 -o x.npz", words: ["--ticks 0"]),
    Mistake(arguments: "evaluate net.json --data digits --on moon", words: ["'moon'", "reference"]),
    Mistake(arguments: "evaluate net.json --data digits --device unix:x", words: ["--on device"]),
    Mistake(arguments: "evaluate net.json --data digits --target board", words: ["--on emulator"]),
    Mistake(arguments: "compile nothing.json -o x.snnimg", status: 1, words: ["nothing.json", "No such file"]),
    Mistake(arguments: "compile net.json", words: ["--output"]),
    Mistake(arguments: "inspect net.snnimg --core 99", words: ["core 99", "cores 0"]),
    Mistake(arguments: "inspect net.snnimg --core -1", words: ["core -1"]),
    Mistake(arguments: "inspect net.json", status: 1, words: ["not a snnmap image", "snnmap compile"]),
    Mistake(arguments: "emulate net.snnimg --input samples.npz -o x.npz --trace all", words: ["'all'", "membranes"]),
    Mistake(arguments: "emulate net.snnimg --input net.json -o x.npz", status: 1, words: ["net.json", "npz"]),
    Mistake(arguments: "test net.snnimg --data digits --min-accuracy 96", words: ["0.96"]),
    Mistake(arguments: "test net.snnimg --data digits --on reference", words: ["'reference'", "emulator"]),
    Mistake(arguments: "test net.snnimg --data digits --expect nothing.npz", status: 1, words: ["nothing.npz"]),
    Mistake(arguments: "targets bord", words: ["no target 'bord'", "did you mean 'board'?"]),
    Mistake(arguments: "targets --yaml", words: ["--yaml"]),
    Mistake(arguments: "flash net.snnimg --device board", words: ["'board'", "unix:PATH"]),
    Mistake(arguments: "flash net.snnimg --all --device usb:x", words: ["--all", "--device"]),
    Mistake(arguments: "flash net.snnimg --slot E", words: ["'E'", "--slot"]),
    Mistake(arguments: "flash net.snnimg --trial --no-activate", words: ["--trial", "--no-activate"]),
    Mistake(arguments: "flash net.snnimg --signature none.sig", status: 1, words: ["none.sig", "No such file"]),
    Mistake(arguments: "flash net.snnimg --signature net.json", status: 1, words: ["net.json", "snnmap sign"]),
    Mistake(arguments: "verify net.snnimg --slot A --data digits", words: ["--data", "--slot"]),
    Mistake(arguments: "reset --wait 0", words: ["--wait 0", "1–3600"]),
    Mistake(arguments: "sign net.snnimg", words: ["--key", "--check"]),
    Mistake(arguments: "sign net.snnimg --key a --check b", words: ["--key", "--check"]),
    Mistake(arguments: "sign net.snnimg --key net.json", status: 1, words: ["net.json", "not a secret key"]),
    Mistake(arguments: "sign net.snnimg --key none --revisions 1-x", words: ["'1-x'", "--revisions"]),
    Mistake(arguments: "keys list net.json", status: 1, words: ["net.json", "not a public key"]),
    Mistake(arguments: "keys provision none.pub", status: 1, words: ["none.pub", "No such file"]),
    Mistake(arguments: "keys generate net.json", status: 1, words: ["net.json", "not replaced"]),
    Mistake(arguments: "conformance --image net.snnimg", words: ["--destructive"]),
    Mistake(arguments: "serve --target sim --socket b.sock", words: ["'sim'", "--target board"]),
    Mistake(arguments: "serve --socket /nothing/b.sock", status: 1, words: ["/nothing/b.sock"]),
    Mistake(arguments: "serve --serial a/b --socket b.sock", words: ["'a/b'"]),
    Mistake(arguments: "serve --count 2", words: ["need --usbip (`snnmap serve --help`"]),
    Mistake(arguments: "demo --bits 1", words: ["bits 1", "2 to 8"]),
    Mistake(arguments: "demo --keep net.json", status: 1, words: ["net.json", "a file of this name"]),
  ]

  @Test("A mistake is one line that says what, where and what to do, with its exit code", arguments: mistakes)
  func mistake(_ mistake: Mistake) throws {
    let arguments = mistake.arguments.split(separator: " ").map(String.init)
    try expect(mistake.status, arguments, says: mistake.words, in: Fixture.folder())
  }
}
