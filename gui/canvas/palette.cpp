#include "gui/canvas/palette.h"

#include <cstring>
#include <QDrag>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPainter>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "core/network/type_ids.h"
#include "gui/canvas/canvas_style.h"
#include "gui/canvas/canvas_view.h"
#include "gui/canvas/search_menu.h"
#include "gui/document/own_blocks.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int idRole = Qt::UserRole;

// What hangs at the cursor: the head of the node that a drop would make.
QPixmap dragPicture(const QString& title, const QString& group, double ratio) {
  const Theme& t = theme();
  const QFont font = canvasFont(13, QFont::DemiBold);
  const QSizeF size(QFontMetricsF(font).horizontalAdvance(title) + 32, style::headerHeight);
  QPixmap picture((size * ratio).toSize());
  picture.setDevicePixelRatio(ratio);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF card = QRectF(QPointF(), size).adjusted(1, 1, -1, -1);
  painter.setPen(QPen(t.group(group), 1.4));
  painter.setBrush(mixed(t.node, t.group(group), 0.2));
  painter.drawRoundedRect(card, style::cardRadius, style::cardRadius);
  painter.setFont(font);
  painter.setPen(t.text);
  painter.drawText(card, Qt::AlignCenter, title);
  return picture;
}

class LayerTree : public QTreeWidget {
 public:
  using QTreeWidget::QTreeWidget;

 protected:
  void startDrag(Qt::DropActions) override {
    const QTreeWidgetItem* item = currentItem();
    if (!item || !item->parent()) return;
    auto* mime = new QMimeData;
    mime->setData(layerMimeType, item->data(0, idRole).toString().toUtf8());
    auto* drag = new QDrag(this);
    drag->setMimeData(mime);
    const QPixmap picture = dragPicture(item->text(0), item->parent()->text(0), devicePixelRatioF());
    drag->setPixmap(picture);
    const QSize size = (picture.size() / picture.devicePixelRatio());
    drag->setHotSpot({size.width() / 2, size.height() / 2});
    drag->exec(Qt::CopyAction);
  }
};

}  // namespace

LayerPalette::LayerPalette(const LayerCatalog& layers, QWidget* parent)
    : QWidget(parent), layers_(layers), search_(new QLineEdit(this)), list_(new LayerTree(this)) {
  setObjectName("layerPalette");
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 8, 8, 8);
  column->setSpacing(8);
  column->addWidget(search_);
  column->addWidget(list_);
  search_->setPlaceholderText(tr("Search layers"));
  search_->setAccessibleName(search_->placeholderText());
  search_->setClearButtonEnabled(true);
  search_->installEventFilter(this);
  list_->setHeaderHidden(true);
  list_->setIndentation(10);
  list_->setRootIsDecorated(false);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setDragEnabled(true);
  list_->setSelectionMode(QAbstractItemView::SingleSelection);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setAccessibleName(tr("Layers"));
  list_->installEventFilter(this);
  fill();
  connect(search_, &QLineEdit::textChanged, this, &LayerPalette::filter);
  connect(list_, &QTreeWidget::itemDoubleClicked, this, &LayerPalette::insertCurrent);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &LayerPalette::fill);
  connect(&ownBlocks(), &OwnBlocks::changed, this, &LayerPalette::fill);
}

void LayerPalette::fill() {
  list_->clear();
  std::map<std::string, QTreeWidgetItem*> groups;
  fillOwn();
  for (const LayerType* type : layers_.list()) {
    const QString group = QString::fromStdString(type->group);
    QTreeWidgetItem*& head = groups[type->group];
    if (!head) head = addGroup(group);
    addRow(head, QString::fromStdString(type->title), QString::fromStdString(type->id),
           QString::fromStdString(type->summary), theme().group(group));
  }
  list_->expandAll();
  filter();
}

QTreeWidgetItem* LayerPalette::addGroup(const QString& title) {
  auto* head = new QTreeWidgetItem(list_, {title});
  head->setFlags(Qt::ItemIsEnabled);
  QFont font = list_->font();
  font.setWeight(QFont::DemiBold);
  font.setPointSizeF(font.pointSizeF() * 0.88);
  head->setFont(0, font);
  head->setForeground(0, theme().textMuted);
  head->setSizeHint(0, {0, 28});
  return head;
}

