#include "CKernels.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#define CK_WIDTH 8
#include "bodies.h"
#pragma clang attribute pop

const ck_kernels *ck_v4(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") ? &variant : NULL;
}
#else
const ck_kernels *ck_v4(void) { return NULL; }
#endif
