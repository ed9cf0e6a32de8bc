// What the dashboard shows besides the feed of a run, and who works it out: the lines to read the curves by,
// a look into a latent space, the search for a learning rate, and the pages that look inside a trained
// network.
//
//   auto* tools = new DashboardTools({editor, shelf, trainer, dashboard}, window);
//   connect(action, &QAction::triggered, tools, &DashboardTools::findRate);
#pragma once

#include "gui/app/doctor_rounds.h"
#include "gui/app/inside_bench.h"
#include "gui/app/latent_explorer.h"
#include "gui/app/rate_search.h"
#include "gui/app/reference_lines_reader.h"

namespace bypath {

class Dashboard;
class InsideWorkbench;
class StripPage;

class DashboardTools : public QObject {
  Q_OBJECT
 public:
  struct Desk {
    DocumentEditor& editor;
    DataShelf& shelf;
    TrainController& trainer;
    Dashboard& dashboard;
  };
  DashboardTools(const Desk& desk, QObject* parent);
  QString shownInside() const;  // the page of Inside that is in sight; empty: none is

 public Q_SLOTS:
  void findRate();                            // brings its page into sight and begins
  void showInside(const QString& page);       // one of InsideBench::pageNames()
  void follow(const QStringList& selection);  // of the canvas
  void showFindings();                        // what the doctor has found in the run of the document

 Q_SIGNALS:
  // Of a run of the open document: while it trains, and when a person has it examined.
  void findingsChanged(const std::vector<bypath::Finding>& findings);

 private:
  void addStrip();

  Desk desk_;
  ReferenceLinesReader lines_;
  LatentExplorer explorer_;
  RateSearch rates_;
  StripPage* strip_;
  InsideWorkbench* workbench_;
  InsideBench inside_;
  DoctorRounds rounds_;
};

}  // namespace bypath
