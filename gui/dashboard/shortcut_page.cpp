#include "gui/dashboard/shortcut_page.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QTableWidget>
#include <QVBoxLayout>

#include "gui/dashboard/depth_bars.h"
#include "gui/dashboard/empty_state.h"

namespace bypath {

namespace {

enum Column { blockColumn, shortcutColumn, branchColumn, cosineColumn, responseColumn, columns };

// A number between -1 and 1 with a bar from the middle of its cell.
class CosineDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    QStyledItemDelegate::paint(painter, option, index);
    const double value = std::clamp(index.data(Qt::UserRole).toDouble(), -1.0, 1.0);
    const QRectF cell = QRectF(option.rect).adjusted(6, 0, -6, -3);
    const QRectF bar(cell.center().x(), cell.bottom() - 2, cell.width() / 2 * value, 3);
    painter->fillRect(bar.normalized(), value < 0 ? theme().branch : theme().shortcut);
    painter->fillRect(QRectF(cell.center().x(), cell.bottom() - 4, 1, 6), theme().border);
  }
};

QString number(double value) {
  return QString::number(value, 'g', 3);
}

// Two decimals, without a minus before a zero.
QString fixed(double value) {
  return QString::number(std::round(value * 100) / 100 + 0.0, 'f', 2);
}

// What a column is sorted by; what is not known comes first.
double numberOf(const ShortcutFlow& flow, int column) {
  const double response = flow.inputDeviation > 0 ? flow.branchDeviation / flow.inputDeviation : NAN;
  const double value = column == shortcutColumn ? flow.shortcutNorm
                       : column == branchColumn ? flow.branchNorm
                       : column == cosineColumn ? flow.cosine
                                                : response;
  return std::isnan(value) ? -std::numeric_limits<double>::infinity() : value;
}

}  // namespace

ShortcutPage::ShortcutPage(QWidget* parent)
    : QStackedWidget(parent),
      empty_(new EmptyState(QStringLiteral("shortcut"), QString(), QString())),
      content_(new QWidget),
      reading_(new QLabel(tr("Gradient that comes back through each block's two ways; in a deep network the "
                             "shortcut should carry most of it."))),
      bars_(new DepthBars),
      table_(new QTableWidget(0, columns)) {
  reading_->setProperty("role", "caption");
  reading_->setWordWrap(true);
  table_->setHorizontalHeaderLabels(
      {tr("Block"), tr("Shortcut"), tr("Branch"), tr("Cosine"), tr("Response")});
  table_->horizontalHeaderItem(shortcutColumn)->setToolTip(tr("Norm of the gradient through the shortcut"));
  table_->horizontalHeaderItem(branchColumn)->setToolTip(tr("Norm of the gradient through the branch"));
  table_->horizontalHeaderItem(cosineColumn)
      ->setToolTip(tr("+1: both ways push the same way; -1: they cancel each other"));
  table_->horizontalHeaderItem(responseColumn)
      ->setToolTip(tr("Standard deviation of the branch's output over that of the shortcut's: how much the "
                      "block changes"));
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(28);
  table_->setShowGrid(false);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setTextElideMode(Qt::ElideLeft);
  table_->setWordWrap(false);
  table_->setAccessibleName(tr("Gradient split at every shortcut"));
  table_->setItemDelegateForColumn(cosineColumn, new CosineDelegate(table_));
  QHeaderView* header = table_->horizontalHeader();
  header->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
  table_->horizontalHeaderItem(blockColumn)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  header->setHighlightSections(false);
  header->setSectionResizeMode(QHeaderView::Fixed);
  header->setDefaultSectionSize(76);
  header->setMinimumSectionSize(76);
  header->setSectionResizeMode(blockColumn, QHeaderView::Stretch);
  header->setSectionsClickable(true);
  header->setSortIndicatorShown(true);
  header->setSortIndicatorClearable(true);
  header->setSortIndicator(-1, Qt::AscendingOrder);
  connect(header, &QHeaderView::sortIndicatorChanged, this, &ShortcutPage::fillTable);

  auto* left = new QWidget;
  auto* column = new QVBoxLayout(left);
  column->setContentsMargins(16, 8, 8, 8);
  column->setSpacing(4);
  column->addWidget(bars_, 1);
  column->addWidget(reading_);
  auto* split = new QSplitter(Qt::Horizontal);
  split->addWidget(left);
  split->addWidget(table_);
  table_->setMinimumWidth(320);
  split->setStretchFactor(0, 1);
  split->setSizes({500, 440});
  split->setChildrenCollapsible(false);
  content_ = split;
  addWidget(empty_);
  addWidget(content_);
  bars_->setAccessibleName(tr("Gradient through every block's two ways"));
  connect(bars_, &DepthBars::activated, this, &ShortcutPage::nodeRequested);
  connect(bars_, &DepthBars::exported, reading_, &QLabel::setText);
  connect(table_, &QTableWidget::cellClicked, this,
          [this](int row, int) { Q_EMIT nodeRequested(table_->item(row, blockColumn)->toolTip()); });
  setRecord({});
}

