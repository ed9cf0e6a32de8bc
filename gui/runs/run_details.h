// What a person says about the selected runs: tags as chips, and of a single run its note, which saves
// itself.
//
//   details->setRuns({run});
//   connect(details, &RunDetails::noteChanged, ...); connect(details, &RunDetails::tagChanged, ...);
#pragma once

#include <filesystem>
#include <QTimer>
#include <QWidget>
#include <vector>

#include "core/runs/run_store.h"

class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace bypath {

class RunDetails : public QWidget {
  Q_OBJECT
 public:
  explicit RunDetails(QWidget* parent = nullptr);
  // The same runs as before leave what is being typed as it is.
  void setRuns(const std::vector<RunHeader>& runs);
  // A note that is still waiting is told now.
  void finish();
  QLineEdit* tagField() const { return newTag_; }
  QPlainTextEdit* noteField() const { return note_; }
  QStringList tags() const;  // those on the chips: what all of the runs have

 Q_SIGNALS:
  void noteChanged(const std::filesystem::path& folder, const QString& note);
  void tagChanged(const std::vector<std::filesystem::path>& folders, const QString& tag, bool wanted);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void showTags();
  void addTag();

  std::vector<RunHeader> runs_;
  std::filesystem::path noteOf_;  // the run whose note is in the field
  QString saved_;                 // its note as it was told last
  QTimer soon_;
  QLabel* about_;
  QWidget* chips_;
  QLineEdit* newTag_;
  QPlainTextEdit* note_;
};

}  // namespace bypath
