// The mesh emulator. Included by bodies.h.
#include "mesh_dense.h"
#include "mesh_sparse.h"
#include "mesh_spikes.h"
#include "mesh_neurons.h"

static const ck_mesh_kernels mesh_kernels = {
    .tick32 = mesh_tick_int32_t,
    .tick64 = mesh_tick_int64_t,
    .dense = mesh_dense,
    .checksum = mesh_checksum,
    .sparse_compact = mesh_sparse_compact,
    .sparse_wide = mesh_sparse_wide,
    .active = mesh_active,
};
