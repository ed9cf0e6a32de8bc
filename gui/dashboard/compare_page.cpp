#include "gui/dashboard/compare_page.h"

#include <algorithm>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPixmap>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableWidget>

#include "core/training/settings.h"
#include "gui/dashboard/curve_chart.h"
#include "gui/dashboard/empty_state.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

using Kind = ComparisonRow::Kind;

QString titleOf(const ComparisonRow& row) {
  if (row.kind == Kind::best) return ComparePage::tr("Best %1").arg(quantityTitle(row.key).toLower());
  if (row.kind == Kind::last) return ComparePage::tr("Last %1").arg(quantityTitle(row.key).toLower());
  if (row.key == "run") return ComparePage::tr("Run");
  if (row.key == "network") return ComparePage::tr("Network");
  if (row.key == "state") return ComparePage::tr("State");
  if (row.key == "parameters") return ComparePage::tr("Parameters");
  if (row.key == "epochs" && row.kind == Kind::about) return ComparePage::tr("Epochs done");
  if (row.key == "time") return ComparePage::tr("Time");
  if (const AttributeDescription* setting = trainingSchema().find(row.key))
    return QString::fromStdString(setting->label);
  return QString::fromStdString(row.key);
}

// All but what the heads of the columns say, and what several runs share.
bool isShown(const ComparisonRow& row) {
  if (row.kind != Kind::about) return true;
  if (row.key == "network" && row.cells.size() > 1)
    return std::ranges::any_of(row.cells, [&](const std::string& cell) { return cell != row.cells.front(); });
  return row.key != "name";
}

QString shortened(const QString& name) {
  constexpr qsizetype most = 18;
  return name.size() <= most ? name : name.left(most - 1) + QStringLiteral("…");
}

QIcon swatch(const QColor& color) {
  constexpr int size = 10;
  QPixmap pixmap(2 * (size + 6), 2 * size);  // with a gap before the text
  pixmap.setDevicePixelRatio(2);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawRoundedRect(QRectF(0, 1, size, size - 2), 2, 2);
  return QIcon(pixmap);
}

}  // namespace

ComparePage::ComparePage(QWidget* parent)
    : QWidget(parent),
      pages_(new QStackedWidget),
      split_(new QSplitter(Qt::Horizontal)),
      title_(new QLabel),
      copy_(new QPushButton(tr("Copy"))),
      table_(new QTableWidget),
      chart_(new CurveChart) {
  title_->setProperty("role", "muted");
  title_->setTextFormat(Qt::PlainText);
  title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // a long name makes no wide window
  auto* copyMenu = new QMenu(this);
  copyMenu->addAction(tr("As &Markdown, for a note or a paper"), this,
                      [this] { copy(markdown(), tr("Copied as Markdown")); });
  copyMenu->addAction(tr("As &CSV, its numbers in full"), this, [this] { copy(csv(), tr("Copied as CSV")); });
  copy_->setMenu(copyMenu);
  copy_->setProperty("hasMenu", true);
  copy_->setToolTip(tr("Copy the table"));
  auto* head = new QHBoxLayout;
  head->setContentsMargins(16, 8, 12, 4);
  head->setSpacing(8);
  head->addWidget(title_, 1);
  head->addWidget(copy_);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setSelectionMode(QAbstractItemView::ContiguousSelection);
  table_->setShowGrid(false);
  table_->setProperty("role", "comparison");
  table_->setIconSize(QSize(16, 10));
  table_->setWordWrap(false);
  table_->setAccessibleName(tr("Runs side by side"));
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table_->verticalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table_->verticalHeader()->setDefaultSectionSize(28);
  table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->verticalHeader()->setHighlightSections(false);
  auto* left = new QWidget;
  auto* column = new QVBoxLayout(left);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(head);
  column->addWidget(table_, 1);
  split_->addWidget(left);
  split_->addWidget(chart_);
  split_->setChildrenCollapsible(false);
  split_->setStretchFactor(0, 3);
  split_->setStretchFactor(1, 2);
  pages_->addWidget(new EmptyState(
      QStringLiteral("runs"), tr("No runs side by side yet"),
      tr("Tick two or more in the Runs tab on the right, or select them, and press Compare there.")));
  pages_->addWidget(split_);
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->addWidget(pages_);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &ComparePage::fillTable);
}

