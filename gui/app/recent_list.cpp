#include "gui/app/recent_list.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QStyledItemDelegate>

#include "gui/app/preferences.h"
#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int pathRole = Qt::UserRole;
constexpr int folderRole = Qt::UserRole + 1;
constexpr int whenRole = Qt::UserRole + 2;

struct Text {
  Q_DECLARE_TR_FUNCTIONS(bypath::RecentList)
};

class FileDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {200, RecentList::lineHeight};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Theme& t = theme();
    const bool marked = (option.state & QStyle::State_Selected) && option.widget->hasFocus();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (marked || (option.state & QStyle::State_MouseOver)) {
      painter->setPen(Qt::NoPen);
      painter->setBrush(marked ? blend(t.panel, t.accent, t.dark ? 0.28 : 0.14) : t.panelRaised);
      painter->drawRoundedRect(QRectF(option.rect), 6, 6);
    }
    const QRect room = option.rect.adjusted(8, 5, -8, -5);
    QFont font = option.font;
    font.setPointSizeF(font.pointSizeF() - 1);
    const QFontMetrics small(font);
    const QString when = index.data(whenRole).toString();
    const int whenWidth = small.horizontalAdvance(when);
    painter->setPen(t.textMuted);
    painter->setFont(font);
    const QRect top(room.topLeft(), QSize(room.width(), room.height() / 2)),
        below = top.translated(0, top.height());
    painter->drawText(top, Qt::AlignRight | Qt::AlignVCenter, when);
    painter->drawText(below, Qt::AlignLeft | Qt::AlignVCenter,
                      small.elidedText(index.data(folderRole).toString(), Qt::ElideMiddle, below.width()));
    painter->setFont(option.font);
    painter->setPen(t.text);
    painter->drawText(top, Qt::AlignLeft | Qt::AlignVCenter,
                      QFontMetrics(option.font)
                          .elidedText(index.data().toString(), Qt::ElideRight, top.width() - whenWidth - 12));
    painter->restore();
  }
};

}  // namespace

QString whenText(const QDateTime& then, const QDateTime& now) {
  const qint64 minutes = then.secsTo(now) / 60;
  if (minutes >= 0 && minutes < 1) return Text::tr("just now");
  if (minutes == 1) return Text::tr("a minute ago");
  if (minutes > 1 && minutes < 60) return Text::tr("%1 minutes ago").arg(minutes);
  const QLocale locale;
  // Some locales' short times have seconds.
  const QString clock =
      locale.toString(then.time(), locale.timeFormat(QLocale::ShortFormat).remove(QStringLiteral(":ss")));
  if (then.date() == now.date()) return Text::tr("today, %1").arg(clock);
  if (then.date().addDays(1) == now.date()) return Text::tr("yesterday, %1").arg(clock);
  return locale.toString(then.date(), QLocale::ShortFormat);
}

QString folderText(const QString& path) {
  const QString folder = QFileInfo(path).absolutePath(), home = QDir::homePath();
  if (folder == home) return QStringLiteral("~");
  return folder.startsWith(home + QLatin1Char('/')) ? QLatin1Char('~') + folder.mid(home.size()) : folder;
}

RecentList::RecentList(QWidget* parent) : QListWidget(parent) {
  setObjectName(QStringLiteral("recentFiles"));
  setAccessibleName(tr("Recent files"));
  setItemDelegate(new FileDelegate(this));
  setMouseTracking(true);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  connect(this, &QListWidget::itemClicked, this, &RecentList::request);
}

void RecentList::refresh() {
  clear();
  const QDateTime now = QDateTime::currentDateTime();
  for (const QString& path : recentFiles()) {
    const QFileInfo file(path);
    const QString when = whenText(file.lastModified(), now), folder = folderText(path);
    auto* item = new QListWidgetItem(file.fileName(), this);
    item->setData(pathRole, path);
    item->setData(folderRole, folder);
    item->setData(whenRole, when);
    item->setData(Qt::AccessibleDescriptionRole, tr("in %1, changed %2").arg(folder, when));
    item->setToolTip(tr("%1\nChanged %2").arg(QDir::toNativeSeparators(path), when));
  }
  if (count() > 0) setCurrentRow(0);
}

void RecentList::request(const QListWidgetItem* item) {
  if (item) Q_EMIT fileRequested(item->data(pathRole).toString());
}

void RecentList::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return request(currentItem());
  QListWidget::keyPressEvent(event);
}

}  // namespace bypath
