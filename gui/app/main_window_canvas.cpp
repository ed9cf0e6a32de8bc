// The window around the canvas: figures of it, its minimap, and the keys of every command.
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

#include "gui/app/actions.h"
#include "gui/app/key_bindings.h"
#include "gui/app/key_sheet.h"
#include "gui/app/main_window.h"
#include "gui/app/message_bar.h"
#include "gui/canvas/canvas_view.h"

namespace bypath {

void MainWindow::connectCanvas() {
  const Actions& a = *actions_;
  connect(a.figure, &QAction::triggered, this, &MainWindow::askForFigure);
  a.minimap->setChecked(minimapPreference());
  canvas_->setMinimapWanted(minimapPreference());
  connect(a.minimap, &QAction::triggered, this, [this](bool shown) {
    canvas_->setMinimapWanted(shown);
    setMinimapPreference(shown);
  });
  keyBindings_->add(QStringLiteral("canvas"), tr("Canvas"), canvas_->actions());
  for (const Actions::Group& group : a.groups()) keyBindings_->add(group.id, group.title, group.actions);
  const auto nameHome = [this] {
    // The canvas has this key.
    const QString key = keyBindings_->keyText(QStringLiteral("canvas/show-everything"));
    const QString tip = tr("Show the whole network");
    actions_->zoomAll->setToolTip(key.isEmpty() ? tip : tip + QStringLiteral(" (%1)").arg(key));
  };
  nameHome();
  connect(keyBindings_, &KeyBindings::changed, this, nameHome);
}

void MainWindow::showKeys() {
  if (!keySheet_) keySheet_ = new KeySheet(*keyBindings_, this);
  keySheet_->show();
  keySheet_->raise();
  keySheet_->activateWindow();
}

void MainWindow::askForFigure() {
  const QFileInfo file(editor_.filePath());
  QString name = file.filePath().isEmpty() ? QString::fromStdString(editor_.project().network.name)
                                           : file.completeBaseName();
  if (name.isEmpty()) name = tr("network");
  if (!canvas_->container().isEmpty()) name += QLatin1Char('-') + canvas_->container();
  static const QRegularExpression unfit(QStringLiteral("[/\\\\:*?\"<>|\\s]+"));
  name.replace(unfit, QStringLiteral("-"));
  const QString folder = file.filePath().isEmpty()
                             ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)
                             : file.absolutePath();

  const std::pair<QString, QString> formats[] = {{tr("SVG drawing (*.svg)"), QStringLiteral("svg")},
                                                 {tr("PDF page (*.pdf)"), QStringLiteral("pdf")},
                                                 {tr("PNG picture (*.png)"), QStringLiteral("png")}};
  QFileDialog dialog(this, tr("Export the figure"), folder);
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setFileMode(QFileDialog::AnyFile);
  QStringList filters;
  for (const auto& [filter, ending] : formats) filters << filter;
  dialog.setNameFilters(filters);
  dialog.setDefaultSuffix(formats[0].second);
  connect(&dialog, &QFileDialog::filterSelected, &dialog, [&](const QString& chosen) {
    for (const auto& [filter, ending] : formats)
      if (filter == chosen) dialog.setDefaultSuffix(ending);
  });
  dialog.selectFile(name);
  if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty()) return;
  const QString path = dialog.selectedFiles().first();
  const Result<void> done = canvas_->exportFigure(path);
  if (done)
    messages_->say(MessageKind::info, tr("The figure is in %1.").arg(path));
  else
    messages_->say(MessageKind::error, QString::fromStdString(done.error().message));
}

}  // namespace bypath
