#include "gui/canvas/search_menu.h"

#include <algorithm>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QScreen>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace bypath {

int searchScore(const SearchEntry& entry, const QString& typed) {
  const QStringList words = typed.split(' ', Qt::SkipEmptyParts);
  int score = 1;
  for (const QString& word : words) {
    if (entry.label.startsWith(word, Qt::CaseInsensitive))
      score += 8;
    else if (entry.label.contains(' ' + word, Qt::CaseInsensitive) ||
             entry.id.startsWith(word, Qt::CaseInsensitive))
      score += 6;
    else if (entry.label.contains(word, Qt::CaseInsensitive) || entry.id.contains(word, Qt::CaseInsensitive))
      score += 4;
    else if (entry.detail.contains(word, Qt::CaseInsensitive))
      score += 2;
    else
      return 0;
  }
  return score;
}

QIcon colourChip(const QColor& colour) {
  QPixmap picture(28, 28);
  picture.setDevicePixelRatio(2);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawRoundedRect(QRectF(2, 2, 10, 10), 3, 3);
  return QIcon(picture);
}

namespace {

constexpr int detailRole = Qt::UserRole + 1;

// The label, and its detail muted at the far end.
class EntryDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    QStyledItemDelegate::paint(painter, option, index);
    const QString detail = index.data(detailRole).toString();
    const QFontMetrics metrics(option.font);
    const int taken = metrics.horizontalAdvance(index.data().toString()) + 48;
    const int room = option.rect.width() - taken - 10;
    if (detail.isEmpty() || room < 30) return;
    painter->save();
    painter->setFont(option.font);
    painter->setPen(option.palette.color(QPalette::PlaceholderText));
    painter->drawText(option.rect.adjusted(taken, 0, -10, 0), Qt::AlignRight | Qt::AlignVCenter,
                      metrics.elidedText(detail, Qt::ElideRight, room));
    painter->restore();
  }
};

}  // namespace

SearchMenu::SearchMenu(QWidget* parent)
    : QFrame(parent, Qt::Popup), line_(new QLineEdit(this)), list_(new QListWidget(this)) {
  setObjectName("searchMenu");
  setFrameShape(QFrame::StyledPanel);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 8, 8, 8);
  column->setSpacing(6);
  column->addWidget(line_);
  column->addWidget(list_);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setUniformItemSizes(true);
  list_->setIconSize({14, 14});
  list_->setItemDelegate(new EntryDelegate(list_));
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  line_->setClearButtonEnabled(true);
  line_->installEventFilter(this);
  list_->setAccessibleName(tr("What is found"));
  setFocusProxy(line_);
  connect(line_, &QLineEdit::textChanged, this, &SearchMenu::filter);
  connect(list_, &QListWidget::itemClicked, this, &SearchMenu::choose);
  // The focus stays in the line, which says what Enter would choose.
  connect(list_, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
    if (!item) return;
    const QString detail = item->data(detailRole).toString();
    line_->setAccessibleDescription(detail.isEmpty() ? item->text() : item->text() + ", " + detail);
  });
}

void SearchMenu::open(QPoint global, const QString& prompt, std::vector<SearchEntry> entries,
                      std::function<void(const QString&)> chosen) {
  entries_ = std::move(entries);
  chosen_ = std::move(chosen);
  line_->setPlaceholderText(prompt);
  line_->setAccessibleName(prompt);
  setAccessibleName(prompt);
  line_->clear();
  filter();
  resize(300, 340);
  if (const QScreen* screen = QGuiApplication::screenAt(global)) {
    const QRect room = screen->availableGeometry();
    global.setX(std::max(room.left(), std::min(global.x(), room.right() - width())));
    global.setY(std::max(room.top(), std::min(global.y(), room.bottom() - height())));
  }
  move(global);
  show();
  line_->setFocus(Qt::PopupFocusReason);
}

void SearchMenu::filter() {
  std::vector<std::pair<int, const SearchEntry*>> found;
  for (const SearchEntry& entry : entries_)
    if (const int score = searchScore(entry, line_->text())) found.emplace_back(score, &entry);
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  list_->clear();
  for (const auto& [score, entry] : found) {
    auto* item = new QListWidgetItem(colourChip(entry->colour), entry->label, list_);
    item->setData(detailRole, entry->detail);
    item->setData(Qt::UserRole, entry->id);
    item->setToolTip(entry->toolTip);
    item->setData(Qt::AccessibleDescriptionRole, entry->detail);
  }
  if (found.empty()) {
    auto* none = new QListWidgetItem(tr("Nothing is called that"), list_);
    none->setFlags(Qt::NoItemFlags);
    line_->setAccessibleDescription(none->text());
  }
  list_->setCurrentRow(found.empty() ? -1 : 0);
}

void SearchMenu::choose() {
  const QListWidgetItem* item = list_->currentItem();
  if (!item || item->data(Qt::UserRole).isNull()) return;
  const QString id = item->data(Qt::UserRole).toString();
  const auto chosen = std::move(chosen_);
  hide();
  chosen(id);
}

QStringList SearchMenu::shownIds() const {
  QStringList ids;
  for (int row = 0; row < list_->count(); ++row)
    if (const QVariant id = list_->item(row)->data(Qt::UserRole); !id.isNull()) ids << id.toString();
  return ids;
}

bool SearchMenu::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    event->accept();  // a key typed here is no shortcut of the canvas behind
    return true;
  }
  if (event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const int row = list_->currentRow();
    switch (key->key()) {
      case Qt::Key_Down:
      case Qt::Key_Tab:
        list_->setCurrentRow(std::min(row + 1, list_->count() - 1));
        return true;
      case Qt::Key_Up:
      case Qt::Key_Backtab:
        list_->setCurrentRow(std::max(row - 1, 0));
        return true;
      case Qt::Key_Return:
      case Qt::Key_Enter:
        choose();
        return true;
      case Qt::Key_Escape:
        hide();
        return true;
      default:
        break;
    }
  }
  return QFrame::eventFilter(watched, event);
}

}  // namespace bypath
