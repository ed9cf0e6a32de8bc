#include "gui/runs/runs_panel.h"

#include <algorithm>
#include <functional>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/runs/run_index.h"
#include "gui/runs/run_details.h"
#include "gui/runs/run_list.h"
#include "gui/runs/run_notice.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

namespace fs = std::filesystem;

// ms between two looks while the panel is to be seen: when a run is being trained, and for new ones.
constexpr int betweenLooks = 3000, betweenCalmLooks = 15000;

QToolButton* toolButton(const QString& icon, const QString& tip) {
  auto* button = new QToolButton;
  button->setIcon(themedIcon(icon));
  button->setToolTip(tip);
  button->setAccessibleName(tip);
  return button;
}

}  // namespace

RunsPanel::RunsPanel(QWidget* parent)
    : QWidget(parent),
      disk_(new RunDisk(this)),
      pages_(new QStackedWidget),
      message_(new QLabel),
      list_(new RunList),
      notice_(new RunNotice),
      details_(new RunDetails),
      commands_(new RunCommands(*list_, *disk_, *notice_, this)),
      filter_(new QLineEdit),
      compare_(new QPushButton) {
  buildLayout();
  ticks_.setSingleShot(true);
  again_.setInterval(betweenLooks);
  connect(&again_, &QTimer::timeout, this, &RunsPanel::refresh);
  connect(&ticks_, &QTimer::timeout, this, &RunsPanel::readTicked);
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
    list_->setFilter(text);
    showPage();
  });
  connect(list_, &RunList::ticksChanged, &ticks_, qOverload<>(&QTimer::start));
  connect(list_, &QTreeWidget::itemSelectionChanged, this, &RunsPanel::showSelection);
  connect(list_, &RunList::renamed, this, [this](const fs::path& folder, const QString& name) {
    store(folder, [&](RunStore& run) { return run.setName(name.toStdString()); });
  });
  connect(details_, &RunDetails::noteChanged, this, [this](const fs::path& folder, const QString& note) {
    store(folder, [&](RunStore& run) { return run.setNote(note.toStdString()); });
  });
  connect(details_, &RunDetails::tagChanged, this,
          [this](const std::vector<fs::path>& folders, const QString& tag, bool wanted) {
            for (const fs::path& folder : folders)
              store(folder, [&](RunStore& run) { return run.setTag(tag.toStdString(), wanted); });
          });
  connect(notice_, &RunNotice::answered, list_, [this] { list_->setFocus(); });
  connect(compare_, &QPushButton::clicked, commands_->compare, &QAction::trigger);
  connect(disk_, &RunDisk::listed, this, &RunsPanel::takeList);
  connect(disk_, &RunDisk::opened, this, &RunsPanel::takeChosen);
  connect(disk_, &RunDisk::summarised, list_, &RunList::showSummary);
  connect(disk_, &RunDisk::removed, this, &RunsPanel::refresh);
  connect(disk_, &RunDisk::failed, notice_, &RunNotice::complain);
}

