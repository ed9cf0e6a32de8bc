#include "gui/runs/run_commands.h"

#include <QAction>
#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMenu>
#include <QUrl>

#include "core/runs/run_index.h"
#include "core/training/run_checkpoints.h"
#include "gui/runs/run_list.h"
#include "gui/runs/run_notice.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

QString valueText(const RunCheckpoint& one) {
  if (const auto found = one.values.find("val_accuracy"); found != one.values.end())
    return RunCommands::tr("validation accuracy %1 %").arg(found->second * 100, 0, 'f', 1);
  if (const auto found = one.values.find("val_loss"); found != one.values.end())
    return RunCommands::tr("validation loss %1").arg(found->second, 0, 'g', 4);
  return {};
}

QString titleOf(const RunCheckpoint& one) {
  QString text = one.kind == RunCheckpoint::Kind::last   ? RunCommands::tr("The last: step %1")
                 : one.kind == RunCheckpoint::Kind::best ? RunCommands::tr("The best: step %1")
                                                         : RunCommands::tr("Step %1");
  text = text.arg(one.step);
  const QString value = valueText(one);
  return value.isEmpty() ? text : text + QStringLiteral(", ") + value;
}

}  // namespace

RunCommands::RunCommands(RunList& list, RunDisk& disk, RunNotice& notice, QObject* parent)
    : QObject(parent),
      list_(list),
      disk_(disk),
      notice_(notice),
      menu_(new QMenu(&list)),
      goOn_(new QMenu(&list)) {
  compare =
      make(tr("&Compare"), QKeySequence(Qt::Key_Return), tr("Lay these runs side by side, below the canvas"));
  compare->setShortcuts({Qt::Key_Return, Qt::Key_Enter});
  rename = make(tr("Re&name"), QKeySequence(Qt::Key_F2));
  tickSweep = make(tr("&Tick the whole sweep"));
  network = make(tr("&Open its network"), {}, tr("Put a copy of the run's network on the canvas"));
  weights = make(tr("Use its &weights"), {}, tr("Train the open network, beginning with the run's weights"));
  exportModel = make(tr("E&xport the trained network…"), {}, tr("As ONNX, PyTorch code, C++ and others"));
  report = make(tr("Re&port of this run…"), {}, tr("Everything about it on one page, as HTML or PDF"));
  csv = make(tr("Export curves as CS&V…"));
  events = make(tr("Export events for Tensor&Board…"));
  folder = make(tr("Open its &folder"));
  command = make(tr("Cop&y the command that trains it again"));
  remove = make(tr("&Delete…"), QKeySequence(Qt::Key_Delete));
  goOn_->setTitle(tr("&Go on from here"));
  goOn_->setToolTipsVisible(true);
  menu_->addActions({compare, rename, tickSweep});
  menu_->addSeparator();
  menu_->addMenu(goOn_);
  menu_->addActions({weights, network, exportModel});
  menu_->addSeparator();
  menu_->addActions({report, csv, events, folder, command});
  menu_->addSeparator();
  menu_->addAction(remove);

  connect(compare, &QAction::triggered, this, [this] { Q_EMIT compareRequested(compared()); });
  connect(rename, &QAction::triggered, this, [this] {
    if (single()) list_.rename(list_.chosen().front());
  });
  connect(tickSweep, &QAction::triggered, this, [this] {
    std::vector<RunItem*> items;
    const RunItem* first = list_.chosen().empty() ? nullptr : list_.chosen().front();
    for (RunItem* item : list_.runs())
      if (first && first->parent() && item->parent() == first->parent()) items.push_back(item);
    list_.tick(items);
  });
  connect(network, &QAction::triggered, this, [this] {
    if (const RunHeader* run = single()) Q_EMIT networkRequested(run->folder);
  });
  connect(exportModel, &QAction::triggered, this, [this] {
    if (const RunHeader* run = single()) Q_EMIT exportRequested(run->folder);
  });
  connect(weights, &QAction::triggered, this, [this] {
    if (const RunHeader* run = single()) Q_EMIT weightsRequested(run->folder);
  });
  connect(report, &QAction::triggered, this, [this] {
    if (const RunHeader* run = single()) Q_EMIT reportRequested(run->folder);
  });
  connect(csv, &QAction::triggered, this, &RunCommands::askForCsv);
  connect(events, &QAction::triggered, this, &RunCommands::askForEvents);
  connect(folder, &QAction::triggered, this, [this] {
    const RunHeader* run = single();
    if (run && !QDesktopServices::openUrl(QUrl::fromLocalFile(QString::fromStdString(run->folder.string()))))
      notice_.complain(tr("No file manager could be started. The folder is %1.")
                           .arg(QString::fromStdString(run->folder.string())));
  });
  connect(command, &QAction::triggered, this, &RunCommands::copyCommand);
  connect(remove, &QAction::triggered, this, &RunCommands::askToRemove);
  connect(goOn_, &QMenu::aboutToShow, this, &RunCommands::fillGoOn);
  connect(&disk_, &RunDisk::written, this, [this] { notice_.say(written_); });
  connect(&list_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
    if (list_.chosen().empty()) return;
    update();
    menu_->popup(list_.viewport()->mapToGlobal(at));
  });
  update();
}

