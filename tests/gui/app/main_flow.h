// A person's hands on the whole window: places layers, wires them, types into a property, trains, stops. How
// a layer gets onto the canvas is the caller's: drop events, or a drag with the mouse.
#pragma once

#include <functional>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "gui/app/actions.h"
#include "gui/app/main_window.h"
#include "gui/app/message_bar.h"
#include "gui/app/train_controller.h"
#include "gui/canvas/canvas_view.h"
#include "gui/dashboard/dashboard.h"
#include "gui/dashboard/depth_bars.h"
#include "gui/dashboard/gradient_page.h"
#include "gui/dashboard/shortcut_page.h"
#include "gui/properties/property_panel.h"
#include "gui/theme/theme.h"

namespace bypath {

// Runs and settings go to a folder that is gone afterwards. Make one before the first window.
class OwnHome {
 public:
  OwnHome() {
    qputenv("XDG_DATA_HOME", folder_.path().toUtf8());
    qputenv("XDG_CONFIG_HOME", folder_.path().toUtf8());
    QCoreApplication::setOrganizationName(QStringLiteral("bypath-test"));
    QCoreApplication::setApplicationName(QStringLiteral("bypath-studio"));
    applyTheme(*qApp, ThemeChoice::light);
  }
  QString path(const QString& name) const { return folder_.filePath(name); }

 private:
  QTemporaryDir folder_;
};

class MainFlow {
 public:
  using Place = std::function<void(const QString& layerType, const QPoint& viewportPosition)>;
  MainFlow(MainWindow& window, Place place) : window_(window), place_(std::move(place)) {}

  void begin() {
    window_.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window_));
    window_.openEmpty();
    QCoreApplication::processEvents();
    QVERIFY(window_.canvas()->isVisible());
    QCOMPARE(nodeCount(), size_t{0});
  }

  // input -> residual block -> pooling -> dense -> loss, from top to bottom.
  void draw() {
    const QWidget* viewport = window_.canvas()->viewport();
    const char* types[] = {"input", "residual_block", "global_average_pool", "dense", "softmax_loss"};
    const int x = viewport->width() / 2, gap = viewport->height() / 6;
    for (int i = 0; i < 5; ++i) {
      place_(QLatin1String(types[i]), QPoint(x, gap * (i + 1)));
      QCOMPARE(nodeCount(), static_cast<size_t>(i + 1));
      const Node& added = window_.editor().project().network.graph.nodes.back();
      QCOMPARE(QString::fromStdString(added.type), QLatin1String(types[i]));
      names_ << QString::fromStdString(added.name);
    }
    // Room for hands: dropped layers may lie close to each other.
    window_.canvas()->autoLayout();
    window_.canvas()->zoomToAll();
    QTest::qWait(50);
    for (int i = 0; i + 1 < names_.size(); ++i) wire(names_[i], names_[i + 1]);
    const CheckedNetwork& checked = window_.editor().checked();
    QVERIFY2(checked.ok(), summarise(checked.diagnostics).c_str());
  }

  // Selects the block with the mouse and types its number of channels, and with it the shortcut that they
  // need.
  void typeChannels(int channels) {
    QTest::mouseClick(window_.canvas()->viewport(), Qt::LeftButton, {},
                      window_.canvas()->nodePosition(names_[1]));
    QTRY_COMPARE(window_.canvas()->selection(), QStringList{names_[1]});
    auto* field = window_.properties()->findChild<QAbstractSpinBox*>(QStringLiteral("channels"));
    QVERIFY(field && field->isVisible());
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, QString::number(channels));
    QTest::keyClick(field, Qt::Key_Return);
    const Node* block = window_.editor().project().network.graph.find(names_[1].toStdString());
    QCOMPARE(std::get<int64_t>(block->attributes.at("channels")), int64_t{channels});
    auto* shortcut = window_.properties()->findChild<QComboBox*>(QStringLiteral("shortcut"));
    QVERIFY(shortcut && shortcut->isVisible());
    shortcut->setFocus();
    QTest::keyClicks(shortcut, QStringLiteral("proj"));
    const CheckedNetwork& checked = window_.editor().checked();
    QVERIFY2(checked.ok(), summarise(checked.diagnostics).c_str());
  }

  // Presses Train, waits for 30 steps and a look inside, presses Stop.
  void trainAndStop() {
    window_.editor().apply(QStringLiteral("Train little"), [](Project& p) {
      p.training = {
          {"batch", int64_t{16}},    {"limit_train", int64_t{2000}}, {"limit_validation", int64_t{64}},
          {"log_every", int64_t{2}}, {"epochs", int64_t{100}},       {"learning_rate", 0.02}};
    });
    auto* button = window_.findChild<QToolButton*>(QStringLiteral("trainButton"));
    QVERIFY(button && button->isEnabled());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY2(window_.trainer().active(), qPrintable(window_.messages()->text()));
    QVERIFY(!button->isEnabled());
    const Dashboard& dashboard = *window_.dashboard();
    QTRY_VERIFY_WITH_TIMEOUT(lastStep() >= 30 || !window_.messages()->text().isEmpty(), 120000);
    QVERIFY2(lastStep() >= 30, qPrintable(window_.messages()->text()));
    QTRY_VERIFY_WITH_TIMEOUT(dashboard.frame() != nullptr, 60000);
    window_.actions().stop->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window_.trainer().active(), 60000);
    QVERIFY2(window_.messages()->text().isEmpty(), qPrintable(window_.messages()->text()));
  }

  void lookAtGradients() {
    Dashboard& dashboard = *window_.dashboard();
    QVERIFY(dashboard.curves().points("loss").size() >= 15);
    dashboard.tabs()->setCurrentWidget(dashboard.gradients());
    const DepthBars* bars = dashboard.gradients()->bars();
    QVERIFY2(bars->paths().size() >= 3, qPrintable(bars->paths().join(QLatin1Char(' '))));
    for (int i = 0; i < bars->paths().size(); ++i)
      QVERIFY2(bars->barHeight(i, 0) > 0, qPrintable(bars->paths()[i]));
    dashboard.tabs()->setCurrentWidget(dashboard.shortcuts());
    QCOMPARE(dashboard.shortcuts()->bars()->paths(), QStringList{names_[1]});
  }

 private:
  size_t nodeCount() { return window_.editor().project().network.graph.nodes.size(); }
  double lastStep() const {
    const CurvePoints& loss = window_.dashboard()->curves().points("loss");
    return loss.empty() ? 0 : loss.back().x();
  }

  void wire(const QString& from, const QString& to) {
    CanvasWidget* canvas = window_.canvas();
    const QPoint start = canvas->outputPosition(from, 0), end = canvas->inputPosition(to, 0);
    QTest::mousePress(canvas->viewport(), Qt::LeftButton, {}, start);
    for (int i = 1; i <= 5; ++i) QTest::mouseMove(canvas->viewport(), start + (end - start) * i / 5);
    QTest::mouseRelease(canvas->viewport(), Qt::LeftButton, {}, end);
    const Wire* wire = window_.editor().project().network.graph.wireInto(to.toStdString(), 0);
    QVERIFY2(wire && wire->from == from.toStdString(), qPrintable(from + QStringLiteral(" -> ") + to));
  }

  MainWindow& window_;
  Place place_;
  QStringList names_;
};

}  // namespace bypath
