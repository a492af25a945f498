"""load.py LIBRARY FILE COPY STATE_BYTES ARENA_BYTES: a trainer from Python: reads a file of weights
and writes them again."""
import ctypes
import sys

library, source, copy = ctypes.CDLL(sys.argv[1]), sys.argv[2].encode(), sys.argv[3].encode()


def block(size):
    memory = ctypes.create_string_buffer(size + 64)
    return memory, ctypes.c_void_p(-(-ctypes.addressof(memory) // 64) * 64)


state, state_at = block(int(sys.argv[4]))
arena, arena_at = block(int(sys.argv[5]))
seed = (ctypes.c_uint64 * 2)(9, 0)
library.spots_init(seed, state_at, arena_at, None)
assert library.spots_load(state_at, b"absent") != 0
assert library.spots_load(state_at, source) == 0
assert library.spots_save_weights(state_at, copy) == 0
assert library.spots_save(state_at, copy + b".state") == 0
