#include "gui/app/start_page.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "core/layers/catalog.h"
#include "core/network/check.h"
#include "core/templates/catalog.h"
#include "gui/app/attribute_form.h"
#include "gui/app/preferences.h"
#include "gui/document/texts.h"
#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int summaryRole = Qt::UserRole + 1;

// A template as a card: its name, and what it is in two lines.
class CardDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {240, 84}; }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Theme& t = theme();
    const bool selected = option.state & QStyle::State_Selected;
    const bool hovered = option.state & QStyle::State_MouseOver;
    const QRectF card = QRectF(option.rect).adjusted(1, 4, -1, -4);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(selected ? t.accent : t.border, selected ? 2 : 1));
    painter->setBrush(selected ? blend(t.panel, t.accent, 0.08) : hovered ? t.panelRaised : t.panel);
    painter->drawRoundedRect(card, 10, 10);
    QFont font = option.font;
    font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    painter->setPen(t.text);
    painter->drawText(card.adjusted(16, 11, -16, 0), Qt::AlignTop | Qt::AlignLeft, index.data().toString());
    font.setWeight(QFont::Normal);
    font.setPointSizeF(font.pointSizeF() - 1);
    painter->setFont(font);
    painter->setPen(t.textMuted);
    painter->drawText(card.adjusted(16, 34, -16, -6), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap,
                      index.data(summaryRole).toString());
    painter->restore();
  }
};

QLabel* label(const char* role, const QString& text = {}) {
  auto* result = new QLabel(text);
  result->setProperty("role", role);
  result->setWordWrap(true);
  return result;
}

}  // namespace

StartPage::StartPage(QWidget* parent)
    : QWidget(parent),
      gallery_(new QListWidget),
      title_(label("heading")),
      summary_(label("")),
      facts_(label("muted")),
      formPlace_(new QVBoxLayout),
      open_(new QPushButton(tr("Open in the designer"))),
      recent_(new QListWidget),
      noRecent_(label("muted", tr("Files that you open or save will be listed here."))) {
  setObjectName(QStringLiteral("startPage"));
  auto* left = new QVBoxLayout;
  left->setSpacing(8);
  left->addWidget(label("title", tr("Train a residual network")));
  left->addWidget(
      label("muted", tr("Choose a network to begin with. Everything about it can be changed afterwards.")));
  left->addSpacing(8);
  left->addWidget(makeGallery(), 1);

  auto* right = new QVBoxLayout;
  right->setSpacing(16);
  right->addWidget(makeDetails());
  right->addWidget(makeFiles());
  right->addStretch();

  auto* row = new QHBoxLayout;
  row->setSpacing(32);
  row->addLayout(left, 5);
  row->addLayout(right, 4);
  auto* content = new QWidget;
  content->setLayout(row);
  content->setMaximumWidth(1120);
  auto* whole = new QHBoxLayout(this);
  whole->setContentsMargins(40, 32, 40, 32);
  whole->addStretch(1);
  whole->addWidget(content, 100);
  whole->addStretch(1);

  for (const TemplateType* type : templateCatalog()) {
    auto* item = new QListWidgetItem(QString::fromStdString(type->title), gallery_);
    item->setData(Qt::UserRole, QString::fromStdString(type->id));
    item->setData(summaryRole, QString::fromStdString(type->summary));
    item->setToolTip(QString::fromStdString(type->summary));
  }
  connect(gallery_, &QListWidget::currentRowChanged, this, &StartPage::showChosen);
  connect(gallery_, &QListWidget::itemActivated, open_, &QPushButton::click);
  connect(open_, &QPushButton::clicked, this, [this] {
    if (form_) Q_EMIT templateRequested(chosen(), form_->attributes());
  });
  choose(QStringLiteral("starter"));
}

QWidget* StartPage::makeGallery() {
  gallery_->setItemDelegate(new CardDelegate(gallery_));
  gallery_->setMouseTracking(true);
  gallery_->setAccessibleName(tr("Networks to begin with"));
  gallery_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  gallery_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  gallery_->setFrameShape(QFrame::NoFrame);
  gallery_->viewport()->setAutoFillBackground(false);
  gallery_->setStyleSheet(QStringLiteral("QListWidget { background: transparent; }"));
  return gallery_;
}

