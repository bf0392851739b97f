// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A module: it imports only modules that stand above it in `targets`.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, resources: [Resource] = [])
  -> Target
{
  .target(
    name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", resources: resources,
    swiftSettings: swift)
}

/// Modules that allocate nothing in their hot path and also compile as Embedded Swift.
let embeddable: [Target] = [
  module("FixedPoint"),
  module("NeuronCore", ["FixedPoint"]),
  module("ImageFormat", ["FixedPoint", "NeuronCore"]),
  module("MeshMachine", ["FixedPoint", "NeuronCore", "ImageFormat"]),
  module("WireProtocol", ["FixedPoint"]),
  module("BoardCore", ["FixedPoint", "NeuronCore", "ImageFormat", "MeshMachine", "WireProtocol"]),
]

/// What a chip with a format of its own takes to be mapped, written and executed.
let chip: [Target.Dependency] = [
  "FixedPoint", "NeuronCore", "ImageFormat", "Networks", "Targets", "Mapper", "Images", "Emulator",
]

let host: [Target] = [
  .systemLibrary(name: "CZlib", path: "Sources/CZlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(
    name: "CLibUSB", path: "Sources/CLibUSB", providers: [.apt(["libusb-1.0-0-dev"])]),
  .target(name: "CKernels", path: "Sources/CKernels"),
  module("Threads", ["CKernels"]),
  module("Kernels", ["CKernels", "FixedPoint", "NeuronCore"]),
  module("Networks", ["FixedPoint", "NeuronCore"]),
  module("NetworkFiles", ["FixedPoint", "NeuronCore", "Networks", "CZlib"]),
  module(
    "Datasets", ["FixedPoint", "NeuronCore", "Kernels", "Networks", "NetworkFiles"],
    resources: [.embedInCode("digits.npz")]),
  module("Targets", ["FixedPoint", "NeuronCore", .product(name: "Yams", package: "Yams")]),
  module("ShippedTargets", ["FixedPoint", "Targets"], resources: [.embedInCode("targets")]),
  module("Training", ["FixedPoint", "NeuronCore", "Threads", "Kernels", "Networks", "Datasets", "Targets"]),
  module(
    "TrainingRuns",
    [
      "FixedPoint", "NeuronCore", "Networks", "NetworkFiles", "Datasets", "Targets", "Training",
      .product(name: "Yams", package: "Yams"),
    ]),
  module("Mapper", ["FixedPoint", "NeuronCore", "Networks", "Targets", "ImageFormat"]),
  module("Images", ["FixedPoint", "NeuronCore", "ImageFormat", "Networks", "NetworkFiles", "Targets", "Mapper"]),
  module("Emulator", ["FixedPoint", "CKernels", "Kernels", "Threads", "ImageFormat", "Networks", "Images"]),
  module("Signatures", ["FixedPoint", "WireProtocol", .product(name: "Crypto", package: "swift-crypto")]),
  module("BoardLink", ["FixedPoint", "WireProtocol", "CLibUSB"]),
  module("BoardConformance", ["FixedPoint", "WireProtocol", "BoardLink"]),
  module(
    "VirtualBoard",
    [
      "FixedPoint", "NeuronCore", "ImageFormat", "MeshMachine", "WireProtocol", "BoardCore", "Signatures", "BoardLink",
      "Targets",
    ]),
  module("USBIPServer", ["FixedPoint", "WireProtocol", "BoardCore", "BoardLink", "VirtualBoard", "Targets"]),
  module(
    "MeshChip",
    chip + ["MeshMachine", "CKernels", "Kernels", "Threads"], path: "Sources/Chips/Mesh"),
  module("ODINChip", chip, path: "Sources/Chips/ODIN"),
  module("UCaspianChip", chip + ["CLibUSB", "BoardLink"], path: "Sources/Chips/UCaspian"),
  module("XyloChip", chip + ["CKernels", "Kernels"], path: "Sources/Chips/Xylo"),
  module(
    "ChipCatalog",
    [
      "ImageFormat", "Networks", "Targets", "Mapper", "Images", "Emulator", "BoardLink", "MeshChip", "ODINChip",
      "UCaspianChip", "XyloChip",
    ]),
  module(
    "Workflows",
    [
      "FixedPoint", "ImageFormat", "WireProtocol", "Networks", "NetworkFiles", "Datasets", "Targets", "ShippedTargets",
      "Training", "TrainingRuns", "Mapper", "Images", "Emulator", "BoardLink", "USBIPServer", "ChipCatalog",
    ]),
  module("Reports", ["Images", "Mapper", "Targets", "Workflows"]),
]

