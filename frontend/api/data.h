/* The data set that a train block names. */
#ifndef API_DATA_H
#define API_DATA_H

#include "frontend/api/model.h"

/* Reads the files of the data block, or computes its table. root: where relative paths
 * begin; NULL: where the model file is. */
RtStatus api_data_open(const ApiModel *m, const ApiTrain *o, const char *name,
                       RtPool *pool, RtDataset *out, DiagList *d);

#endif
