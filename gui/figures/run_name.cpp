#include "gui/figures/run_name.h"

#include <QWidget>

namespace bypath {

namespace {

constexpr const char* property = "bypathRun";

}  // namespace

void setRunOf(QWidget& around, const QString& run) {
  around.setProperty(property, run);
}

QString titleWithRun(const QString& title, const QWidget& shown) {
  for (const QWidget* widget = &shown; widget; widget = widget->parentWidget())
    if (const QString run = widget->property(property).toString(); !run.isEmpty())
      return title + QLatin1Char('\n') + run;
  return title;
}

}  // namespace bypath
