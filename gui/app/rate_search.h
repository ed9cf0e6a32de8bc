// Runs the learning rate test on the open document, beside the window, for the dashboard's page; and sets the
// rate that a person takes.
//
//   RateSearch search({editor, shelf, trainer}, *dashboard.rate());
//   if (auto begun = search.begin(); !begun) messages->say(...);
#pragma once

#include "gui/app/background_work.h"
#include "gui/app/data_shelf.h"
#include "gui/document/document.h"

namespace bypath {

class RatePage;
class TrainController;

class RateSearch : public QObject {
  Q_OBJECT
 public:
  struct Desk {
    DocumentEditor& editor;
    DataShelf& shelf;
    TrainController& trainer;
  };
  RateSearch(const Desk& desk, RatePage& page, QObject* parent = nullptr);
  bool busy() const { return work_.busy(); }
  // What stands against it is said on the page: a run under way, a network or settings that are not whole.
  void begin();

 private:
  Desk desk_;
  RatePage& page_;
  BackgroundWork work_;
};

}  // namespace bypath
