// A look inside a trained network whose result is a row of bars, the selected one read out.
//
//   class PathsPage : public BarsPage { ... bars()->setBars(...); showResult(caption); };
#pragma once

#include "gui/inspector/inside_page.h"

namespace bypath {

class ValueBars;

class BarsPage : public InsidePage {
  Q_OBJECT
 public:
  explicit BarsPage(Words words, QWidget* parent = nullptr);
  ValueBars* bars() const { return bars_; }

 private:
  void showBar(int index);

  ValueBars* bars_;
};

}  // namespace bypath
