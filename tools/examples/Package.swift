// swift-tools-version: 6.2
import PackageDescription

// How a project of your own tests its network with snnmap's libraries: copy this folder, and put the address of your
// copy of snnmap where the path is.
let package = Package(
  name: "snnmap-example",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "snnmap", path: "../..")],
  targets: [
    .testTarget(
      name: "SpikeTests",
      dependencies: [
        .product(name: "NeuronCore", package: "snnmap"),
        .product(name: "Networks", package: "snnmap"),
        .product(name: "NetworkFiles", package: "snnmap"),
        .product(name: "Targets", package: "snnmap"),
        .product(name: "ShippedTargets", package: "snnmap"),
        .product(name: "Images", package: "snnmap"),
        .product(name: "Emulator", package: "snnmap"),
        .product(name: "ChipCatalog", package: "snnmap"),
        .product(name: "Workflows", package: "snnmap"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