void ShortcutPage::setRecord(const ProbeRecord& record) {
  setCurrentWidget(record.shortcuts.empty() ? static_cast<QWidget*>(empty_) : content_);
  if (record.shortcuts.empty()) {
    if (record.layers.empty())
      empty_->setText(tr("No shortcuts seen yet"),
                      tr("Train a network with residual blocks: each block shows how its gradient splits."));
    else
      empty_->setText(
          tr("This network has no shortcut"),
          tr("Drag a residual block onto the canvas, or draw a wire around some layers into an Add, "
             "and train again."));
    return;
  }
  QStringList paths;
  BarSeries shortcut{tr("through the shortcut"), &Theme::shortcut, {}};
  BarSeries branch{tr("through the branch"), &Theme::branch, {}};
  for (const ShortcutFlow& flow : record.shortcuts) {
    paths << QString::fromStdString(flow.path);
    shortcut.values.push_back(flow.shortcutNorm);
    branch.values.push_back(flow.branchNorm);
  }
  bars_->setBars(paths, {shortcut, branch});
  flows_ = record.shortcuts;
  fillTable();
}

// In the order of the header's column, or of the network.
void ShortcutPage::fillTable() {
  std::vector<ShortcutFlow> flows = flows_;
  const QHeaderView* header = table_->horizontalHeader();
  if (header->sortIndicatorSection() >= 0 && header->sortIndicatorSection() < columns) {
    const int column = header->sortIndicatorSection();
    std::ranges::stable_sort(flows, [column](const ShortcutFlow& a, const ShortcutFlow& b) {
      return column == blockColumn ? a.path < b.path : numberOf(a, column) < numberOf(b, column);
    });
    if (header->sortIndicatorOrder() == Qt::DescendingOrder) std::ranges::reverse(flows);
  }
  // Cells are filled in place: a table that is made anew loses its scroll position and selection at every
  // frame.
  table_->setUpdatesEnabled(false);
  table_->setRowCount(static_cast<int>(flows.size()));
  for (int row = 0; row < table_->rowCount(); ++row) {
    const ShortcutFlow& flow = flows[static_cast<size_t>(row)];
    const QString path = QString::fromStdString(flow.path);
    const QString response =
        flow.inputDeviation > 0 ? fixed(flow.branchDeviation / flow.inputDeviation) : QStringLiteral("–");
    const QString texts[columns] = {path, number(flow.shortcutNorm), number(flow.branchNorm),
                                    fixed(flow.cosine), response};
    for (int c = 0; c < columns; ++c) {
      QTableWidgetItem* item = table_->item(row, c);
      if (!item) {
        item = new QTableWidgetItem;
        item->setTextAlignment((c == blockColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
        table_->setItem(row, c, item);
      }
      if (item->text() != texts[c]) item->setText(texts[c]);
    }
    table_->item(row, blockColumn)->setToolTip(path);
    table_->item(row, cosineColumn)->setData(Qt::UserRole, flow.cosine);
  }
  table_->setUpdatesEnabled(true);
}

}  // namespace bypath