QAction* RunCommands::make(const QString& text, const QKeySequence& key, const QString& tip) {
  auto* action = new QAction(text, this);
  action->setShortcut(key);
  action->setShortcutContext(Qt::WidgetShortcut);
  if (!tip.isEmpty()) action->setToolTip(tip);
  list_.addAction(action);
  return action;
}

const RunHeader* RunCommands::single() const {
  const std::vector<RunItem*> chosen = list_.chosen();
  return chosen.size() == 1 ? &chosen.front()->header() : nullptr;
}

RunCommands::Folders RunCommands::compared() const {
  std::vector<RunItem*> items = list_.chosen();
  if (const std::vector<RunItem*> ticked = list_.ticked(); items.size() < 2 && !ticked.empty())
    items = ticked;
  Folders folders;
  for (const RunItem* item : items) folders.push_back(item->folder());
  return folders;
}

void RunCommands::update() {
  const std::vector<RunItem*> chosen = list_.chosen();
  const bool one = chosen.size() == 1, any = !chosen.empty();
  const size_t count = compared().size();
  compare->setText(count == 1 ? tr("Show its settings and &curves") : tr("&Compare %1 runs").arg(count));
  compare->setEnabled(count > 0);
  if (count == 0) compare->setText(tr("&Compare"));
  for (QAction* action : {rename, network, weights, exportModel, report, folder, command})
    action->setEnabled(one);
  goOn_->menuAction()->setEnabled(one);
  for (QAction* action : {csv, events, remove}) action->setEnabled(any);
  tickSweep->setVisible(any && chosen.front()->parent());
  remove->setText(chosen.size() > 1 ? tr("&Delete %1 runs…").arg(chosen.size()) : tr("&Delete…"));
}

void RunCommands::fillGoOn() {
  goOn_->clear();
  const RunHeader* run = single();
  if (!run) return;
  const Result<std::vector<RunCheckpoint>> found = checkpointsOf(run->folder);
  if (found)
    for (const RunCheckpoint& one : *found)
      goOn_->addAction(titleOf(one), this, [this, file = one.file] { Q_EMIT goOnRequested(file); })
          ->setToolTip(QString::fromStdString(one.file.filename().string()));
  if (!goOn_->isEmpty()) return;
  QAction* none = goOn_->addAction(found ? tr("This run has kept no checkpoint")
                                         : QString::fromStdString(found.error().message));
  none->setEnabled(false);
}

void RunCommands::exportCsvTo(const fs::path& file) {
  const std::vector<RunItem*> chosen = list_.chosen();
  std::vector<RunExport> exports;
  exports.reserve(chosen.size());
  for (const RunItem* item : chosen)
    exports.push_back(
        {item->folder(), chosen.size() == 1 ? file : file / (plainName(item->header().id) + ".csv"), false});
  written_ = tr("The curves are in %1.").arg(QString::fromStdString(file.string()));
  disk_.write(exports);
}

void RunCommands::exportEventsTo(const fs::path& target) {
  std::vector<RunExport> exports;
  for (const RunItem* item : list_.chosen())
    exports.push_back({item->folder(), target / plainName(item->header().id), true});
  written_ =
      tr("To look at the events: tensorboard --logdir %1").arg(QString::fromStdString(target.string()));
  disk_.write(exports);
}

void RunCommands::askForCsv() {
  const RunHeader* run = single();
  const QString path =
      run ? QFileDialog::getSaveFileName(
                &list_, tr("Export the curves as CSV"),
                QDir::home().filePath(QString::fromStdString(plainName(run->id)) + QStringLiteral(".csv")),
                tr("CSV file (*.csv)"))
          : QFileDialog::getExistingDirectory(&list_, tr("Choose a folder for the CSV files"),
                                              QDir::homePath());
  if (!path.isEmpty()) exportCsvTo(path.toStdString());
}

void RunCommands::askForEvents() {
  const QString path =
      QFileDialog::getExistingDirectory(&list_, tr("Choose a folder for the events"), QDir::homePath());
  if (!path.isEmpty()) exportEventsTo(path.toStdString());
}

void RunCommands::copyCommand() {
  const RunHeader* run = single();
  if (!run) return;
  const Result<std::string> text = commandOf(run->folder);
  if (!text) return notice_.complain(QString::fromStdString(text.error().message));
  QGuiApplication::clipboard()->setText(QString::fromStdString(*text));
  notice_.say(tr("Copied: %1").arg(QString::fromStdString(*text)));
}

void RunCommands::askToRemove() {
  Folders folders;
  const std::vector<RunItem*> chosen = list_.chosen();
  for (const RunItem* item : chosen) folders.push_back(item->folder());
  if (folders.empty()) return;
  const QString question =
      folders.size() == 1
          ? tr("Delete “%1”? Its checkpoints and weights go too, for good.")
                .arg(bypath::titleOf(chosen.front()->header()))
          : tr("Delete %1 runs? Their checkpoints and weights go too, for good.").arg(folders.size());
  notice_.ask(
      question, tr("Delete"), [this, folders] { disk_.remove(folders); }, tr("Keep"));
}

}  // namespace bypath