let programs: [Target] = [
  .executableTarget(
    name: "snnmap",
    dependencies: [
      "FixedPoint", "Networks", "NetworkFiles", "Datasets", "Targets", "ShippedTargets", "Training",
      "TrainingRuns", "Mapper", "Images", "Emulator", "BoardLink", "VirtualBoard", "ChipCatalog", "Workflows",
      "Reports", "Signatures", "BoardConformance", "BoardCore", "ImageFormat", "NeuronCore", "WireProtocol",
      "USBIPServer",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ], path: "Sources/snnmap", swiftSettings: swift),
  .executableTarget(
    name: "snnmap-benchmarks",
    dependencies: [
      "FixedPoint", "NeuronCore", "Networks", "Kernels", "Datasets", "Training", "Targets", "ShippedTargets", "Mapper",
      "Images", "Emulator", "ChipCatalog", "Threads", "MeshChip", "MeshMachine", "ImageFormat",
    ],
    path: "Sources/Benchmarks", swiftSettings: swift),
  .executableTarget(
    name: "snnmap-random-networks",
    dependencies: ["ChipCatalog", "Mapper", "NetworkFiles", "Networks", "ShippedTargets", "Targets", "TestSupport"],
    path: "Sources/RandomNetworks", swiftSettings: swift),
]

/// Networks, targets and other things by seed, for the tests of several modules.
let support: [Target] = [
  module("TestSupport", ["FixedPoint", "NeuronCore", "Networks", "Targets"]),
  // Fake USB devices: umockdev is loaded when they are used, and needed only then.
  .target(
    name: "CFakeUSB", path: "Tests/USB/CFakeUSB", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
  .executableTarget(
    name: "usb-fake-bus",
    dependencies: [
      "CFakeUSB", "WireProtocol", "BoardCore", "BoardLink", "Targets", "ShippedTargets", "UCaspianChip", "VirtualBoard",
    ],
    path: "Tests/USB/FakeBus", swiftSettings: swift),
]

let libraries = embeddable + host.filter { $0.type == .regular && $0.name != "CKernels" }

let suiteNames = [
  "FixedPointTests", "NeuronCoreTests", "ImageFormatTests", "MeshMachineTests", "WireProtocolTests", "BoardCoreTests",
  "ThreadsTests", "KernelsTests", "NetworksTests", "NetworkFilesTests", "DatasetsTests", "TargetsTests",
  "TrainingTests", "TrainingRunsTests", "MapperTests", "ImagesTests", "EmulatorTests", "BoardLinkTests",
  "VirtualBoardTests", "MeshChipTests", "ODINChipTests", "UCaspianChipTests", "XyloChipTests",
  "WorkflowsTests", "ReportsTests", "CommandTests",
  "Conformance", "Gradients", "Determinism", "EndToEnd", "SignaturesTests", "BoardConformanceTests", "USBIPTests",
]

/// Tests may look at every module; what they import says which they mean.
let suites: [Target] = suiteNames.map { name in
  .testTarget(
    name: name, dependencies: (libraries + [support[0]]).map { .target(name: $0.name) }, path: "Tests/\(name)",
    exclude: ["Conformance", "Gradients"].contains(name) ? ["Goldens"] : [], swiftSettings: swift)
}

/// In memory, and the shipped program on a fake bus; suites whose names begin with USB.
let usbSuites: [Target] = [
  .testTarget(
    name: "USBL0", dependencies: (libraries + [support[0]]).map { .target(name: $0.name) }, path: "Tests/USB/L0",
    exclude: ["Crashes"], swiftSettings: swift),
  .testTarget(name: "USBL1", path: "Tests/USB/L1", swiftSettings: swift),
]

let package = Package(
  name: "snnmap",
  platforms: [.macOS(.v15)],
  products: libraries.map { .library(name: $0.name, targets: [$0.name]) } + [
    .executable(name: "snnmap", targets: ["snnmap"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: embeddable + host + programs + support + suites + usbSuites,
  swiftLanguageModes: [.v6]
)
