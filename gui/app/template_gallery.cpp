#include "gui/app/template_gallery.h"

#include <QHash>
#include <QPainter>
#include <QStyledItemDelegate>

#include "core/layers/catalog.h"
#include "core/templates/catalog.h"
#include "gui/app/network_survey.h"
#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int idRole = Qt::UserRole;
constexpr int summaryRole = Qt::UserRole + 1;
constexpr QSize pictureSize(136, 72);
constexpr int cardHeight = 88;
constexpr int gap = 8;

// A template as a card. Pictures are drawn once for each theme and screen.
class CardDelegate : public QStyledItemDelegate {
 public:
  explicit CardDelegate(TemplateGallery& gallery) : QStyledItemDelegate(&gallery), gallery_(gallery) {}

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {280, cardHeight + gap};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Theme& t = theme();
    const bool selected = option.state & QStyle::State_Selected;
    const bool hovered = option.state & QStyle::State_MouseOver;
    const bool focused = gallery_.hasFocus();
    const QRectF card = QRectF(option.rect).adjusted(1, 1, -1, 1 - gap);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(!selected ? t.border
                         : focused ? t.accent
                                   : blend(t.border, t.accent, 0.6),
                         selected ? 2 : 1));
    painter->setBrush(selected ? blend(t.panel, t.accent, 0.08) : hovered ? t.panelRaised : t.panel);
    painter->drawRoundedRect(card, 10, 10);
    const QRectF picture(QPointF(card.left() + 8, card.center().y() - pictureSize.height() / 2.0),
                         pictureSize);
    painter->drawPixmap(picture.topLeft(),
                        pictureOf(index.data(idRole).toString(), option.widget->devicePixelRatioF()));

    const QRectF text = card.adjusted(pictureSize.width() + 24, 9, -12, -4);
    QFont font = option.font;
    font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(t.text);
    const double line = QFontMetricsF(font).height();
    painter->drawText(QRectF(text.topLeft(), QSizeF(text.width(), line)), Qt::AlignVCenter | Qt::AlignLeft,
                      index.data().toString());
    font.setWeight(QFont::Normal);
    font.setPointSizeF(font.pointSizeF() - 1);
    painter->setFont(font);
    painter->setPen(t.textMuted);
    painter->drawText(text.adjusted(0, line + 3, 0, 0), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap,
                      index.data(summaryRole).toString());
    painter->restore();
  }

 private:
  QPixmap pictureOf(const QString& id, double ratio) const {
    const NetworkSketch* sketch = gallery_.sketch(id);
    const QString key =
        QStringLiteral("%1/%2/%3/%4").arg(id).arg(theme().dark).arg(ratio).arg(sketch != nullptr);
    if (const auto known = pictures_.constFind(key); known != pictures_.constEnd()) return *known;
    QPixmap picture((QSizeF(pictureSize) * ratio).toSize());
    picture.setDevicePixelRatio(ratio);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area(QPointF(0, 0), QSizeF(pictureSize));
    painter.setPen(QPen(theme().border, 1));
    painter.setBrush(theme().canvas);
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    if (sketch) paintSketch(painter, area.adjusted(8, 7, -4, -7), *sketch);
    painter.end();
    return *pictures_.insert(key, picture);
  }

  const TemplateGallery& gallery_;
  mutable QHash<QString, QPixmap> pictures_;
};

}  // namespace

TemplateGallery::TemplateGallery(QWidget* parent)
    : QListWidget(parent), surveyor_(new Surveyor(layerCatalog(), this)) {
  setObjectName(QStringLiteral("templateGallery"));
  setAccessibleName(tr("Networks to begin with"));
  setItemDelegate(new CardDelegate(*this));
  setMouseTracking(true);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFrameShape(QFrame::NoFrame);
  viewport()->setAutoFillBackground(false);
  setStyleSheet(QStringLiteral("QListWidget { background: transparent; }"));
  for (const TemplateType* type : templateCatalog()) {
    const QString title = QString::fromStdString(type->title),
                  summary = QString::fromStdString(type->summary);
    auto* item = new QListWidgetItem(title, this);
    item->setData(idRole, QString::fromStdString(type->id));
    item->setData(summaryRole, summary);
    item->setData(Qt::AccessibleTextRole, title);
    item->setData(Qt::AccessibleDescriptionRole, summary);
    item->setToolTip(summary);
  }
  connect(surveyor_, &Surveyor::ready, this, [this](const QString& id, const NetworkSurvey& survey) {
    sketches_[id] = survey.sketch;
    viewport()->update();
  });
}

TemplateGallery::~TemplateGallery() = default;

void TemplateGallery::choose(const QString& templateId) {
  for (int i = 0; i < count(); ++i)
    if (item(i)->data(idRole).toString() == templateId) setCurrentRow(i);
  if (currentRow() < 0 && count() > 0) setCurrentRow(0);
}

QString TemplateGallery::chosen() const {
  return currentItem() ? currentItem()->data(idRole).toString() : QString();
}

const NetworkSketch* TemplateGallery::sketch(const QString& templateId) const {
  const auto found = sketches_.find(templateId);
  return found == sketches_.end() ? nullptr : &found->second;
}

// Only where somebody will see them: a start with a file draws no cards.
void TemplateGallery::showEvent(QShowEvent* event) {
  QListWidget::showEvent(event);
  if (surveyed_) return;
  surveyed_ = true;
  for (const TemplateType* type : templateCatalog())
    if (Result<NetworkSpec> network = buildTemplate(type->id, {}))
      surveyor_->begin(QString::fromStdString(type->id), std::move(*network));
}

}  // namespace bypath
