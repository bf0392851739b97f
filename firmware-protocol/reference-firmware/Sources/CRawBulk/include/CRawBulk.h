// Bulk transfers of plain libusb to a board that throws away what it receives (snnmap-board --measure): what the bus
// and the system can do without the protocol.
#pragma once

#include <stddef.h>

/// Sends `count` bytes in transfers of `size`, `depth` of them under way; the time goes to `seconds`.
///
/// - Returns: 0, or libusb's negative error number.
int raw_bulk_send(const char *serial, size_t count, size_t size, int depth, double *seconds);

/// libusb's name of an error number.
const char *raw_bulk_error(int code);
