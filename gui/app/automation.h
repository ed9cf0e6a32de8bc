// What the command line of the window asks for: a file or template to open, steps to train, a picture or
// a figure to make.
#pragma once

#include <optional>
#include <QObject>
#include <QString>
#include <QStringList>

#include "core/base/result.h"
#include "gui/theme/theme.h"

namespace bypath {

class MainWindow;

struct StartOptions {
  QString file;
  QString templateId;
  std::optional<ThemeChoice> theme;
  QString screenshot;
  QString figure;
  int trainSteps = 0;
  QString show;      // the path of what the canvas shows at first
  QStringList tabs;  // "gradients", "training", ...: see MainWindow::showTab()
};

// Text for --help and --version goes to `say`; then there is nothing to start.
struct ParsedStart {
  StartOptions options;
  QString say;
};
Result<ParsedStart> parseStart(const QStringList& arguments);

// Carries the options out on a window that is shown; leaves the program after a screenshot or a figure (with
// the code of an ErrorKind when it cannot be written).
void carryOut(const StartOptions& options, MainWindow& window);

}  // namespace bypath
