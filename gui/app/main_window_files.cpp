// How documents come into the window: opened, dropped, recovered; and what is said about files that are not
// in order.
#include <QDockWidget>
#include <QDropEvent>
#include <QTabWidget>

#include "gui/app/actions.h"
#include "gui/app/file_flow.h"
#include "gui/app/main_window.h"
#include "gui/app/message_bar.h"
#include "gui/app/open_report.h"
#include "gui/app/project_drop.h"
#include "gui/app/recovery.h"
#include "gui/app/run_flow.h"
#include "gui/properties/property_panel.h"

namespace bypath {

void MainWindow::connectOpening() {
  connect(files_, &FileFlow::opened, this, [this] {
    showDesigner();
    if (editor_.filePath().isEmpty())
      recovery_->withdraw();
    else
      recovery_->offer(editor_.filePath());
    const QString report = openReport(editor_);
    if (report.isEmpty()) return;
    const MessageAction show{tr("Show the list"), [this] { showDiagnostics(); }};
    const MessageAction saveAs{tr("Save as…"), [this] { files_->saveAs(); }};
    if (editor_.file().problems().empty())
      messages_->say(MessageKind::warning, report, {show});
    else
      messages_->say(MessageKind::warning, report, {show, saveAs});
  });
  connect(files_, &FileFlow::saveRefused, this, [this](const QString& sentence, bool mayInsist) {
    std::vector<MessageAction> actions{{tr("Save as…"), [this] { files_->saveAs(); }}};
    if (mayInsist) actions.push_back({tr("Write over it"), [this] { files_->saveOver(); }});
    messages_->say(MessageKind::warning, sentence, std::move(actions));
  });
  connect(&journal_, &Journal::failed, this,
          [this](const QString& sentence) { messages_->say(MessageKind::warning, sentence); });
}

// The panel lists what is wrong with the whole network while nothing is selected.
void MainWindow::showDiagnostics() {
  inspectorDock_->show();
  actions_->inspector->setChecked(true);
  inspector_->setCurrentWidget(properties_);
  properties_->setSelection({});
}

MainWindow* MainWindow::openWindow() {
  auto* window = new MainWindow;
  window->setAttribute(Qt::WA_DeleteOnClose);
  window->checkTheme(actions_->themeLight->isChecked()  ? ThemeChoice::light
                     : actions_->themeDark->isChecked() ? ThemeChoice::dark
                                                        : ThemeChoice::system);
  constexpr QPoint step(32, 32);
  if (!isMaximized() && !isFullScreen()) window->move(pos() + step);
  window->show();
  return window;
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  acceptProjects(*event);
}

void MainWindow::dragMoveEvent(QDragMoveEvent* event) {
  acceptProjects(*event);
}

void MainWindow::dropEvent(QDropEvent* event) {
  if (!acceptProjects(*event)) return;
  // Not from in here: a question about unsaved changes would keep the file manager waiting.
  const auto open = [this, paths = droppedProjects(*event->mimeData()),
                     folders = droppedFolders(*event->mimeData())] {
    if (!paths.isEmpty()) openFile(paths.first());
    for (const QString& path : paths.mid(1)) openWindow()->openFile(path);
    for (const QString& path : folders) runFlow_->openFolder(path.toStdString());
  };
  QMetaObject::invokeMethod(this, open, Qt::QueuedConnection);
}

}  // namespace bypath
