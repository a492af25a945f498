"""call.py LIBRARY FUNCTION INPUT.npy ROWS,COLUMNS RESULT.npy: calls a function of one input (scaled
already) and one result, which takes no arena of more than a megabyte."""
import ctypes
import sys

import numpy

library, function, source, shape, target = sys.argv[1:]
x = numpy.ascontiguousarray(numpy.load(source), "f4")
out = numpy.zeros([int(n) for n in shape.split(",")], "f4")
memory = ctypes.create_string_buffer((1 << 20) + 64)
arena = -(-ctypes.addressof(memory) // 64) * 64
getattr(ctypes.CDLL(library), function)(*map(ctypes.c_void_p, (x.ctypes.data, out.ctypes.data, arena, None)))
numpy.save(target, out)
