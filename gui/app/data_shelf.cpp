#include "gui/app/data_shelf.h"

namespace bypath {

Result<std::shared_ptr<const DataSet>> DataShelf::open(const std::string& name, const std::string& folder,
                                                       const std::function<void(double)>& progress) {
  const std::lock_guard lock(mutex_);
  if (data_ && name == name_ && folder == folder_) return data_;
  data_.reset();
  Result<std::shared_ptr<const DataSet>> opened = openDataSet(name, folder, progress);
  if (!opened) return opened;
  name_ = name;
  folder_ = folder;
  data_ = *opened;
  return opened;
}

}  // namespace bypath
