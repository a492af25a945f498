#!/bin/sh
# largest.sh DESCENT MODEL MOST: no kernel of a model has more than MOST bytes of CUDA C, as
# NVRTC's time grows faster than they do.
set -eu
"$1" dump "$2" --stage=cuda --device=sm_100 2>/dev/null | awk -v model="$2" -v most="$3" '
    /^extern "C" __global__ void / { name = $0; bytes = 0 }
    { bytes += length($0) + 1 }
    /^}/ && name { if (bytes > largest) { largest = bytes; which = name }; name = "" }
    END { print model ": " largest " bytes: " which; exit !(0 < largest && largest <= most) }'
