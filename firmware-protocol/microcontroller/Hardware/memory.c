// The working memory: fixed arrays, so that the linker says whether a machine has enough.
#include <stdalign.h>

#include "hardware.h"

// `BoardProfile.workspaceBytes` of BoardMicro.swift, and what the machine needs for the fullest image of
// targets/board-micro.yaml. The firmware checks the first at its start, ACTIVATE the second.
static alignas(16) uint8_t workspace[28 * 1024];
static alignas(16) uint8_t executor[12 * 1024];

uint8_t *hardware_workspace(void) { return workspace; }
size_t hardware_workspace_bytes(void) { return sizeof workspace; }
uint8_t *hardware_executor(void) { return executor; }
size_t hardware_executor_bytes(void) { return sizeof executor; }

#ifndef BOARD_SERIAL
#define BOARD_SERIAL MACHINE_NAME "-1"
#endif
_Static_assert(sizeof BOARD_SERIAL <= 32, "a serial has at most 31 bytes");
const char *hardware_serial(void) { return BOARD_SERIAL; }
