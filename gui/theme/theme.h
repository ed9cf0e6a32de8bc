// One theme in light and dark, following the system unless told otherwise: palette, colours by role, fonts,
// icons.
//
//   const Theme& t = theme();  painter.setPen(t.wire);
//   connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
#pragma once

#include <QColor>
#include <QIcon>
#include <QObject>
#include <QString>
#include <vector>

class QApplication;

namespace bypath {

struct Theme {
  bool dark = false;
  QColor window, panel, panelRaised, border, text, textMuted, accent, accentText;
  QColor canvas, canvasGrid, node, nodeBorder, nodeSelected, wire, wireLabel;
  QColor error, warning, good;
  QColor shortcut, branch;     // the two ways of a residual block, in every chart and on the canvas
  std::vector<QColor> series;  // Okabe-Ito order, colour-blind-safe
  // Header colour of a layer's group ("Convolution", "Normalisation", ...); the same for unknown groups.
  QColor group(const QString& name) const;
};

enum class ThemeChoice { system, light, dark };

class ThemeWatcher : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;
 Q_SIGNALS:
  void changed();
};

const Theme& theme();
ThemeWatcher& themeWatcher();
// Fusion style, bundled font, palette; call once, then again whenever the choice changes.
void applyTheme(QApplication& application, ThemeChoice choice);

// While it lives, theme() is the light one on white, whatever the window wears: for pictures that go onto
// paper. Tells nobody of it, so nothing else may be painted meanwhile.
class PaperTheme {
 public:
  PaperTheme();
  ~PaperTheme();
  Q_DISABLE_COPY_MOVE(PaperTheme)

 private:
  Theme before_;
};

// A vector icon from resources/icons, tinted with one of the theme's colours, whatever the theme of the
// moment is.
QIcon themedIcon(const QString& name, QColor Theme::*role = &Theme::text);

}  // namespace bypath
