/** @file
 * All of the library.
 *
 *     context.h   threads, memory, log
 *     tensor.h    tensors; npy, DLPack
 *     model.h     descriptions: load, inspect, print, what they cost
 *     graph.h     the same by calls in place of a description
 *     custom.h    functions of the program as ops of a graph
 *     program.h   compile, entry points, calls
 *     train.h     states, steps, the loop
 *     build.h     native files
 *     status.h    how functions report */
#ifndef DESCENT_DESCENT_H
#define DESCENT_DESCENT_H

#include <descent/build.h>
#include <descent/custom.h>
#include <descent/graph.h>
#include <descent/train.h>

#endif
