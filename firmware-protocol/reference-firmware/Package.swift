// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A library of the project that this package is part of.
func library(_ name: String) -> Target.Dependency { .product(name: name, package: "snnmap") }

let package = Package(
  name: "snnmap-board",
  products: [
    .executable(name: "snnmap-board", targets: ["snnmap-board"]),
    .executable(name: "usb-goodput", targets: ["usb-goodput"]),
  ],
  dependencies: [.package(name: "snnmap", path: "../..")],
  targets: [
    .target(name: "CFunctionFS"),
    .executableTarget(
      name: "snnmap-board",
      dependencies: [
        "CFunctionFS", library("FixedPoint"), library("WireProtocol"), library("BoardCore"), library("Targets"),
        library("ShippedTargets"), library("VirtualBoard"),
      ],
      swiftSettings: swift),
    .target(name: "CRawBulk", linkerSettings: [.linkedLibrary("usb-1.0")]),
    .executableTarget(
      name: "usb-goodput", dependencies: ["CRawBulk", library("BoardLink")], swiftSettings: swift),
  ],
  swiftLanguageModes: [.v6]
)