void LayerPalette::addRow(QTreeWidgetItem* head, const QString& title, const QString& id,
                          const QString& summary, const QColor& colour) {
  auto* item = new QTreeWidgetItem(head, {title});
  item->setIcon(0, colourChip(colour));
  item->setToolTip(0, summary);
  item->setData(0, Qt::AccessibleDescriptionRole, summary);
  item->setData(0, idRole, id);
  item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled);
  item->setSizeHint(0, {0, 26});
}

void LayerPalette::fillOwn() {
  const QStringList names = ownBlocks().names();
  if (names.isEmpty()) return;
  QTreeWidgetItem* head = addGroup(tr("My blocks"));
  for (const QString& name : names)
    addRow(head, name, QLatin1String(ownBlockPrefix) + name,
           tr("Saved from a network of your own; Delete takes it out of the palette."), theme().accent);
}

void LayerPalette::removeCurrent() {
  const QTreeWidgetItem* item = list_->currentItem();
  const QString id = item ? item->data(0, idRole).toString() : QString();
  if (id.startsWith(QLatin1String(ownBlockPrefix)))
    (void)ownBlocks().remove(id.mid(int(std::strlen(ownBlockPrefix))));
}

void LayerPalette::filter() {
  QTreeWidgetItem* best = nullptr;
  int bestScore = 0;
  for (int g = 0; g < list_->topLevelItemCount(); ++g) {
    QTreeWidgetItem* head = list_->topLevelItem(g);
    bool any = false;
    for (int i = 0; i < head->childCount(); ++i) {
      QTreeWidgetItem* item = head->child(i);
      const QString id = item->data(0, idRole).toString();
      const bool boundary = id == QLatin1String(typeId::partInput) || id == QLatin1String(typeId::partOutput);
      const int score =
          searchScore({id, item->text(0), head->text(0) + ' ' + item->toolTip(0), {}, {}}, search_->text());
      const bool shown = score > 0 && (insideContainer_ || !boundary);
      item->setHidden(!shown);
      any = any || shown;
      if (shown && score > bestScore) {
        bestScore = score;
        best = item;
      }
    }
    head->setHidden(!any);
  }
  if (!search_->text().isEmpty()) list_->setCurrentItem(best);
}

void LayerPalette::setInsideContainer(bool inside) {
  if (insideContainer_ == inside) return;
  insideContainer_ = inside;
  filter();
}

void LayerPalette::focusSearch() {
  search_->setFocus(Qt::ShortcutFocusReason);
  search_->selectAll();
}

void LayerPalette::insertCurrent() {
  const QTreeWidgetItem* item = list_->currentItem();
  if (item && item->parent() && !item->isHidden()) Q_EMIT insertRequested(item->data(0, idRole).toString());
}

bool LayerPalette::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
      insertCurrent();
      return true;
    }
    if (watched == list_ && key->key() == Qt::Key_Delete) {
      removeCurrent();
      return true;
    }
    if (watched == search_ && key->key() == Qt::Key_Down) {
      list_->setFocus();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

QTreeWidgetItem* LayerPalette::layerItem(const QString& id) const {
  for (int g = 0; g < list_->topLevelItemCount(); ++g)
    for (int i = 0; i < list_->topLevelItem(g)->childCount(); ++i)
      if (QTreeWidgetItem* item = list_->topLevelItem(g)->child(i); item->data(0, idRole).toString() == id)
        return item;
  return nullptr;
}

QStringList LayerPalette::visibleLayers() const {
  QStringList ids;
  for (int g = 0; g < list_->topLevelItemCount(); ++g)
    for (int i = 0; i < list_->topLevelItem(g)->childCount(); ++i)
      if (const QTreeWidgetItem* item = list_->topLevelItem(g)->child(i); !item->isHidden())
        ids << item->data(0, idRole).toString();
  return ids;
}

QPoint LayerPalette::layerPosition(const QString& id) const {
  QTreeWidgetItem* item = layerItem(id);
  list_->scrollToItem(item);
  return list_->visualItemRect(item).center();
}

QWidget* LayerPalette::listViewport() const {
  return list_->viewport();
}

}  // namespace bypath
