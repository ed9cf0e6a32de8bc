// What training takes from a data set, as the project's settings say.
#pragma once

#include <QString>

#include "core/data/batch_loader.h"

namespace bypath {

struct DataUse {
  QString name;
  QString folder;  // where its files lie; empty: the program's own
  LoaderSettings loader;
  int64_t limitValidation = 0;  // only the first so many; 0: all
  int64_t epochs = 1;
  QString augmentHelp;  // what augmentation does, in one sentence

  bool sameSet(const DataUse& other) const { return name == other.name && folder == other.folder; }
  bool operator==(const DataUse& other) const {
    return sameSet(other) && loader.batch == other.loader.batch && loader.seed == other.loader.seed &&
           loader.augment == other.loader.augment && loader.normalisation == other.loader.normalisation &&
           loader.limit == other.loader.limit && limitValidation == other.limitValidation &&
           epochs == other.epochs;
  }
};

// How many of `available` images a limit leaves.
inline int64_t usedOf(int64_t limit, int64_t available) {
  return limit > 0 && limit < available ? limit : available;
}

}  // namespace bypath
