// The data set that was opened last, shared by the trainer's thread and the data panel, so that it is read
// once. Every function may be called from any thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "core/data/data_set.h"

namespace bypath {

class DataShelf {
 public:
  // Waits while another thread reads the same set. progress (0..1) is called on the calling thread.
  Result<std::shared_ptr<const DataSet>> open(const std::string& name, const std::string& folder,
                                              const std::function<void(double)>& progress = {});

 private:
  std::mutex mutex_;
  std::string name_, folder_;
  std::shared_ptr<const DataSet> data_;
};

}  // namespace bypath
