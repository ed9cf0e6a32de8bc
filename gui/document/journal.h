// Keeps the unsaved changes of a document in a journal, so that a crash costs a second of work. The journal
// goes away when there is nothing unsaved any more: on saving, on undoing everything, with another document.
//
//   Journal journal(editor);
//   connect(&journal, &Journal::failed, bar, ...);
//   journal.discard();  // at close, when the person wants to lose the changes
#pragma once

#include <memory>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include "gui/document/document.h"

namespace bypath {

class JournalWriter;

// Writes on a thread of its own, at most once a delay. An editor that goes while its document is modified
// leaves the journal there.
class Journal : public QObject {
  Q_OBJECT
 public:
  explicit Journal(DocumentEditor& editor, QObject* parent = nullptr);
  ~Journal() override;

  // Writes now and waits. False when what is unsaved is not on disk; failed() says why.
  bool flush();
  // Removes the journal, whatever is unsaved; the next change makes another one.
  void discard();
  // Waits for what is under way.
  void wait();
  void setDelay(int milliseconds) { timer_.setInterval(milliseconds); }

 Q_SIGNALS:
  void written(const QString& path);
  // Once until writing works again.
  void failed(const QString& sentence);

 private:
  void update();
  void write();
  void report(const Result<QString>& result);

  DocumentEditor& editor_;
  QTimer timer_;
  std::unique_ptr<JournalWriter> writer_;  // touched in the pool's only thread
  QThreadPool pool_;
  bool kept_ = false;     // a journal was asked for
  bool failing_ = false;  // and that was said
};

}  // namespace bypath
