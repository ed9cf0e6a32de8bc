// A variational autoencoder in the whole window: the lines its curves are read by, a walk through its latent
// space, the search for a learning rate.
#include <QPushButton>
#include <QSpinBox>

#include "core/data/reference_lines.h"
#include "core/templates/catalog.h"
#include "gui/app/dashboard_tools.h"
#include "gui/dashboard/curve_chart.h"
#include "gui/dashboard/curve_view.h"
#include "gui/dashboard/explore_controls.h"
#include "gui/dashboard/explore_page.h"
#include "gui/dashboard/image_chooser.h"
#include "gui/dashboard/picture_matrix.h"
#include "gui/dashboard/progress_line.h"
#include "gui/dashboard/rate_chart.h"
#include "gui/dashboard/rate_page.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestDashboardTools : public QObject {
  Q_OBJECT

 private:
  OwnHome home_;
  std::unique_ptr<MainWindow> window_;

  Dashboard& dashboard() { return *window_->dashboard(); }
  bool offered(QWidget* page) { return dashboard().tabs()->isTabVisible(dashboard().tabs()->indexOf(page)); }
  bool trained() {
    if (!window_->startTraining({{"steps", int64_t{6}}, {"log_every", int64_t{1}}})) return false;
    return QTest::qWaitFor([&] { return !window_->trainer().active(); }, 120000);
  }

 private Q_SLOTS:
  void init() {
    window_ = std::make_unique<MainWindow>();
    window_->resize(1440, 900);
    window_->show();
    QVERIFY(window_->openTemplate("resnet-vae", {{"width_divisor", int64_t{32}},
                                                 {"depth", std::string("28")},
                                                 {"latent", int64_t{8}},
                                                 {"intermediate", int64_t{32}}}));
    window_->editor().apply("Little", [](Project& project) {
      project.training = {{"batch", int64_t{8}},
                          {"limit_train", int64_t{64}},
                          {"limit_validation", int64_t{16}},
                          {"optimizer", std::string("adam")},
                          {"learning_rate", 0.001}};
    });
  }
  void cleanup() { window_.reset(); }

  void linesOfTheDataSet() {
    QVERIFY(trained());
    CurveView* view = dashboard().primaryChart()->view();
    QTRY_VERIFY_WITH_TIMEOUT(!view->levelText().isEmpty(), 20000);
    const auto data = openDataSet("shapes", {});
    QVERIFY(data.ok());
    const ReconstructionLines lines = reconstructionLines(**data, (*data)->test, 16);
    QVERIFY2(view->levelText().contains(levelNumber(lines.floor)) &&
                 view->levelText().contains(levelNumber(lines.meanImage)),
             qPrintable(view->levelText()));
    for (const char* name : {"loss", "reconstruction", "kl", "penalty"}) {
      const std::vector<std::string> known = dashboard().curves().quantities();
      QVERIFY2(std::ranges::find(known, name) != known.end(), name);
    }
    dashboard().primaryChart()->setQuantity("kl");
    QVERIFY(view->levelText().isEmpty());
  }

  void aClassifierHasItsCommonestClass() {
    window_->editor().undoStack().setClean();  // or it would ask what to do with the changes
    QVERIFY(window_->openTemplate("starter", {{"width", int64_t{4}}}));
    window_->editor().apply("Little", [](Project& project) {
      project.training = {
          {"batch", int64_t{8}}, {"limit_train", int64_t{64}}, {"limit_validation", int64_t{20}}};
    });
    QVERIFY(!offered(dashboard().explore()));
    QVERIFY(trained());
    dashboard().secondaryChart()->setQuantity("accuracy");
    QTRY_VERIFY_WITH_TIMEOUT(dashboard().secondaryChart()->view()->levelText().contains("commonest class"),
                             20000);
  }

  void aWalkThroughTheLatentSpace() {
    ExplorePage* page = dashboard().explore();
    QVERIFY(offered(page));
    window_->showTab("explore");
    QVERIFY(page->isVisible());
    QVERIFY(trained());
    QTRY_VERIFY_WITH_TIMEOUT(page->readButton()->isEnabled(), 20000);
    const QList<QPushButton*> buttons = page->findChildren<QPushButton*>();
    const auto begin = std::ranges::find_if(buttons, [](const QPushButton* b) { return b->isVisible(); });
    QVERIFY(begin != buttons.end());
    QTest::mouseClick(*begin, Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(!page->matrix()->empty(), qPrintable(page->caption()), 60000);
    QVERIFY2(page->caption().startsWith("Step 6 of"), qPrintable(page->caption()));
    QCOMPARE(page->matrix()->rows()[0].images.size(), size_t{11});
    const QImage before = page->matrix()->picture();
    page->between()->to()->choose(9);
    QTRY_VERIFY_WITH_TIMEOUT(page->matrix()->picture() != before, 20000);
    page->setMode(ExplorePage::Mode::axes);
    page->axes()->rows()->setValue(3);
    QTRY_COMPARE_WITH_TIMEOUT(page->matrix()->rows().size(), size_t{3}, 20000);
    QVERIFY(page->matrix()->rows()[0].title.startsWith("axis 1, "));
    QCOMPARE(page->matrix()->rows()[2].images.size(), size_t{7});
    page->setMode(ExplorePage::Mode::time);
    QTRY_VERIFY(!page->matrix()->empty());  // the run's own samples need no checkpoint
    QVERIFY(page->caption().contains("the same random codes"));
  }

  void readingCanBeCancelled() {
    window_->showTab("explore");
    QVERIFY(trained());
    ExplorePage* page = dashboard().explore();
    QTRY_VERIFY_WITH_TIMEOUT(page->readButton()->isEnabled(), 20000);
    Q_EMIT page->sourceWanted(QString::fromStdString(window_->trainer().folder().string()));
    Q_EMIT page->progress()->cancelled();
    QTest::qWait(1500);
    QVERIFY(page->matrix()->empty());
    // A folder without a checkpoint is refused with a sentence.
    Q_EMIT page->sourceWanted("/nowhere");
    QTRY_VERIFY_WITH_TIMEOUT(page->caption().contains("/nowhere"), 20000);
  }

  void aRateIsFoundAndTaken() {
    window_->actions().findRate->trigger();
    RatePage* page = dashboard().rate();
    QVERIFY(offered(page) && page->isVisible());
    QTRY_VERIFY2_WITH_TIMEOUT(page->useButton()->isVisible(), qPrintable(page->caption()), 120000);
    const double rate = page->chart()->chosen();
    QVERIFY(rate > 1e-6 && rate < 1);
    const int revision = window_->editor().undoStack().index();
    QTest::mouseClick(page->useButton(), Qt::LeftButton);
    QCOMPARE(std::get<double>(window_->editor().project().training.at("learning_rate")), rate);
    QCOMPARE(window_->editor().undoStack().index(), revision + 1);
    window_->editor().undoStack().undo();
    QCOMPARE(std::get<double>(window_->editor().project().training.at("learning_rate")), 0.001);
  }

  void aSearchGivesWayToARunAndIsRefusedDuringOne() {
    RatePage* page = dashboard().rate();
    window_->actions().findRate->trigger();
    QVERIFY(window_->startTraining({{"steps", int64_t{100000}}}));
    QVERIFY2(page->caption().contains("a run has begun"), qPrintable(page->caption()));
    window_->actions().findRate->trigger();
    QVERIFY2(page->caption().contains("A run is under way"), qPrintable(page->caption()));
    window_->trainer().stop();
    QTRY_VERIFY_WITH_TIMEOUT(!window_->trainer().active(), 60000);
    QVERIFY(page->useButton()->isHidden());
  }

  void aBrokenNetworkIsNamed() {
    window_->editor().apply("Break", [](Project& project) { project.network.graph.wires.pop_back(); });
    window_->actions().findRate->trigger();
    QVERIFY(!dashboard().rate()->caption().isEmpty());
    QVERIFY(dashboard().rate()->progress()->isHidden());
  }
};

QTEST_MAIN(TestDashboardTools)
#include "test_dashboard_tools.moc"
