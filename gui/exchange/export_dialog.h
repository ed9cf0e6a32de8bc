// Asks how a trained network is to leave: which run, which format, which part, where to; shows what was
// written and how far it is from the network's own output. It writes nothing itself.
//
//   connect(&dialog, &ExportDialog::runsWanted, &runs, &CheckpointList::refresh);
//   connect(&dialog, &ExportDialog::exportWanted, this, [&] { begin(dialog.wish()); });
//   dialog.showDone(report);
#pragma once

#include <QDialog>

#include "core/exchange/export_format.h"
#include "gui/dashboard/run_chooser.h"

class QCheckBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace bypath {

class ProgressLine;

// What a person asked for.
struct ExportWish {
  QString folder;  // of the run
  const ExportFormat* format = nullptr;
  LeavingOptions leaving{};
  int opset = 13;
  QString file;
  bool overwrite = false;  // they know that the file is there
};

class ExportDialog : public QDialog {
  Q_OBJECT
 public:
  explicit ExportDialog(QWidget* parent = nullptr);

  void setRuns(const std::vector<CheckpointRun>& runs);
  // Proposes this one, whether it is among the runs already or comes with them later.
  void chooseRun(const QString& folder);
  // Of the chosen run: its parts besides the whole, and whether it draws a code.
  void setParts(const QStringList& parts, bool draws);
  // Where files go until a person says otherwise.
  void setPlace(const QString& folder);
  void chooseFormat(const QString& id);

  ExportWish wish() const;
  void setBusy(bool busy);
  void setShare(double share);
  void showDone(const ExportReport& report);
  void showError(const QString& sentence);

  RunChooser* runs() const { return runs_; }
  QComboBox* formats() const { return formats_; }
  QComboBox* parts() const { return parts_; }
  QLineEdit* fileField() const { return file_; }
  QCheckBox* foldBox() const { return fold_; }
  QCheckBox* sampleBox() const { return sample_; }
  QComboBox* opsets() const { return opsets_; }
  QPushButton* exportButton() const { return export_; }
  ProgressLine* progress() const { return progress_; }
  QString said() const;

 Q_SIGNALS:
  void runsWanted();
  void runChosen(const QString& folder);  // empty: there is none
  void exportWanted();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void proposeFile();
  void browse();
  void update_();
  void say(const QString& text, bool problem);

  RunChooser* runs_;
  QComboBox *formats_, *parts_, *opsets_;
  QLabel *about_, *said_;
  QCheckBox *fold_, *sample_;
  QLineEdit* file_;
  QFormLayout* form_;
  ProgressLine* progress_;
  QPushButton* export_;
  QString place_, proposed_, wanted_;
  bool draws_ = false, busy_ = false;
};

}  // namespace bypath
