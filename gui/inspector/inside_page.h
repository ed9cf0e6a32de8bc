// What every look inside a trained network has: a run to read, a button that begins, progress with a way to
// cancel, a sentence on what to look for, one on what was found and one that reads out what is selected. A
// page adds its options and its view of the result (bars: bars_page.h); whoever holds it works on another
// thread.
//
//   connect(page, &InsidePage::wanted, bench, &InsideBench::sumPaths);   // with the folder of a run
//   page->say(problem);
#pragma once

#include <functional>
#include <QWidget>

#include "core/base/result.h"
#include "gui/dashboard/run_chooser.h"
#include "gui/theme/theme.h"

class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace bypath {

class EmptyState;
class ProgressLine;

class InsidePage : public QWidget {
  Q_OBJECT
 public:
  struct Words {
    QString icon, verb;   // of the button
    QString title, text;  // before the first result
    QString without{};    // instead of it while there is no run that this page can look into
    QString busy;         // beside the progress
    QString file;         // proposed for a figure, without its ending
  };
  explicit InsidePage(Words words, QWidget* parent = nullptr);

  virtual void setRuns(const std::vector<CheckpointRun>& runs);
  void setBusy(bool busy);
  bool isBusy() const { return busy_; }
  void say(const QString& problem);  // in place of the sentence on what to look for

  ProgressLine* progress() const { return progress_; }
  RunChooser* run() const { return run_; }
  QPushButton* beginButton() const;  // the one in sight
  bool showsResult() const;
  QString caption() const;
  QString verdict() const;
  QString reading() const;
  QString emptyText() const { return emptyText_; }

 Q_SIGNALS:
  void runsWanted();  // the page has come into sight
  void wanted(const QString& folder);
  void unwanted();  // what was begun may end

 protected:
  bool busy() const { return busy_; }
  void addOption(QWidget* option);
  // In a row of its own below, which is there while any of them is shown.
  void addMoreOption(QWidget* option);
  // A second run, say; from then on runs have a row of their own, with room for their names.
  void addBesideRun(QWidget* chooser);
  void addView(QWidget* view);  // beside the result: how it is shown
  // The widget that shows what was found, once, by the page's constructor; and what saves it as a figure with
  // a title (the ending of the path chooses).
  void setResultView(QWidget* view,
                     std::function<Result<void>(const QString& path, const QString& title)> save);
  void showResult(const QString& caption);
  void setReading(const QString& text);
  void keepRoomForReading(int lines);  // so that the view does not jump
  void showEmpty(const QString& title, const QString& text);
  void begin();  // asks for the chosen run
  void setVerdict(const QString& text, const QString& icon, QColor Theme::*role);
  void showEvent(QShowEvent* event) override;

 private:
  void build();
  void buildHead();
  void showState();
  void showCaption(const QString& text, bool problem);
  void tint();

  Words words_;
  QString runText() const;  // which runs are chosen

  QString emptyText_, caption_;
  QString shown_;  // the runs that the result is of
  QString icon_;
  QColor Theme::*role_ = &Theme::text;
  bool busy_ = false;
  QHBoxLayout* head_;
  QHBoxLayout* options_;
  QHBoxLayout* moreOptions_;
  QHBoxLayout* runs_;
  QHBoxLayout* found_;
  RunChooser* run_;
  QPushButton* again_;
  QToolButton* export_;
  ProgressLine* progress_;
  QLabel* captionLabel_;
  QStackedWidget* content_;
  EmptyState* empty_;
  QPushButton* begin_;  // of the empty state
  QWidget* result_;
  QVBoxLayout* resultColumn_;
  QLabel* sign_;
  QLabel* verdict_;
  QLabel* reading_;
};

}  // namespace bypath
