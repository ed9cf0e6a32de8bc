// Journals: unsaved changes on disk, for the time after a crash. A journal is one line of JSON (format,
// version, the file it belongs to, when, a hash) and then the project as text. It stands beside its file as
// ".NAME.journal", or in the program's data folder for an untitled document and where beside is no room.
//
//   auto place = JournalPlace::claim(file);             // nobody else has it now
//   writeJournal((*place)->path(), {file, now, project});
//   for (auto& lost : JournalPlace::abandoned(file)) offer(readJournal(lost->path()));
#pragma once

#include <memory>
#include <QDateTime>
#include <QLockFile>
#include <QString>
#include <vector>

#include "core/network/project_file.h"

namespace bypath {

struct JournalRecord {
  QString file;       // absolute; empty for an untitled document
  QDateTime written;  // UTC
  Project project;
};

// Replaces the journal whole or not at all.
Result<void> writeJournal(const QString& path, const JournalRecord& record);
// Refuses damage with a sentence.
Result<JournalRecord> readJournal(const QString& path);

// Where the journals of untitled documents are.
QString journalFolder();

// The name of a journal, held against every other window and program for as long as this lives.
class JournalPlace {
 public:
  // A place that no journal is in. `file` is absolute, or empty for an untitled document.
  static Result<std::unique_ptr<JournalPlace>> claimBeside(const QString& file);
  static Result<std::unique_ptr<JournalPlace>> claimInFolder(const QString& file);
  // Journals of `file` that nobody holds: whoever wrote them is gone.
  static std::vector<std::unique_ptr<JournalPlace>> abandoned(const QString& file);

  const QString& path() const { return path_; }
  void remove();  // the journal; the place stays held

 private:
  explicit JournalPlace(const QString& path);
  static Result<std::unique_ptr<JournalPlace>> claim(const QString& folder, const QString& stem);

  QString path_;
  QLockFile lock_;
};

}  // namespace bypath
