#include "gui/document/project_on_disk.h"

#include <QFile>
#include <QFileInfo>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"
#include "core/base/hash.h"

namespace bypath {

namespace {

std::filesystem::path onDisk(const QString& path) {
  return QFile::encodeName(path).toStdString();
}

bool sameFile(const QFileInfo& a, const QFileInfo& b) {
  return a.canonicalFilePath() == b.canonicalFilePath();
}

}  // namespace

Result<Project> ProjectOnDisk::read(const QString& path) {
  const Result<std::string> text = readTextFile(onDisk(path), JsonLimits{}.bytes);
  if (!text) return text.error();
  Result<SalvagedProject> salvage = salvageProject(*text, onDisk(path).string());
  if (!salvage) return salvage.error();
  path_ = path;
  hash_ = sha256(*text);
  version_ = salvage->version;
  problems_ = std::move(salvage->problems);
  if (isNewer()) {
    const QString newer =
        tr("The file was written by a newer Bypath (file version %1; this program knows %2): "
           "what is not known here is left out.");
    problems_.insert(problems_.begin(), newer.arg(version_).arg(projectVersion).toStdString());
  }
  return std::move(salvage->project);
}

Result<void> ProjectOnDisk::write(const QString& path, const Project& project) {
  const std::string text = projectText(project);
  if (Result<void> written = writeFileAtomically(onDisk(path), text); !written) return written;
  path_ = path;
  hash_ = sha256(text);
  version_ = projectVersion;
  problems_.clear();
  return {};
}

std::optional<SaveRefusal> ProjectOnDisk::refusal(const QString& path) const {
  const QFileInfo file(path);
  if (path_.isEmpty() || !file.exists() || !sameFile(file, QFileInfo(path_))) return std::nullopt;
  if (isNewer())
    return SaveRefusal{
        tr("“%1” was written by a newer Bypath, and saving over it would lose what this program "
           "does not know: save under another name.")
            .arg(file.fileName())};
  if (!problems_.empty())
    return SaveRefusal{
        tr("Not everything in “%1” could be read, and saving over it would lose the rest: save "
           "under another name.")
            .arg(file.fileName())};
  if (!file.isWritable())
    return SaveRefusal{tr("“%1” is read-only: save under another name.").arg(file.fileName())};
  const Result<std::string> now = readTextFile(onDisk(path), JsonLimits{}.bytes);
  if (!now || sha256(*now) != hash_)
    return SaveRefusal{
        tr("“%1” has been changed by another window or program since it was opened here: save under another "
           "name, or write over it.")
            .arg(file.fileName()),
        true};
  return std::nullopt;
}

}  // namespace bypath
