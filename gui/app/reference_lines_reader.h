// The lines that the curves of a run are read by, worked out from its data set beside the training: what a
// perfect copy and the mean image cost, or how often the commonest class is right.
//
//   connect(reader, &ReferenceLinesReader::ready, dashboard, &Dashboard::setLevels);
//   reader->read(editor);   // when a run has begun
#pragma once

#include "gui/app/background_work.h"
#include "gui/app/data_shelf.h"
#include "gui/dashboard/level_lines.h"
#include "gui/document/document.h"

namespace bypath {

class ReferenceLinesReader : public QObject {
  Q_OBJECT
 public:
  ReferenceLinesReader(DataShelf& shelf, QObject* parent = nullptr);
  // Of the validation images that a run of the document looks at. A network with neither kind of loss gets no
  // lines; neither does a data set that cannot be read, which the run says itself.
  void read(const DocumentEditor& editor);

 Q_SIGNALS:
  void ready(const bypath::LevelsByQuantity& levels);

 private:
  DataShelf& shelf_;
  BackgroundWork work_;
};

}  // namespace bypath