void RunsPanel::buildLayout() {
  message_->setProperty("role", "muted");
  message_->setAlignment(Qt::AlignCenter);
  message_->setWordWrap(true);
  message_->setContentsMargins(24, 24, 24, 24);
  message_->setText(tr("Reading the runs…"));
  pages_->addWidget(message_);
  pages_->addWidget(list_);
  filter_->setPlaceholderText(tr("Filter runs"));
  filter_->setToolTip(tr("Shows the runs that have this in their name, network, data or tags"));
  filter_->setAccessibleName(tr("Filter the runs"));
  filter_->setClearButtonEnabled(true);
  compare_->setAccessibleName(tr("Compare"));
  QToolButton* open = toolButton(QStringLiteral("open"), tr("Open a run's folder…"));
  QToolButton* again = toolButton(QStringLiteral("refresh"), tr("Read the list again"));
  connect(open, &QToolButton::clicked, this, &RunsPanel::folderWanted);
  connect(again, &QToolButton::clicked, this, &RunsPanel::refresh);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(16, 10, 8, 6);
  head->setSpacing(4);
  head->addWidget(filter_, 1);
  head->addWidget(open);
  head->addWidget(again);
  auto* hint = new QLabel(tr("Tick runs to lay their curves under the current ones."));
  hint->setProperty("role", "caption");
  hint->setWordWrap(true);
  auto* row = new QHBoxLayout;
  row->setContentsMargins(16, 0, 12, 8);
  row->setSpacing(8);
  row->addWidget(hint, 1);
  row->addWidget(compare_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(head);
  column->addLayout(row);
  column->addWidget(pages_, 1);
  column->addWidget(notice_);
  column->addWidget(details_);
  showSelection();
}

void RunsPanel::refresh() {
  disk_->list();
}

void RunsPanel::takeList(const std::vector<ListedRun>& runs) {
  listed_ = true;
  if (list_->isEditing()) return;
  list_->setRuns(runs);
  bool grows = false, anyRunning = false;
  for (const ListedRun& run : runs) {
    std::string& known = summarised_[run.header.folder];
    const bool running = run.header.state == "running";
    if (running || known != run.header.state) disk_->summarise(run.header.folder);
    grows = grows || (running && read_.contains(run.header.folder));
    known = run.header.state;
    anyRunning = anyRunning || running;
  }
  again_.setInterval(anyRunning ? betweenLooks : betweenCalmLooks);
  if (!arriving_.empty()) {
    std::vector<RunItem*> items;
    for (const fs::path& folder : arriving_)
      if (RunItem* item = list_->find(folder)) items.push_back(item);
    arriving_.clear();
    list_->tick(items);
    if (!items.empty()) list_->show(items.front()->folder());
  }
  showPage();
  showSelection();
  if (grows) std::erase_if(read_, [](const auto& entry) { return entry.second.header.state == "running"; });
  if (list_->ticked().size() != read_.size()) ticks_.start();
}

void RunsPanel::showPage() {
  if (!listed_) return;
  if (list_->runs().empty())
    message_->setText(
        tr("No runs yet.\nEvery training is kept here, to be compared with the next. A run from another "
           "machine is brought in by “Open a run's folder”, above."));
  else if (!list_->anyShown())
    message_->setText(tr("No run has “%1” in its name, network, data or tags.").arg(filter_->text()));
  pages_->setCurrentWidget(list_->anyShown() ? static_cast<QWidget*>(list_) : message_);
}

void RunsPanel::showSelection() {
  std::vector<RunHeader> headers;
  for (const RunItem* item : list_->chosen()) headers.push_back(item->header());
  details_->setRuns(headers);
  commands_->update();
  compare_->setText(commands_->compare->text().remove(QLatin1Char('&')));
  compare_->setEnabled(commands_->compare->isEnabled());
}

// What is read already stays; the rest is read in the background.
void RunsPanel::readTicked() {
  std::vector<fs::path> missing;
  std::map<fs::path, ChosenRun> kept;
  for (const RunItem* item : list_->ticked())
    if (const auto known = read_.find(item->folder()); known != read_.end())
      kept.insert(*known);
    else
      missing.push_back(item->folder());
  read_ = std::move(kept);
  showSelection();
  if (!missing.empty())
    disk_->open(missing);
  else
    Q_EMIT chosenChanged();
}

void RunsPanel::takeChosen(const std::vector<ChosenRun>& runs, const std::vector<fs::path>& unreadable) {
  for (const ChosenRun& run : runs) read_.insert_or_assign(run.header.folder, run);
  for (const fs::path& folder : unreadable)
    if (RunItem* item = list_->find(folder)) item->setCheckState(RunItem::nameColumn, Qt::Unchecked);
  Q_EMIT chosenChanged();
}

std::vector<ChosenRun> RunsPanel::chosen() const {
  std::vector<ChosenRun> result;
  for (const RunItem* item : list_->ticked())
    if (const auto known = read_.find(item->folder()); known != read_.end()) {
      result.push_back(known->second);
      result.back().header = item->header();
    }
  return result;
}

int RunsPanel::count() const {
  return static_cast<int>(list_->runs().size());
}

void RunsPanel::store(const fs::path& folder, const std::function<Result<void>(RunStore&)>& edit) {
  Result<RunStore> run = RunStore::open(folder);
  const Result<void> done = run ? edit(*run) : Result<void>(run.error());
  if (!done) notice_->complain(QString::fromStdString(done.error().message));
  refresh();
}

Result<std::vector<fs::path>> RunsPanel::openFolder(const fs::path& folder) {
  Result<std::vector<fs::path>> runs = adoptRuns(folder);
  if (!runs) return runs;
  filter_->clear();
  for (fs::path& run : *runs) arriving_.push_back(run = fs::weakly_canonical(run));
  refresh();
  return runs;
}

void RunsPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
  again_.start();
}

void RunsPanel::hideEvent(QHideEvent* event) {
  details_->finish();
  again_.stop();
  QWidget::hideEvent(event);
}

}  // namespace bypath
