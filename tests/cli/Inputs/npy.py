"""npy.py PATH EXPRESSION: writes an array of numpy to a .npy file."""
import sys

import numpy as np

np.save(sys.argv[1], eval(sys.argv[2], {"np": np}))
