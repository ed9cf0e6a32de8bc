// Offers what a crash left behind: unsaved changes of the file that was opened, or networks that never had a
// file. One at a time, newest first, in a message bar of its own, which no other message replaces.
#pragma once

#include <memory>
#include <QObject>
#include <vector>

#include "gui/document/journal_file.h"

namespace bypath {

class DocumentEditor;
class FileFlow;
class Journal;
class MessageBar;

class Recovery : public QObject {
  Q_OBJECT
 public:
  Recovery(DocumentEditor& editor, Journal& journal, FileFlow& files, MessageBar& bar, QObject* parent);

  // Looks for abandoned journals of this file (the open one), of untitled networks when it is empty. They are
  // held against other windows until they are recovered, discarded or withdrawn.
  void offer(const QString& file);
  // Leaves them for the next time.
  void withdraw();

 private:
  struct Offer {
    std::unique_ptr<JournalPlace> place;
    Result<JournalRecord> record;
  };
  void showNext();
  void recover();
  void discard();
  QString sentence(const JournalRecord& record) const;

  DocumentEditor& editor_;
  Journal& journal_;
  FileFlow& files_;
  MessageBar& bar_;
  QString file_;               // absolute; empty for untitled networks
  std::vector<Offer> offers_;  // the last one is shown
};

}  // namespace bypath
