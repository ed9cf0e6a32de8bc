// A look inside a trained network, and inside a second one beside it if a person chooses one: measured alike,
// shown on one scale.
//
//   class LandscapePage : public TwinPage { ... };
//   if (const QString folder = page->twin(); !folder.isEmpty()) measure(folder);
#pragma once

#include "gui/inspector/inside_page.h"

namespace bypath {

class TwinPage : public InsidePage {
  Q_OBJECT
 public:
  explicit TwinPage(Words words, QWidget* parent = nullptr);
  void setRuns(const std::vector<CheckpointRun>& runs) override;
  QString twin() const { return twin_->folder(); }  // the folder of a run; empty without a second one
  RunChooser* twinBox() const { return twin_; }

 private:
  RunChooser* twin_;
};

}  // namespace bypath
