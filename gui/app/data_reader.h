// Reads data sets for the window on a thread of its own, the last one asked for first.
#pragma once

#include <QObject>
#include <thread>

#include "gui/app/data_shelf.h"

namespace bypath {

class DataReader : public QObject {
  Q_OBJECT
 public:
  DataReader(DataShelf& shelf, QObject* parent = nullptr);

 public Q_SLOTS:
  // Waits for a reading that is still under way; those take seconds at most.
  void read(const QString& name, const QString& folder);

 Q_SIGNALS:
  void progress(double share);
  void ready(std::shared_ptr<const bypath::DataSet> data);
  void failed(const QString& sentence);

 private:
  DataShelf& shelf_;
  std::jthread thread_;
};

}  // namespace bypath
