#include "gui/app/manual_text.h"

#include <algorithm>
#include <QDesktopServices>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QScrollBar>
#include <QTextDocument>
#include <QTextFrame>
#include <QTextTable>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int margin = 24;
constexpr double pixelsOfPictures = 2;  // they are kept at twice their size on screen

QString resource(const QString& name) {
  return QStringLiteral(":/bypath/manual/") + name;
}

}  // namespace

ManualText::ManualText(QWidget* parent) : QTextBrowser(parent) {
  setOpenLinks(false);
  document()->setDocumentMargin(margin);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);  // the room does not change with what is shown in it
  fitting_.setSingleShot(true);
  fitting_.setInterval(0);
  connect(&fitting_, &QTimer::timeout, this, &ManualText::fitPictures);
  connect(this, &QTextBrowser::anchorClicked, this, &ManualText::follow);
}

void ManualText::showPage(const QString& id) {
  QFile file(resource(id + QStringLiteral(".md")));
  if (!file.open(QIODevice::ReadOnly)) return;
  page_ = id;
  shownFor_ = room();
  setMarkdown(QString::fromUtf8(file.readAll()));
  drawTables();
}

// Markdown leaves tables with the double lines of old.
void ManualText::drawTables() {
  constexpr int padding = 6, apart = 10;
  for (QTextFrame* frame : document()->rootFrame()->childFrames())
    if (auto* table = qobject_cast<QTextTable*>(frame)) {
      QTextTableFormat format = table->format();
      format.setBorderCollapse(true);
      format.setBorder(1);
      format.setBorderBrush(theme().border);
      format.setCellPadding(padding);
      format.setCellSpacing(0);
      format.setTopMargin(apart);
      format.setBottomMargin(apart);
      table->setFormat(format);
    }
}

int ManualText::room() const {
  return viewport()->width() - 2 * margin;
}

QVariant ManualText::loadResource(int type, const QUrl& name) {
  if (type != QTextDocument::ImageResource) return QTextBrowser::loadResource(type, name);
  QImage image(resource(name.path()));
  if (image.isNull()) return {};
  const double ratio = devicePixelRatioF();
  const double shown = std::min<double>(image.width() / pixelsOfPictures, room());
  image = image.scaledToWidth(qRound(shown * ratio), Qt::SmoothTransformation);
  image.setDevicePixelRatio(ratio);
  return image;
}

void ManualText::resizeEvent(QResizeEvent* event) {
  QTextBrowser::resizeEvent(event);
  // Not at once: this may be in the middle of the document's own layout.
  if (!page_.isEmpty() && room() != shownFor_) fitting_.start();
}

void ManualText::fitPictures() {
  if (room() == shownFor_) return;
  const int at = verticalScrollBar()->value();
  showPage(page_);
  verticalScrollBar()->setValue(at);
}

void ManualText::follow(const QUrl& link) {
  if (link.isRelative() && link.path().endsWith(QStringLiteral(".md")))
    Q_EMIT pageRequested(QFileInfo(link.path()).completeBaseName());
  else
    QDesktopServices::openUrl(link);
}

}  // namespace bypath
