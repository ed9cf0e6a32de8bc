#include "gui/document/journal_file.h"

#include <nlohmann/json.hpp>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"
#include "core/base/hash.h"

namespace bypath {

namespace {

constexpr char format[] = "bypath-journal";
constexpr int64_t version = 1;
constexpr int most = 99;                    // journals of one file
constexpr uint64_t headerBytes = 64 << 10;  // more than any path needs

std::filesystem::path onDisk(const QString& path) {
  return QFile::encodeName(path).toStdString();
}

Error damaged(const QString& path) {
  return {ErrorKind::data, "The journal " + onDisk(path).string() + " is damaged."};
}

std::string textOf(const nlohmann::json& header, const char* key) {
  const auto found = header.find(key);
  return found != header.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// "folder/stem.journal", "folder/stem.2.journal", ...
QString candidate(const QString& folder, const QString& stem, int number) {
  const QString name = number == 1 ? stem : stem + QLatin1Char('.') + QString::number(number);
  return QDir(folder).filePath(name + QStringLiteral(".journal"));
}

QString stemBeside(const QString& file) {
  return QLatin1Char('.') + QFileInfo(file).fileName();
}

// Short, whatever the file is called and wherever it is.
QString stemInFolder(const QString& file) {
  if (file.isEmpty()) return QStringLiteral("untitled");
  return QStringLiteral("file-") + QString::fromStdString(sha256(onDisk(file).string())).left(24);
}

}  // namespace

Result<void> writeJournal(const QString& path, const JournalRecord& record) {
  const std::string project = projectText(record.project);
  const nlohmann::json header = {
      {"format", format},
      {"version", version},
      {"file", record.file.toStdString()},
      {"written", record.written.toUTC().toString(Qt::ISODateWithMs).toStdString()},
      {"sha256", sha256(project)}};
  return writeFileAtomically(onDisk(path), header.dump() + "\n" + project);
}

Result<JournalRecord> readJournal(const QString& path) {
  const Result<std::string> text = readTextFile(onDisk(path), JsonLimits{}.bytes + headerBytes);
  if (!text) return text.error();
  const size_t end = text->find('\n');
  if (end == std::string::npos || end > headerBytes) return damaged(path);
  const Result<nlohmann::json> header =
      parseJson(std::string_view(*text).substr(0, end), onDisk(path).string());
  if (!header) return header.error();
  if (!header->is_object() || textOf(*header, "format") != format) return damaged(path);
  const auto written = header->find("version");
  if (written == header->end() || !written->is_number_integer() || *written != version)
    return Error{ErrorKind::data,
                 "The journal " + onDisk(path).string() + " was written by another version of Bypath."};
  const std::string body = text->substr(end + 1);
  if (sha256(body) != textOf(*header, "sha256")) return damaged(path);
  Result<Project> project = projectFromText(body, onDisk(path).string());
  if (!project) return project.error();
  return JournalRecord{
      QString::fromStdString(textOf(*header, "file")),
      QDateTime::fromString(QString::fromStdString(textOf(*header, "written")), Qt::ISODateWithMs),
      std::move(*project)};
}

QString journalFolder() {
  return QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation))
      .filePath(QStringLiteral("journals"));
}

JournalPlace::JournalPlace(const QString& path) : path_(path), lock_(path + QStringLiteral(".lock")) {
  // Only a lock whose process is gone may be broken, however old it is.
  lock_.setStaleLockTime(0);
}

Result<std::unique_ptr<JournalPlace>> JournalPlace::claim(const QString& folder, const QString& stem) {
  for (int number = 1; number <= most; ++number) {
    std::unique_ptr<JournalPlace> place(new JournalPlace(candidate(folder, stem, number)));
    if (!place->lock_.tryLock(0)) {
      if (place->lock_.error() == QLockFile::LockFailedError) continue;  // another window's
      return Error{ErrorKind::io, "Cannot make a journal in " + onDisk(folder).string() +
                                      ": the folder is missing, full or read-only."};
    }
    // What a crash left is not written over.
    if (!QFileInfo::exists(place->path_)) return place;
  }
  return Error{ErrorKind::io, "Cannot make a journal in " + onDisk(folder).string() + ": there are " +
                                  std::to_string(most) + " already; recover or discard some."};
}

Result<std::unique_ptr<JournalPlace>> JournalPlace::claimBeside(const QString& file) {
  return claim(QFileInfo(file).absolutePath(), stemBeside(file));
}

Result<std::unique_ptr<JournalPlace>> JournalPlace::claimInFolder(const QString& file) {
  QDir().mkpath(journalFolder());
  return claim(journalFolder(), stemInFolder(file));
}

std::vector<std::unique_ptr<JournalPlace>> JournalPlace::abandoned(const QString& file) {
  std::vector<std::unique_ptr<JournalPlace>> found;
  const auto look = [&](const QString& folder, const QString& stem) {
    for (int number = 1; number <= most; ++number) {
      if (!QFileInfo(candidate(folder, stem, number)).isFile()) continue;
      std::unique_ptr<JournalPlace> place(new JournalPlace(candidate(folder, stem, number)));
      // It may have been taken back meanwhile.
      if (place->lock_.tryLock(0) && QFileInfo(place->path_).isFile()) found.push_back(std::move(place));
    }
  };
  if (!file.isEmpty()) look(QFileInfo(file).absolutePath(), stemBeside(file));
  look(journalFolder(), stemInFolder(file));
  return found;
}

void JournalPlace::remove() {
  QFile::remove(path_);
}

}  // namespace bypath