void ComparePage::setRuns(const std::vector<ComparedRun>& runs, std::vector<CurveOverlay> curves) {
  const std::vector<QString> before = heads_;
  rows_ = compareRuns(runs);
  heads_.clear();
  for (const ComparedRun& run : runs)
    heads_.push_back(QString::fromStdString(run.header.name.empty() ? run.header.id : run.header.name));
  // A single run is the chart's own, with its marks and with colours for training and validation.
  const bool alone = curves.size() == 1;
  single_ = alone ? std::move(curves.front().curves) : RunCurves();
  curves_ = alone ? std::vector<CurveOverlay>() : std::move(curves);
  say(runs.size() == 1 ? tr("“%1”: what is not the default").arg(shortened(heads_.front()))
                       : tr("%1 runs: what differs").arg(runs.size()));
  fillTable();
  chart_->setCurves(single_, curves_);
  if (chart_->quantity().empty()) chart_->setQuantity("loss");
  pages_->setCurrentIndex(runs.empty() ? 0 : 1);
  if (heads_ != before) shareWidth();
}

// The table takes what its columns need, as long as the chart keeps a good part.
void ComparePage::shareWidth() {
  constexpr int least = 360;
  int wanted = table_->verticalHeader()->sizeHint().width() + 24;
  for (int c = 0; c < table_->columnCount(); ++c) wanted += table_->columnWidth(c);
  const int all = std::max(width(), 2 * least), most = std::max(least, all * 3 / 5);
  const int left = std::clamp(wanted, least, most);
  split_->setSizes({left, all - left});
}

void ComparePage::say(const QString& text) {
  title_->setText(text);
  title_->setToolTip(text);
}

void ComparePage::fillTable() {
  const QPoint scrolled(table_->horizontalScrollBar()->value(), table_->verticalScrollBar()->value());
  table_->clear();
  table_->setColumnCount(static_cast<int>(heads_.size()));
  table_->setRowCount(static_cast<int>(std::ranges::count_if(rows_, isShown)));
  for (size_t c = 0; c < heads_.size(); ++c) {
    auto* head = new QTableWidgetItem(heads_[c]);
    head->setIcon(swatch(curves_.empty() ? theme().series[0] : overlayColor(c)));
    head->setToolTip(heads_[c]);
    table_->setHorizontalHeaderItem(static_cast<int>(c), head);
  }
  QFont strong = table_->font();
  strong.setWeight(QFont::DemiBold);
  int at = 0;
  for (const ComparisonRow& row : rows_) {
    if (!isShown(row)) continue;
    auto* title = new QTableWidgetItem(titleOf(row));
    title->setToolTip(QString::fromStdString(row.key));
    table_->setVerticalHeaderItem(at, title);
    for (size_t c = 0; c < row.cells.size(); ++c) {
      const QString text = QString::fromStdString(row.cells[c]);
      auto* cell = new QTableWidgetItem(text.isEmpty() ? QStringLiteral("–") : text);
      cell->setToolTip(QString::fromStdString(row.exact[c]));
      if (row.winner == static_cast<int>(c)) {
        cell->setFont(strong);
        cell->setForeground(theme().good);
        cell->setToolTip(tr("%1: the best of these runs").arg(QString::fromStdString(row.exact[c])));
        cell->setData(Qt::AccessibleTextRole, tr("%1, the best").arg(text));
      }
      table_->setItem(at, static_cast<int>(c), cell);
    }
    ++at;
  }
  constexpr int narrow = 96, wide = 220;
  table_->resizeColumnsToContents();
  for (int c = 0; c < table_->columnCount(); ++c)
    table_->setColumnWidth(c, std::clamp(table_->columnWidth(c), narrow, wide));
  table_->horizontalScrollBar()->setValue(scrolled.x());
  table_->verticalScrollBar()->setValue(scrolled.y());
}

QString ComparePage::markdown() const {
  return QString::fromStdString(markdownTable(comparisonTable(rows_)));
}

QString ComparePage::csv() const {
  return QString::fromStdString(csvTable(comparisonTable(rows_, true)));
}

void ComparePage::copy(const QString& text, const QString& said) {
  QGuiApplication::clipboard()->setText(text);
  say(said);
}

}  // namespace bypath
