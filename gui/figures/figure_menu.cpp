#include "gui/figures/figure_menu.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>

namespace bypath {

namespace {

QString text(const char* english) {
  return QCoreApplication::translate("FigureMenu", english);
}

}  // namespace

void addFigureActions(QMenu& menu, const QString& name,
                      const std::function<Result<void>(const QString&)>& write,
                      const std::function<void(const QString&)>& say) {
  for (const char* format : {"png", "svg", "pdf", "csv"}) {
    const QString ending = QString::fromLatin1(format);
    const QString title = ending == QLatin1String("csv")
                              ? text("Export the numbers as CSV…")
                              : text("Export the chart as %1…").arg(ending.toUpper());
    QWidget* window = menu.parentWidget();
    menu.addAction(title, window, [=] {
      QString path =
          QFileDialog::getSaveFileName(window, text("Export the chart"), name + QLatin1Char('.') + ending,
                                       text("%1 file (*.%2)").arg(ending.toUpper(), ending));
      if (path.isEmpty()) return;
      if (QFileInfo(path).suffix().toLower() != ending) path += QLatin1Char('.') + ending;
      const Result<void> done = write(path);
      say(done ? text("Written: %1").arg(path) : QString::fromStdString(done.error().message));
    });
  }
}

}  // namespace bypath
