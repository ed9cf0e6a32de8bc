#include "gui/canvas/picture_menu.h"

#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QScreen>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "gui/theme/theme.h"

namespace bypath {
namespace {

constexpr int sentenceRole = Qt::UserRole + 1, pictureRole = Qt::UserRole + 2, currentRole = Qt::UserRole + 3;
constexpr int margin = 12, textWidth = 420;

class RowDelegate : public QStyledItemDelegate {
 public:
  RowDelegate(QSize picture, QObject* parent) : QStyledItemDelegate(parent), picture_(picture) {}

  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
    const int text = 2 * option.fontMetrics.height() + 12;
    return {picture_.width() + textWidth + 3 * margin, std::max(picture_.height() + 8, text)};
  }
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool pointed = option.state & (QStyle::State_Selected | QStyle::State_MouseOver);
    const bool current = index.data(currentRole).toBool();
    if (pointed || current) {
      painter->setPen(current ? QPen(theme().accent, 1.5) : QPen(Qt::NoPen));
      painter->setBrush(pointed ? option.palette.color(QPalette::AlternateBase) : QColor(Qt::transparent));
      painter->drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -2), 6, 6);
    }
    const QRect room = option.rect.adjusted(margin, 4, -margin, -4);
    const auto picture = index.data(pictureRole).value<QPixmap>();
    painter->drawPixmap(QPoint(room.left(), room.center().y() - picture_.height() / 2 + 1), picture);
    const QRect text = room.adjusted(picture_.width() + margin, 0, 0, 0);
    const int half = room.center().y();
    QFont bold = option.font;
    bold.setWeight(QFont::DemiBold);
    painter->setFont(bold);
    painter->setPen(theme().text);
    painter->drawText(QRect(text.left(), room.top(), text.width(), half - room.top()),
                      Qt::AlignLeft | Qt::AlignBottom, index.data().toString());
    painter->setFont(option.font);
    painter->setPen(theme().textMuted);
    const QString sentence =
        option.fontMetrics.elidedText(index.data(sentenceRole).toString(), Qt::ElideRight, text.width());
    painter->drawText(QRect(text.left(), half + 2, text.width(), room.bottom() - half),
                      Qt::AlignLeft | Qt::AlignTop, sentence);
    painter->restore();
  }

 private:
  QSize picture_;
};

}  // namespace

PictureMenu::PictureMenu(const QString& title, QSize pictureSize, QWidget* parent)
    : QFrame(parent, Qt::Popup), list_(new QListWidget(this)) {
  setObjectName("pictureMenu");
  setAttribute(Qt::WA_DeleteOnClose);
  setFrameShape(QFrame::StyledPanel);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 8, 8, 8);
  column->setSpacing(4);
  auto* heading = new QLabel(title, this);
  heading->setForegroundRole(QPalette::PlaceholderText);
  heading->setContentsMargins(margin, 0, 0, 0);
  column->addWidget(heading);
  column->addWidget(list_);
  list_->setAccessibleName(title);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setItemDelegate(new RowDelegate(pictureSize, list_));
  list_->setMouseTracking(true);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->installEventFilter(this);
  setFocusProxy(list_);
  connect(list_, &QListWidget::itemClicked, this, &PictureMenu::choose);
}

void PictureMenu::addChoice(const QString& id, const QPixmap& picture, const QString& title,
                            const QString& sentence) {
  auto* item = new QListWidgetItem(title, list_);
  item->setData(Qt::UserRole, id);
  item->setData(pictureRole, picture);
  item->setData(sentenceRole, sentence);
  item->setData(Qt::AccessibleDescriptionRole, sentence);
  item->setToolTip(sentence);
}

void PictureMenu::open(QPoint global, const QString& current, std::function<void(const QString&)> chosen) {
  chosen_ = std::move(chosen);
  for (int row = 0; row < list_->count(); ++row)
    if (list_->item(row)->data(Qt::UserRole).toString() == current) {
      list_->item(row)->setData(currentRole, true);
      list_->setCurrentRow(row);
    }
  const QScreen* screen = QGuiApplication::screenAt(global);
  const QRect room = screen ? screen->availableGeometry() : QRect(global, QSize(1200, 900));
  const int rows = list_->count() * list_->sizeHintForRow(0) + 4;
  list_->setFixedSize(list_->sizeHintForColumn(0) + 4, std::min(rows, room.height() - 80));
  adjustSize();
  global.setX(std::max(room.left(), std::min(global.x(), room.right() - width())));
  global.setY(std::max(room.top(), std::min(global.y(), room.bottom() - height())));
  move(global);
  show();
  list_->setFocus(Qt::PopupFocusReason);
}

void PictureMenu::choose() {
  const QListWidgetItem* item = list_->currentItem();
  if (!item) return;
  const QString id = item->data(Qt::UserRole).toString();
  const auto chosen = std::move(chosen_);
  close();
  if (chosen) chosen(id);
}

bool PictureMenu::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    event->accept();  // a key pressed here is no shortcut of the canvas behind
    return true;
  }
  if (event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
      choose();
      return true;
    }
    if (key == Qt::Key_Escape) {
      close();
      return true;
    }
  }
  return QFrame::eventFilter(watched, event);
}

}  // namespace bypath
