#include "core/exchange/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace bypath {

Result<TemporaryFolder> TemporaryFolder::make() {
  std::error_code problem;
  const std::filesystem::path base = std::filesystem::temp_directory_path(problem);
  std::string name = (base / "bypath-XXXXXX").string();
  if (problem || !::mkdtemp(name.data()))
    return Error{ErrorKind::io, "Cannot make a temporary folder in " + base.string() + ": " +
                                    (problem ? problem.message() : std::strerror(errno)) + "."};
  return TemporaryFolder(name);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace bypath
