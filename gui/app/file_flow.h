// Opening, saving and leaving documents: which dialog, which default place, and the question about unsaved
// changes.
#pragma once

#include <filesystem>
#include <QObject>

#include "gui/document/document.h"

class QWidget;

namespace bypath {

class FileFlow : public QObject {
  Q_OBJECT
 public:
  FileFlow(DocumentEditor& editor, QWidget& window);

  // True when the document may go: it is saved, or the person said that it may be lost.
  bool mayLeave();
  bool openDialog();
  bool open(const QString& path);
  bool startEmpty();
  bool startTemplate(const QString& id, const Attributes& parameters);
  // A new, untitled document with the content of another, such as the network of a run.
  bool startCopy(const Project& project);
  // A new, untitled document with this content as its first, unsaved change.
  bool startRecovered(const Project& project);
  bool save();
  bool saveAs();
  // Writes over a file that was changed elsewhere meanwhile.
  bool saveOver();
  // The weights of a run as a safetensors file, tensors named by their path.
  bool saveWeights(const std::filesystem::path& run);

 Q_SIGNALS:
  void failed(const QString& sentence);
  // Saving would lose something that is in the file; the person may save under another name and, with
  // mayInsist, over it all the same.
  void saveRefused(const QString& sentence, bool mayInsist);
  void done(const QString& sentence);
  void opened();  // another document is on the canvas

 private:
  bool load(const QString& path);
  bool store(const QString& path, bool insist = false);
  bool report(const Result<void>& result);
  QString askTarget(const QString& title, const QString& filter, const QString& ending);
  QString proposedPath(const QString& ending) const;

  DocumentEditor& editor_;
  QWidget& window_;
};

Result<void> writeRunWeights(const std::filesystem::path& run, const LayerCatalog& layers,
                             const std::filesystem::path& target);

}  // namespace bypath
