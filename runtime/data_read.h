/* Reads the files of a data set into groups. Inside runtime/ only. */
#ifndef RUNTIME_DATA_READ_H
#define RUNTIME_DATA_READ_H

#include "runtime/dataset.h"

/* Fills groups (values, classes; whether they are targets) and file. */
RtStatus rt_data_read(const RtDataOptions *o, RtDataset *data, DiagList *d);

#endif
