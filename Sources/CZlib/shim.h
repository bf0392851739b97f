#ifndef SNNMAP_CZLIB_SHIM_H
#define SNNMAP_CZLIB_SHIM_H

#include <zlib.h>

// inflateInit2 is a macro with a version argument, which Swift does not import.
static inline int snnmap_inflate_init(z_stream *stream, int windowBits) {
  return inflateInit2(stream, windowBits);
}

#endif