QWidget* StartPage::makeDetails() {
  open_->setProperty("primary", true);
  open_->setMinimumHeight(40);
  open_->setObjectName(QStringLiteral("openTemplate"));
  formPlace_->setContentsMargins(0, 8, 0, 8);
  auto* card = new QFrame;
  card->setProperty("role", "card");
  auto* column = new QVBoxLayout(card);
  column->setContentsMargins(24, 24, 24, 24);
  column->setSpacing(8);
  column->addWidget(title_);
  column->addWidget(summary_);
  column->addLayout(formPlace_);
  column->addWidget(facts_);
  column->addSpacing(8);
  column->addWidget(open_);
  return card;
}

QWidget* StartPage::makeFiles() {
  recent_->setAccessibleName(tr("Recent files"));
  recent_->setTextElideMode(Qt::ElideMiddle);
  recent_->setMaximumHeight(176);
  auto* other = new QPushButton(themedIcon(QStringLiteral("open")), tr("Open a file…"));
  auto* empty = new QPushButton(themedIcon(QStringLiteral("new")), tr("Empty canvas"));
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(8);
  buttons->addWidget(other);
  buttons->addWidget(empty);
  buttons->addStretch();
  auto* card = new QFrame;
  card->setProperty("role", "card");
  auto* column = new QVBoxLayout(card);
  column->setContentsMargins(24, 24, 24, 24);
  column->setSpacing(8);
  column->addWidget(label("heading", tr("Recent files")));
  column->addWidget(noRecent_);
  column->addWidget(recent_);
  column->addSpacing(8);
  column->addLayout(buttons);
  connect(other, &QPushButton::clicked, this, &StartPage::openRequested);
  connect(empty, &QPushButton::clicked, this, &StartPage::emptyRequested);
  connect(recent_, &QListWidget::itemClicked, this,
          [this](const QListWidgetItem* item) { Q_EMIT fileRequested(item->data(Qt::UserRole).toString()); });
  return card;
}

void StartPage::choose(const QString& templateId) {
  for (int i = 0; i < gallery_->count(); ++i)
    if (gallery_->item(i)->data(Qt::UserRole).toString() == templateId) gallery_->setCurrentRow(i);
  if (gallery_->currentRow() < 0 && gallery_->count() > 0) gallery_->setCurrentRow(0);
}

QString StartPage::chosen() const {
  return gallery_->currentItem() ? gallery_->currentItem()->data(Qt::UserRole).toString() : QString();
}

void StartPage::showChosen() {
  const TemplateType* type = findTemplate(chosen().toStdString());
  if (!type) return;
  title_->setText(QString::fromStdString(type->title));
  summary_->setText(QString::fromStdString(type->summary));
  delete form_;
  form_ = new AttributeForm(type->parameters);
  formPlace_->addWidget(form_);
  const auto count = [this, type] {
    const Result<NetworkSpec> network = buildTemplate(type->id, form_->attributes());
    if (!network) return showProblem(QString::fromStdString(network.error().message));
    const CheckedNetwork checked = check(*network, layerCatalog());
    facts_->setText(
        tr("%1 parameters, %2 multiply-adds an image")
            .arg(countText(static_cast<double>(checked.parameters)), shortCountText(checked.multiplyAdds)));
    open_->setEnabled(true);
  };
  connect(form_, &AttributeForm::edited, this, count);
  count();
}

void StartPage::showProblem(const QString& sentence) {
  facts_->setText(sentence);
  open_->setEnabled(false);
}

void StartPage::refreshRecent() {
  recent_->clear();
  for (const QString& path : recentFiles()) {
    auto* item = new QListWidgetItem(QFileInfo(path).fileName(), recent_);
    item->setData(Qt::UserRole, path);
    item->setToolTip(path);
  }
  recent_->setVisible(recent_->count() > 0);
  noRecent_->setVisible(recent_->count() == 0);
}

void StartPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refreshRecent();
}

}  // namespace bypath
