// The file of the open document as it was last read or written here: knows whether writing over it would lose
// something.
//
//   ProjectOnDisk file;
//   Result<Project> project = file.read(path);
//   if (auto refusal = file.refusal(path)) ask(refusal->sentence);
#pragma once

#include <optional>
#include <QCoreApplication>
#include <QString>
#include <string>
#include <vector>

#include "core/network/project_file.h"

namespace bypath {

// Why a file had better not be written over.
struct SaveRefusal {
  QString sentence;
  bool mayInsist = false;  // a person who knows may still want it
};

class ProjectOnDisk {
  Q_DECLARE_TR_FUNCTIONS(bypath::ProjectOnDisk)
 public:
  // Reads as far as the file goes; what was left out is in problems(). A refused file changes nothing here.
  Result<Project> read(const QString& path);
  // Writes whatever refusal() says; another file becomes the file.
  Result<void> write(const QString& path, const Project& project);
  void forget() { *this = {}; }

  const QString& path() const { return path_; }  // empty when untitled
  // What the file holds and the project does not, a sentence each.
  const std::vector<std::string>& problems() const { return problems_; }
  bool isNewer() const { return version_ > projectVersion; }
  int64_t version() const { return version_; }

  // Nothing for any other file: whoever names one was asked about it.
  std::optional<SaveRefusal> refusal(const QString& path) const;

 private:
  QString path_;
  std::string hash_;  // of the whole text
  int64_t version_ = projectVersion;
  std::vector<std::string> problems_;
};

}  // namespace bypath
