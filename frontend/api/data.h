/* The data set that a train block names. */
#ifndef API_DATA_H
#define API_DATA_H

#include "frontend/api/model.h"

/* Reads the files of the data that the train block names, or computes its table. Data in
 * the options takes its place: only then a block may name none. */
RtStatus api_data_open(const ApiModel *m, const ApiTrain *o, const LangTrain *block,
                       RtPool *pool, RtDataset *out, DiagList *d);

#endif
