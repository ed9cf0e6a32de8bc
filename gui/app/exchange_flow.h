// Takes trained networks out of the program, and brings models in: the dialogs, and the work behind them on a
// thread of its own.
//
//   exchange_ = new ExchangeFlow({window, *trainer_, editor_.layers(), shelf_});
//   exchange_->showExport();
#pragma once

#include "core/network/layer_type.h"
#include "gui/app/background_work.h"
#include "gui/app/checkpoint_list.h"
#include "gui/app/data_shelf.h"

namespace bypath {

class ExportDialog;
class TrainController;

class ExchangeFlow : public QObject {
  Q_OBJECT
 public:
  struct Desk {
    QWidget& window;
    TrainController& trainer;
    const LayerCatalog& layers;
    DataShelf& shelf;
  };
  explicit ExchangeFlow(const Desk& desk);

  // Of this run, or of the last one.
  void showExport(const std::filesystem::path& run = {});
  ExportDialog* exportDialog() const { return export_; }  // null before it is first shown

 private:
  void make();
  void readParts(const QString& folder);
  void exportNow();

  Desk desk_;
  ExportDialog* export_ = nullptr;
  CheckpointList* runs_ = nullptr;
  BackgroundWork exporting_;
};

}  // namespace bypath
