#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

// Draws with the colours of the moment, so that an icon made before a theme change is right after it.
class ThemedIconEngine : public QIconEngine {
 public:
  ThemedIconEngine(const QString& name, QColor Theme::*role) : role_(role) {
    QFile file(QStringLiteral(":/bypath/icons/%1.svg").arg(name));
    if (file.open(QIODevice::ReadOnly)) source_ = file.readAll();
  }

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const Theme& t = theme();
    const QColor color = mode == QIcon::Disabled ? blend(t.textMuted, t.panel, 0.5) : t.*role_;
    QSvgRenderer renderer(QByteArray(source_).replace("#000000", color.name().toLatin1()));
    if (renderer.isValid()) renderer.render(painter, rect);
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap result(size);
    result.fill(Qt::transparent);
    QPainter painter(&result);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return result;
  }

  QIconEngine* clone() const override { return new ThemedIconEngine(*this); }
  bool isNull() override { return source_.isEmpty(); }

 private:
  QColor Theme::*role_;
  QByteArray source_;
};

}  // namespace

QIcon themedIcon(const QString& name, QColor Theme::*role) {
  return QIcon(new ThemedIconEngine(name, role));
}

}  // namespace bypath
