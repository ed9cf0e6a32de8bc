#include "gui/theme/theme.h"

#include <map>
#include <QApplication>
#include <QEvent>
#include <QFont>
#include <QFontDatabase>
#include <QPalette>
#include <QPointer>
#include <QStyleFactory>
#include <utility>

#include "gui/theme/style_sheet.h"

static void initResources() {
  Q_INIT_RESOURCE(bypath);
}

namespace bypath {

namespace {

Theme lightTheme() {
  Theme t;
  t.window = QColor(0xf3f5f8);
  t.panel = QColor(0xffffff);
  t.panelRaised = QColor(0xf0f3f7);
  t.border = QColor(0xdbe0e8);
  t.text = QColor(0x1b2430);
  t.textMuted = QColor(0x5a6575);
  t.accent = QColor(0x1f66c8);
  t.accentText = QColor(0xffffff);
  t.canvas = QColor(0xf7f8fa);
  t.canvasGrid = QColor(0xe3e7ed);
  t.node = QColor(0xffffff);
  t.nodeBorder = QColor(0xc3cad5);
  t.nodeSelected = t.accent;
  t.wire = QColor(0x76839a);
  t.wireLabel = QColor(0x5a6575);
  t.error = QColor(0xb3261e);
  t.warning = QColor(0x8a5a00);
  t.good = QColor(0x1a7a4c);
  t.shortcut = QColor(0x0072b2);
  t.branch = QColor(0xd55e00);
  t.series = {QColor(0x0072b2), QColor(0xd55e00), QColor(0x009e73), QColor(0xcc79a7),
              QColor(0xe69f00), QColor(0x56b4e9), QColor(0x4a5463)};
  return t;
}

Theme darkTheme() {
  Theme t;
  t.dark = true;
  t.window = QColor(0x191c21);
  t.panel = QColor(0x20242a);
  t.panelRaised = QColor(0x292e36);
  t.border = QColor(0x363c46);
  t.text = QColor(0xe4e8ee);
  t.textMuted = QColor(0x9ba6b5);
  t.accent = QColor(0x5aa2f5);
  t.accentText = QColor(0x0b1626);
  t.canvas = QColor(0x15181c);
  t.canvasGrid = QColor(0x23282f);
  t.node = QColor(0x262b33);
  t.nodeBorder = QColor(0x434c59);
  t.nodeSelected = t.accent;
  t.wire = QColor(0x8592a6);
  t.wireLabel = QColor(0x9ba6b5);
  t.error = QColor(0xff8a80);
  t.warning = QColor(0xf2bd57);
  t.good = QColor(0x5fcf97);
  t.shortcut = QColor(0x56b4e9);
  t.branch = QColor(0xe69f00);
  t.series = {QColor(0x56b4e9), QColor(0xe69f00), QColor(0x2bb98f), QColor(0xcc79a7),
              QColor(0xf0e442), QColor(0xe8743b), QColor(0xb4bdca)};
  return t;
}

Theme& current() {
  static Theme value = lightTheme();
  return value;
}

QPalette paletteOf(const Theme& t) {
  QPalette p;
  p.setColor(QPalette::Window, t.window);
  p.setColor(QPalette::WindowText, t.text);
  p.setColor(QPalette::Base, t.panel);
  p.setColor(QPalette::AlternateBase, t.panelRaised);
  p.setColor(QPalette::ToolTipBase, t.panelRaised);
  p.setColor(QPalette::ToolTipText, t.text);
  p.setColor(QPalette::Text, t.text);
  p.setColor(QPalette::PlaceholderText, t.textMuted);
  p.setColor(QPalette::Button, t.panelRaised);
  p.setColor(QPalette::ButtonText, t.text);
  p.setColor(QPalette::BrightText, t.error);
  p.setColor(QPalette::Light, t.panelRaised.lighter(110));
  p.setColor(QPalette::Midlight, t.panelRaised);
  p.setColor(QPalette::Mid, t.border);
  p.setColor(QPalette::Dark, t.border.darker(120));
  p.setColor(QPalette::Shadow, t.dark ? QColor(Qt::black) : t.border.darker(150));
  p.setColor(QPalette::Highlight, t.accent);
  p.setColor(QPalette::HighlightedText, t.accentText);
  p.setColor(QPalette::Link, t.accent);
  p.setColor(QPalette::LinkVisited, t.accent);
  for (QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    p.setColor(QPalette::Disabled, role, blend(t.textMuted, t.panel, 0.45));
  return p;
}

void installFont(QApplication& application) {
  static const bool installed = [] {
    for (const char* face : {"Regular", "Medium", "SemiBold"})
      QFontDatabase::addApplicationFont(
          QStringLiteral(":/bypath/fonts/Inter-%1.otf").arg(QLatin1String(face)));
    return true;
  }();
  Q_UNUSED(installed);
  QFont font(QStringLiteral("Inter"));
  font.setPointSizeF(10);
  application.setFont(font);
}

// Before our own palette is set, or with it taken away, the application's palette is the system's.
bool systemIsDark(QApplication& application) {
  application.setPalette(QPalette());
  const QPalette system = application.palette();
  return system.color(QPalette::Window).lightness() < system.color(QPalette::WindowText).lightness();
}

// Applies the choice again when the system changes its palette. Our own changes arrive here too and are
// ignored.
class SystemPaletteFollower : public QObject {
 public:
  explicit SystemPaletteFollower(QApplication& application)
      : QObject(&application), application_(application) {
    application.installEventFilter(this);
  }
  void apply(ThemeChoice choice) {
    choice_ = choice;
    applying_ = true;
    const bool dark =
        choice == ThemeChoice::dark || (choice == ThemeChoice::system && systemIsDark(application_));
    current() = dark ? darkTheme() : lightTheme();
    application_.setPalette(paletteOf(current()));
    application_.setStyleSheet(styleSheetFor(current()));
    applying_ = false;
    Q_EMIT themeWatcher().changed();
  }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (watched == &application_ && event->type() == QEvent::ApplicationPaletteChange && !applying_ &&
        choice_ == ThemeChoice::system)
      QMetaObject::invokeMethod(
          this, [this] { apply(choice_); }, Qt::QueuedConnection);
    return QObject::eventFilter(watched, event);
  }

 private:
  QApplication& application_;
  ThemeChoice choice_ = ThemeChoice::system;
  bool applying_ = false;
};

}  // namespace

QColor Theme::group(const QString& name) const {
  static const std::map<QString, QRgb> hues{{QStringLiteral("Input and output"), 0x5b6b80},
                                            {QStringLiteral("Boundary"), 0x5b6b80},
                                            {QStringLiteral("Convolution"), 0x0072b2},
                                            {QStringLiteral("Dense"), 0x4a62b8},
                                            {QStringLiteral("Normalisation"), 0x008a65},
                                            {QStringLiteral("Activation"), 0xc05200},
                                            {QStringLiteral("Pooling"), 0x8059b0},
                                            {QStringLiteral("Shape"), 0x747a84},
                                            {QStringLiteral("Joining"), 0x9a7200},
                                            {QStringLiteral("Residual"), 0xb0437a},
                                            {QStringLiteral("Regularisation"), 0x4c8438},
                                            {QStringLiteral("Latent"), 0x167d8c},
                                            {QStringLiteral("Loss"), 0xb3413a}};
  const auto found = hues.find(name);
  const QColor base(found == hues.end() ? QRgb(0x5b6b80) : found->second);
  return dark ? blend(base, QColor(Qt::white), 0.22) : base;
}

const Theme& theme() {
  return current();
}

ThemeWatcher& themeWatcher() {
  static ThemeWatcher watcher;
  return watcher;
}

PaperTheme::PaperTheme() : before_(std::exchange(current(), lightTheme())) {
  current().canvas = QColor(Qt::white);
}

PaperTheme::~PaperTheme() {
  current() = before_;
}

void applyTheme(QApplication& application, ThemeChoice choice) {
  static QPointer<SystemPaletteFollower> follower;
  if (!follower) {
    initResources();
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    installFont(application);
    application.setWindowIcon(QIcon(QStringLiteral(":/bypath/icons/bypath.svg")));
    follower = new SystemPaletteFollower(application);
  }
  follower->apply(choice);
}

}  // namespace bypath
