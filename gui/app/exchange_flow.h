// Takes trained networks out of the program, and brings models in: the dialogs, and the work behind them on a
// thread of its own.
//
//   exchange_ = new ExchangeFlow({window, *trainer_, editor_, shelf_});
//   exchange_->showExport();
#pragma once

#include <QPointer>

#include "gui/app/background_work.h"
#include "gui/app/checkpoint_list.h"
#include "gui/app/data_shelf.h"
#include "gui/document/document.h"

class QProgressDialog;

namespace bypath {

class ExportDialog;
class TrainController;

class ExchangeFlow : public QObject {
  Q_OBJECT
 public:
  struct Desk {
    QWidget& window;
    TrainController& trainer;
    DocumentEditor& editor;
    DataShelf& shelf;
  };
  explicit ExchangeFlow(const Desk& desk);

  // Of this run, or of the last one.
  void showExport(const std::filesystem::path& run = {});
  ExportDialog* exportDialog() const { return export_; }  // null before it is first shown

  // Asks for a file and makes a run of it; weights without a network go into the open one.
  void askForModel();
  void importFile(const QString& file);

 Q_SIGNALS:
  void imported(const QString& run, const QString& sentence);
  void failed(const QString& sentence);

 private:
  void make();
  void readParts(const QString& folder);
  void exportNow();

  Desk desk_;
  ExportDialog* export_ = nullptr;
  CheckpointList* runs_ = nullptr;
  BackgroundWork exporting_, importing_;
  QPointer<QProgressDialog> waiting_;
};

}  // namespace bypath
