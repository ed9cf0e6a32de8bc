// Answers one page that looks inside a trained network: offers it runs, reads a run's last checkpoint, works
// on it beside the window, and hands the page the answer or says why there is none.
//
//   auto* service = new InsideService(desk, *page, everyNetwork, this);
//   connect(page, &InsidePage::wanted, service, [=, this](const QString& folder) {
//     service->answer<Lesions>(
//         folder, [=](const OpenedRun& run, const Progress& told) { return lesion(...); },
//         [page](const Lesions& found, const QString& source) { page->setLesions(found, source); });
//   });
#pragma once

#include "gui/app/background_work.h"
#include "gui/app/checkpoint_list.h"
#include "gui/app/opened_run.h"
#include "gui/document/document.h"
#include "gui/inspector/inside_page.h"

namespace bypath {

class TrainController;

// "step 200 of 7": what an answer was made from.
QString sourceText(const OpenedRun& run, const RunOrder& order);

// The run read last.
struct KeptRun {
  std::filesystem::path folder;
  std::filesystem::file_time_type written;
  std::shared_ptr<const OpenedRun> run;
};
// openRun(), unless it is the kept one.
Result<std::shared_ptr<const OpenedRun>> openKept(const RunOrder& order, KeptRun* kept);

// Of pages that can look into the runs of any network.
bool everyNetwork(const NetworkSpec& network);

class InsideService : public QObject {
  Q_OBJECT
 public:
  struct Desk {
    DocumentEditor& editor;
    DataShelf& shelf;
    TrainController& trainer;
  };
  InsideService(const Desk& desk, InsidePage& page, CheckpointList::Fits fits, QObject* parent);

  // For a page that asks again and again: a run stays read as long as its checkpoint is the same.
  void keepRun();

  // `work` runs on another thread: it holds copies of what it needs. `show` runs on the window's.
  template <class Answer>
  void answer(const QString& folder,
              std::function<Result<Answer>(const OpenedRun& run, const Progress& told)> work,
              std::function<void(const Answer& found, const QString& source)> show) {
    struct Found {
      Answer answer;
      QString source;
    };
    const RunOrder order{folder.toStdString(), &desk_.editor.layers(), &desk_.shelf};
    work_.begin<Result<Found>>(
        [order, work = std::move(work), kept = kept_](const Progress& told) -> Result<Found> {
          const Result<std::shared_ptr<const OpenedRun>> run = openKept(order, kept.get());
          if (!run) return run.error();
          Result<Answer> made = work(**run, told);
          if (!made) return made.error();
          return Found{std::move(*made), sourceText(**run, order)};
        },
        [page = &page_, show = std::move(show)](const Result<Found>& found) {
          if (!found) return page->say(QString::fromStdString(found.error().message));
          show(found->answer, found->source);
        });
  }
  const LayerCatalog& layers() const { return desk_.editor.layers(); }

 private:
  Desk desk_;
  InsidePage& page_;
  CheckpointList runs_;
  std::shared_ptr<KeptRun> kept_;  // used by one piece of work at a time
  BackgroundWork work_;
};

}  // namespace bypath
