#include "gui/document/journal.h"

#include <atomic>
#include <QFileInfo>

#include "gui/document/journal_file.h"

namespace bypath {

namespace {

constexpr int delay = 1000;  // milliseconds between a change and the journal

}  // namespace

// The journal of one document: claims a place at the first writing, moves when the file gets another name.
class JournalWriter {
 public:
  // The journal's path. After an error, the journal written last is still there.
  Result<QString> write(const Project& project, const QString& file) {
    upToDate_ = false;
    const JournalRecord record{file, QDateTime::currentDateTimeUtc(), project};
    if (place_ && file_ == file && writeJournal(place_->path(), record)) {
      upToDate_ = true;
      return place_->path();
    }
    Result<QString> path = moveTo(record);
    upToDate_ = path.ok();
    return path;
  }

  void remove() {
    if (place_) place_->remove();
    place_.reset();
  }

  bool upToDate() const { return upToDate_; }

 private:
  Result<QString> moveTo(const JournalRecord& record) {
    Result<void> problem;
    using Claim = Result<std::unique_ptr<JournalPlace>> (*)(const QString&);
    for (const Claim claim : {&JournalPlace::claimBeside, &JournalPlace::claimInFolder}) {
      if (record.file.isEmpty() && claim == &JournalPlace::claimBeside) continue;
      Result<std::unique_ptr<JournalPlace>> place = claim(record.file);
      problem = place ? writeJournal((*place)->path(), record) : Result<void>(place.error());
      if (!problem) continue;
      remove();
      place_ = std::move(*place);
      file_ = record.file;
      return place_->path();
    }
    return problem.error();
  }

  std::unique_ptr<JournalPlace> place_;
  QString file_;
  std::atomic<bool> upToDate_ = false;
};

Journal::Journal(DocumentEditor& editor, QObject* parent)
    : QObject(parent), editor_(editor), writer_(std::make_unique<JournalWriter>()) {
  pool_.setMaxThreadCount(1);  // writes and removals happen in the order in which they were asked for
  timer_.setSingleShot(true);
  timer_.setInterval(delay);
  connect(&timer_, &QTimer::timeout, this, &Journal::write);
  connect(&editor, &DocumentEditor::changed, this, &Journal::update);
  connect(&editor, &DocumentEditor::fileChanged, this, &Journal::update);
}

Journal::~Journal() {
  if (timer_.isActive()) write();
  wait();
}

void Journal::update() {
  if (!editor_.isModified())
    discard();
  else if (!timer_.isActive())
    timer_.start();  // not again with every change, or somebody who never rests would have no journal
}

void Journal::write() {
  kept_ = true;
  const QString& file = editor_.filePath();
  pool_.start([this, document = editor_.document(),
               whole = file.isEmpty() ? QString() : QFileInfo(file).absoluteFilePath()] {
    const Result<QString> result = writer_->write(*document, whole);
    QMetaObject::invokeMethod(
        this, [this, result] { report(result); }, Qt::QueuedConnection);
  });
}

void Journal::report(const Result<QString>& result) {
  if (result) {
    failing_ = false;
    Q_EMIT written(*result);
  } else if (!failing_) {
    failing_ = true;
    Q_EMIT failed(tr("Unsaved changes are not safe from a crash: %1")
                      .arg(QString::fromStdString(result.error().message)));
  }
}

bool Journal::flush() {
  timer_.stop();
  if (!editor_.isModified()) return true;
  write();
  wait();
  return writer_->upToDate();
}

void Journal::discard() {
  timer_.stop();
  if (!kept_) return;
  kept_ = false;
  pool_.start([this] { writer_->remove(); });
}

void Journal::wait() {
  pool_.waitForDone();
}

}  // namespace bypath
