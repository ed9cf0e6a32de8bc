// A look inside a trained network in the whole window: its gradient by path length, what it loses without its
// blocks, the loss around its weights, its gradients along lines of images; where it goes wrong, what its
// layers make of an image, where it puts its images.
#include <QCheckBox>
#include <QComboBox>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>

#include "gui/app/dashboard_tools.h"
#include "gui/dashboard/progress_line.h"
#include "gui/inspector/inside_workbench.h"
#include "gui/inspector/landscape_page.h"
#include "gui/inspector/latent_page.h"
#include "gui/inspector/layers_page.h"
#include "gui/inspector/lesion_page.h"
#include "gui/inspector/mistakes_page.h"
#include "gui/inspector/paths_page.h"
#include "gui/inspector/picture_cards.h"
#include "gui/inspector/scatter_view.h"
#include "gui/inspector/shattered_page.h"
#include "gui/inspector/value_bars.h"
#include "gui/inspector/value_lines.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestInsideBench : public QObject {
  Q_OBJECT

 private:
  OwnHome home_;
  std::unique_ptr<MainWindow> window_;

  template <class Page>
  Page* page() {
    return window_->findChild<Page*>();
  }
  // A little network of three blocks; its run is over when this returns.
  bool train(const QString& network = "starter", const Attributes& how = {{"width", int64_t{4}}}) {
    window_->editor().undoStack().setClean();  // or it would ask what to do with the changes
    if (!window_->openTemplate(network, how)) return false;
    window_->editor().apply("Little", [](Project& project) {
      project.training = {{"batch", int64_t{8}},
                          {"limit_train", int64_t{64}},
                          {"limit_validation", int64_t{40}},
                          {"data", std::string("shapes")}};
    });
    if (!window_->startTraining({{"steps", int64_t{4}}, {"log_every", int64_t{1}}})) return false;
    return QTest::qWaitFor([&] { return !window_->trainer().active(); }, 120000);
  }
  bool ready(InsidePage* page) {
    return QTest::qWaitFor([page] { return page->beginButton()->isVisible(); }, 20000);
  }

 private Q_SLOTS:
  void init() {
    window_ = std::make_unique<MainWindow>();
    window_->resize(1440, 900);
    window_->show();
  }
  void cleanup() { window_.reset(); }

  void pathsOfTheRunAreSummed() {
    window_->showTab("paths");
    QVERIFY(train());
    PathsPage* paths = page<PathsPage>();
    QVERIFY(paths && paths->isVisible());
    QVERIFY(ready(paths));
    paths->sampleBox()->setChecked(true);
    QTest::mouseClick(paths->beginButton(), Qt::LeftButton);
    QVERIFY(!paths->beginButton()->isVisible());
    QTRY_VERIFY2_WITH_TIMEOUT(paths->showsResult(), qPrintable(paths->caption()), 120000);
    QCOMPARE(paths->bars()->bars().size(), size_t{4});
    QVERIFY2(paths->verdict().contains("equals the ordinary gradient"), qPrintable(paths->verdict()));
    QVERIFY2(paths->caption().contains("step 4 of"), qPrintable(paths->caption()));
    for (const ValueBar& bar : paths->bars()->bars()) QVERIFY(bar.dot > 0);
    QVERIFY(paths->progress()->isHidden() && paths->beginButton()->isEnabled());
  }

  void blocksAreRemovedAndShown() {
    window_->showTab("lesions");
    QVERIFY(train());
    LesionPage* lesions = page<LesionPage>();
    QVERIFY(lesions && lesions->isVisible() && ready(lesions));
    lesions->limitBox()->setValue(24);
    QTest::mouseClick(lesions->beginButton(), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(lesions->showsResult(), qPrintable(lesions->caption()), 120000);
    ValueBars* bars = lesions->bars();
    QCOMPARE(bars->bars().size(), size_t{3});
    QVERIFY2(lesions->verdict().contains("accuracy") && lesions->verdict().contains("on 24"),
             qPrintable(lesions->verdict()));
    QTest::mouseClick(bars, Qt::LeftButton, {}, bars->column(1).center().toPoint());
    QVERIFY2(lesions->reading().startsWith("block2: accuracy"), qPrintable(lesions->reading()));
    QCOMPARE(window_->canvas()->selection(), QStringList{"block2"});
    QTest::keyClick(bars, Qt::Key_Left);
    QTest::keyClick(bars, Qt::Key_Return);
    QCOMPARE(window_->canvas()->selection(), QStringList{"block1"});
    lesions->measureBox()->setCurrentIndex(1);
    QVERIFY2(lesions->verdict().contains("loss"), qPrintable(lesions->verdict()));
    // Three blocks of three sizes: no two can be swapped, and it says so.
    lesions->kindBox()->setCurrentIndex(1);
    QTest::mouseClick(lesions->beginButton(), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(lesions->caption().contains("No two"), qPrintable(lesions->caption()), 60000);
  }

  // What M leaves out on the canvas is what the trained network is measured without, at once.
  void whatIsMutedIsLeftOut() {
    window_->showTab("lesions");
    QVERIFY(train());
    LesionPage* lesions = page<LesionPage>();
    QVERIFY(lesions && ready(lesions));
    lesions->limitBox()->setValue(24);
    QTest::keyClick(lesions->kindBox(), Qt::Key_End);
    QTest::mouseClick(lesions->beginButton(), Qt::LeftButton);
    QTRY_VERIFY2(lesions->caption().contains("Nothing is muted"), qPrintable(lesions->caption()));
    const auto mute = [&](const QString& block) {
      window_->canvas()->setFocus();
      window_->canvas()->select(block);
      QTest::keyClick(window_->canvas()->focusProxy(), Qt::Key_M);
    };
    mute("block2");
    QTest::mouseClick(lesions->beginButton(), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(lesions->showsResult(), qPrintable(lesions->caption()), 120000);
    QCOMPARE(lesions->bars()->bars().size(), size_t{1});
    QCOMPARE(lesions->bars()->bars()[0].name, QStringLiteral("block2"));
    mute("block3");  // and without a button from then on
    QTRY_COMPARE_WITH_TIMEOUT(lesions->bars()->bars()[0].name, QStringLiteral("2 blocks"), 120000);
    window_->editor().undoStack().undo();
    QTRY_COMPARE_WITH_TIMEOUT(lesions->bars()->bars()[0].name, QStringLiteral("block2"), 120000);
  }

  // Without a hand, once nothing is trained any more; and training comes first.
  void aLandscapeIsMeasuredWhenIdle() {
    window_->showTab("landscape");
    LandscapePage* landscape = page<LandscapePage>();
    landscape->limitBox()->setValue(8);
    QTest::keyClick(landscape->kindBox(), Qt::Key_Home);
    QVERIFY(!landscape->idleBox()->isChecked());
    QTest::mouseClick(landscape->idleBox(), Qt::LeftButton, {},
                      QPoint(8, landscape->idleBox()->height() / 2));
    QVERIFY(landscape->idleBox()->isChecked());
    QVERIFY(train());
    QTRY_VERIFY2_WITH_TIMEOUT(landscape->showsResult(), qPrintable(landscape->caption()), 120000);
    QVERIFY(landscape->progress()->isHidden());

    // One that takes long gives way to a training, and is taken up again after it.
    landscape->limitBox()->setValue(40);
    QTest::keyClick(landscape->kindBox(), Qt::Key_Down);
    QTest::keyClick(landscape->kindBox(), Qt::Key_Down);
    QVERIFY(train());
    QTRY_VERIFY_WITH_TIMEOUT(landscape->progress()->isVisible(), 60000);
    QVERIFY(window_->startTraining({{"steps", int64_t{1000000}}}));
    QTRY_VERIFY_WITH_TIMEOUT(!landscape->progress()->isVisible(), 60000);
    QVERIFY(window_->trainer().active());
    window_->actions().stop->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window_->trainer().active(), 60000);
    QTRY_VERIFY_WITH_TIMEOUT(landscape->progress()->isVisible(), 60000);

    // The wish is remembered.
    window_ = std::make_unique<MainWindow>();
    QVERIFY(page<LandscapePage>()->idleBox()->isChecked());
    page<LandscapePage>()->idleBox()->setChecked(false);
  }

  void twoLandscapesAreMeasured() {
    window_->showTab("landscape");
    QVERIFY(train());
    QVERIFY(train());
    LandscapePage* landscape = page<LandscapePage>();
    QVERIFY(landscape && landscape->isVisible() && ready(landscape));
    QTRY_VERIFY_WITH_TIMEOUT(landscape->twinBox()->count() > 2, 20000);
    landscape->limitBox()->setValue(8);
    QTest::keyClick(landscape->kindBox(), Qt::Key_Home);
    QTest::keyClick(landscape->twinBox(), Qt::Key_End);
    QTest::mouseClick(landscape->beginButton(), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(landscape->showsResult(), qPrintable(landscape->caption()), 120000);
    QCOMPARE(landscape->map()->maps().size(), size_t{2});
    for (const MapPicture& one : landscape->map()->maps()) {
      QCOMPARE(one.landscape.loss.size(), size_t{15 * 15});
      QCOMPARE(one.landscape.at(one.landscape.loss, 7, 7), one.landscape.whole.at("loss"));
    }
    QVERIFY2(landscape->verdict().contains("on 8 images"), qPrintable(landscape->verdict()));
    // A run that is gone is named, and what was there stays.
    Q_EMIT landscape->wanted("/nowhere");
    QTRY_VERIFY_WITH_TIMEOUT(landscape->caption().contains("/nowhere"), 20000);
    QVERIFY(landscape->showsResult());
  }

  void gradientsAreFollowedAlongLines() {
    window_->showTab("shattered");
    QVERIFY(train());
    ShatteredPage* shattered = page<ShatteredPage>();
    QVERIFY(shattered && shattered->isVisible() && ready(shattered));
    shattered->countBox()->setValue(1);
    QTest::mouseClick(shattered->beginButton(), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(shattered->showsResult(), qPrintable(shattered->caption()), 120000);
    QCOMPARE(shattered->lines()->lines().size(), size_t{1});
    QCOMPARE(shattered->lines()->lines()[0].values.size(), size_t{65});
    QCOMPARE(shattered->lines()->lines()[0].values[0], 1.0);
    QVERIFY2(shattered->verdict().contains("of 256 points"), qPrintable(shattered->verdict()));
  }

  void mistakesAreFound() {
    window_->showTab("mistakes");
    QVERIFY(train());
    auto* mistakes = page<MistakesPage>();
    QVERIFY(mistakes && mistakes->isVisible() && ready(mistakes));
    mistakes->limitBox()->setValue(50);
    QTest::mouseClick(mistakes->beginButton(), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(mistakes->showsResult(), qPrintable(mistakes->caption()), 120000);
    QVERIFY2(mistakes->verdict().contains("on 50 images") && mistakes->verdict().contains("step 4 of"),
             qPrintable(mistakes->verdict()));
    QVERIFY(!mistakes->pictures()->cards().empty());
  }

  void layersFollowTheCanvas() {
    window_->showTab("layers");
    QVERIFY(train());
    auto* layers = page<LayersPage>();
    QVERIFY(layers && layers->isVisible() && ready(layers));
    QTest::mouseClick(layers->beginButton(), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(layers->showsResult(), qPrintable(layers->caption()), 120000);
    QVERIFY(layers->verdict().contains("step 4 of"));
    window_->canvas()->select("block2");
    QTRY_VERIFY2_WITH_TIMEOUT(layers->verdict().startsWith("block2 gives"), qPrintable(layers->verdict()),
                              60000);
    QTest::keyClick(layers->imageBox(), Qt::Key_Up);
    QCOMPARE(layers->imageBox()->value(), 1);
    window_->canvas()->select("stem_conv");
    QTRY_VERIFY_WITH_TIMEOUT(layers->verdict().startsWith("stem_conv gives"), 60000);
    QCOMPARE(layers->imageBox()->value(), 1);
  }

  void latentPointsAreOfAutoencodersAlone() {
    window_->showTab("latent");
    QVERIFY(train());
    auto* latent = page<LatentPage>();
    QTest::qWait(500);
    QVERIFY(!latent->beginButton()->isVisible());
    QVERIFY2(latent->emptyText().contains("autoencoder"), qPrintable(latent->emptyText()));
    QVERIFY(train("conv-vae", {{"latent", int64_t{4}}}));
    window_->showTab("curves");
    window_->showTab("latent");
    QVERIFY(ready(latent));
    latent->limitBox()->setValue(40);
    QTest::mouseClick(latent->beginButton(), Qt::LeftButton);
    QTRY_VERIFY2_WITH_TIMEOUT(latent->showsResult(), qPrintable(latent->caption()), 120000);
    QCOMPARE(latent->scatter()->points().size(), size_t{40});
    QVERIFY2(latent->verdict().contains("codes of 4 numbers"), qPrintable(latent->verdict()));
  }

  void pagesAreChosenFromTheList() {
    window_->openEmpty();
    window_->showTab("lesions");
    auto* workbench = window_->findChild<InsideWorkbench*>();
    QVERIFY(workbench->isVisible());
    QCOMPARE(workbench->currentPage(), page<LesionPage>());
    QCOMPARE(workbench->list()->count(), InsideBench::pageNames().size());
    workbench->list()->setFocus();
    QTest::keyClick(workbench->list(), Qt::Key_Up);
    QCOMPARE(workbench->currentPage(), page<PathsPage>());
    const QRect second = workbench->list()->visualItemRect(workbench->list()->item(1));
    QTest::mouseClick(workbench->list()->viewport(), Qt::LeftButton, {}, second.center());
    QCOMPARE(workbench->currentPage(), page<LesionPage>());
  }

  void summingCanBeCancelledAndFails() {
    window_->showTab("paths");
    PathsPage* paths = page<PathsPage>();
    QVERIFY(train());
    QVERIFY(ready(paths));
    Q_EMIT paths->wanted(QString::fromStdString(window_->trainer().folder().string()));
    Q_EMIT paths->progress()->cancelled();
    QVERIFY(paths->beginButton()->isVisible());
    QTest::qWait(1500);
    QVERIFY(!paths->showsResult());
    Q_EMIT paths->wanted("/nowhere");
    QTRY_VERIFY_WITH_TIMEOUT(paths->caption().contains("/nowhere"), 20000);
    QVERIFY(paths->beginButton()->isVisible());
  }
};

QTEST_MAIN(TestInsideBench)
#include "test_inside_bench.moc"
