// The start page by mouse and keyboard: cards drawn from their networks, live facts, recent files.
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QtTest>

#include "core/layers/catalog.h"
#include "core/templates/catalog.h"
#include "gui/app/attribute_form.h"
#include "gui/app/network_survey.h"
#include "gui/app/preferences.h"
#include "gui/app/recent_list.h"
#include "gui/app/start_page.h"
#include "gui/app/template_details.h"
#include "gui/app/template_gallery.h"
#include "gui/lessons/lesson_cards.h"
#include "gui/properties/facts_table.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

class TestStartPage : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { home_ = std::make_unique<OwnHome>(); }
  void init();
  void cleanup() { page_.reset(); }
  void sketchIsTheNetwork_data();
  void sketchIsTheNetwork();
  void muted();
  void everyCardHasItsPicture();
  void factsFollowTheForm();
  void impossibleDepthIsSaid();
  void deepNetworksAreCountedMeanwhile();
  void keyboardOpens();
  void doubleClickOpens();
  void recentFiles();
  void recentTimes();
  void fitsSmallAndWideWindows();
  void speaksToScreenReaders();

 private:
  QString facts() const;
  void type(const QString& field, const QString& text);
  std::unique_ptr<OwnHome> home_;
  std::unique_ptr<StartPage> page_;
};

namespace {

NetworkSketch sketchOfTemplate(const char* id, const Attributes& parameters = {}) {
  const Result<NetworkSpec> network = buildTemplate(id, parameters);
  return network ? surveyOf(*network, layerCatalog()).sketch : NetworkSketch{};
}

bool hasColour(const QImage& image, const QColor& colour) {
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x) {
      const QColor here = image.pixelColor(x, y);
      if (std::abs(here.red() - colour.red()) + std::abs(here.green() - colour.green()) +
              std::abs(here.blue() - colour.blue()) <
          12)
        return true;
    }
  return false;
}

}  // namespace

void TestStartPage::init() {
  applyTheme(*qApp, ThemeChoice::light);
  page_ = std::make_unique<StartPage>();
  page_->resize(1400, 800);
  page_->show();
  QVERIFY(QTest::qWaitForWindowExposed(page_.get()));
}

QString TestStartPage::facts() const {
  QStringList texts;
  for (const QLabel* label : page_->details()->facts()->findChildren<QLabel*>()) texts << label->text();
  return texts.join(QLatin1Char(' '));
}

void TestStartPage::type(const QString& field, const QString& text) {
  auto* box = page_->form()->findChild<QSpinBox*>(field);
  QVERIFY(box);
  box->setFocus();
  box->selectAll();
  QTest::keyClicks(box, text);
}

void TestStartPage::sketchIsTheNetwork_data() {
  QTest::addColumn<QString>("id");
  for (const TemplateType* type : templateCatalog())
    QTest::newRow(type->id.c_str()) << QString::fromStdString(type->id);
}

void TestStartPage::sketchIsTheNetwork() {
  QFETCH(QString, id);
  const Result<NetworkSpec> network = buildTemplate(id.toStdString(), {});
  QVERIFY(network.ok());
  const CheckedNetwork checked = check(*network, layerCatalog());
  const NetworkSurvey survey = surveyOf(*network, layerCatalog());
  QVERIFY2(survey.problem.isEmpty(), qPrintable(survey.problem));
  QCOMPARE(survey.parameters, checked.parameters);
  QCOMPARE(survey.multiplyAdds, checked.multiplyAdds);
  size_t layers = 0;
  for (const auto& [path, facts] : checked.nodes) layers += !facts.container;
  size_t ports = 0;  // of parts, which no layer stands for
  for (const auto& [path, facts] : checked.nodes)
    ports += facts.type == "part_input" || facts.type == "part_output";
  QCOMPARE(survey.sketch.layers(), layers - ports);
  QCOMPARE(survey.layers, layers - ports);
  QCOMPARE(survey.sketch.arcs(), checked.graph.shortcuts.size());
  for (const SketchUnit& unit : survey.sketch.units)
    for (const SketchLayer& layer : unit.layers) {
      QVERIFY(!layer.group.isEmpty());
      QVERIFY(layer.width > 0 && layer.width <= 1);
    }
}

// Left without its branch, a block is what its shortcut does, and no arc.
void TestStartPage::muted() {
  QCOMPARE(sketchOfTemplate("resnet").arcs(), size_t{9});
  QCOMPARE(sketchOfTemplate("plain").arcs(), size_t{0});
  Result<NetworkSpec> network = buildTemplate("resnet", {});
  network->graph.find("stage2")->attributes["muted"] = true;
  const NetworkSurvey survey = surveyOf(*network, layerCatalog());
  QCOMPARE(survey.sketch.arcs(), size_t{6});
  QCOMPARE(survey.sketch.layers(), survey.layers);
}

void TestStartPage::everyCardHasItsPicture() {
  for (const ThemeChoice choice : {ThemeChoice::light, ThemeChoice::dark}) {
    applyTheme(*qApp, choice);
    TemplateGallery* gallery = page_->gallery();
    for (const TemplateType* type : templateCatalog())
      QTRY_VERIFY_WITH_TIMEOUT(gallery->sketch(QString::fromStdString(type->id)), 30000);
    gallery->setCurrentRow(0);
    QCoreApplication::processEvents();
    for (int i = 0; i < gallery->count(); ++i) {
      gallery->scrollToItem(gallery->item(i));
      const QRect card = gallery->visualItemRect(gallery->item(i));
      const QImage picture = gallery->viewport()->grab(card).toImage();
      QVERIFY2(hasColour(picture, theme().group(QStringLiteral("Input and output"))),
               qPrintable(gallery->item(i)->text()));
    }
    gallery->scrollToItem(gallery->item(0));
    const QImage starter = gallery->viewport()->grab(gallery->visualItemRect(gallery->item(0))).toImage();
    QVERIFY(hasColour(starter, theme().shortcut));
    QVERIFY(hasColour(starter, theme().group(QStringLiteral("Convolution"))));
  }
}

void TestStartPage::factsFollowTheForm() {
  page_->choose(QStringLiteral("resnet"));
  QTRY_VERIFY2(facts().contains(QStringLiteral("269,722")), qPrintable(facts()));
  QVERIFY2(facts().contains(QStringLiteral("dense layers 20 ")), qPrintable(facts()));
  type(QStringLiteral("depth"), QStringLiteral("56"));
  QTRY_VERIFY2(facts().contains(QStringLiteral("853,018")), qPrintable(facts()));
  QVERIFY2(facts().contains(QStringLiteral("dense layers 56 ")), qPrintable(facts()));
  type(QStringLiteral("depth"), QStringLiteral("20"));
  QTRY_VERIFY2(facts().contains(QStringLiteral("269,722")), qPrintable(facts()));
}

void TestStartPage::impossibleDepthIsSaid() {
  page_->choose(QStringLiteral("resnet"));
  QSignalSpy opened(page_.get(), &StartPage::templateRequested);
  type(QStringLiteral("depth"), QStringLiteral("21"));
  const Result<NetworkSpec> wrong = buildTemplate("resnet", {{"depth", int64_t{21}}});
  QVERIFY(!wrong.ok());
  QCOMPARE(page_->details()->problem(), QString::fromStdString(wrong.error().message));
  QVERIFY(!page_->openButton()->isEnabled());
  QVERIFY(!page_->details()->facts()->isVisible());
  const QColor colour = theme().group(QStringLiteral("Convolution"));
  QVERIFY(!hasColour(page_->details()->grab().toImage(), colour));  // no picture of what there is not
  QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
  page_->gallery()->setFocus();
  QTest::keyClick(page_->gallery(), Qt::Key_Return);
  QVERIFY(opened.isEmpty());
  type(QStringLiteral("depth"), QStringLiteral("26"));
  QVERIFY(page_->details()->problem().isEmpty());
  QTRY_VERIFY(hasColour(page_->details()->grab().toImage(), colour));
  QVERIFY(page_->openButton()->isEnabled());
}

void TestStartPage::deepNetworksAreCountedMeanwhile() {
  page_->choose(QStringLiteral("resnet"));
  QElapsedTimer clock;
  clock.start();
  type(QStringLiteral("depth"), QStringLiteral("1202"));
  QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
  QTRY_VERIFY2_WITH_TIMEOUT(facts().contains(QStringLiteral("dense layers 1,202 ")), qPrintable(facts()),
                            30000);
  QVERIFY(!page_->details()->grab().isNull());
}

void TestStartPage::keyboardOpens() {
  QSignalSpy opened(page_.get(), &StartPage::templateRequested);
  QTRY_VERIFY(page_->gallery()->hasFocus());
  QTest::keyClick(page_->gallery(), Qt::Key_Down);
  QCOMPARE(page_->chosen(), QStringLiteral("resnet"));
  QTest::keyClick(page_->gallery(), Qt::Key_Return);
  QCOMPARE(opened.size(), 1);
  QCOMPARE(opened.back()[0].toString(), QStringLiteral("resnet"));

  // On to the first field, a number, and Enter in it.
  QTest::keyClick(page_->gallery(), Qt::Key_Tab);
  auto* depth = page_->form()->findChild<QSpinBox*>(QStringLiteral("depth"));
  QVERIFY(depth->hasFocus());
  depth->selectAll();
  QTest::keyClicks(depth, QStringLiteral("32"));
  QTest::keyClick(depth, Qt::Key_Return);
  QCOMPARE(opened.size(), 2);
  const auto parameters = opened.back()[1].value<Attributes>();
  QCOMPARE(std::get<int64_t>(parameters.at("depth")), int64_t{32});

  // Through the rest of the form to the button, and on to the files.
  int steps = 0;
  while (QApplication::focusWidget() != page_->openButton() && ++steps < 12)
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
  QVERIFY(page_->openButton()->hasFocus());
  QTest::keyClick(page_->openButton(), Qt::Key_Return);
  QCOMPARE(opened.size(), 3);
  QSignalSpy empty(page_.get(), &StartPage::emptyRequested);
  auto* button = page_->findChild<QPushButton*>(QStringLiteral("emptyCanvas"));
  button->setFocus();
  QTest::keyClick(button, Qt::Key_Return);
  QCOMPARE(empty.size(), 1);
  QCOMPARE(opened.size(), 3);
}

void TestStartPage::doubleClickOpens() {
  QSignalSpy opened(page_.get(), &StartPage::templateRequested);
  TemplateGallery* gallery = page_->gallery();
  const QPoint at = gallery->visualItemRect(gallery->item(2)).center();
  QTest::mouseClick(gallery->viewport(), Qt::LeftButton, {}, at);
  QCOMPARE(page_->chosen(), QStringLiteral("plain"));
  QVERIFY(opened.isEmpty());
  QTest::mouseDClick(gallery->viewport(), Qt::LeftButton, {}, at);
  QCOMPARE(opened.size(), 1);
  QCOMPARE(opened.back()[0].toString(), QStringLiteral("plain"));
}

void TestStartPage::recentFiles() {
  QDir(home_->path(QString())).mkpath(QStringLiteral("networks"));
  const QStringList paths{home_->path(QStringLiteral("networks/first.bypath")),
                          home_->path(QStringLiteral("networks/second.bypath"))};
  for (const QString& path : paths) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    rememberFile(path);
  }
  page_->refreshRecent();
  RecentList* list = page_->recent();
  QVERIFY(list->isVisible());
  QCOMPARE(list->count(), 2);
  QCOMPARE(list->item(0)->text(), QStringLiteral("second.bypath"));  // the newest
  const QString said = list->item(0)->data(Qt::AccessibleDescriptionRole).toString();
  QVERIFY2(said.contains(QStringLiteral("networks")) && said.contains(QStringLiteral("just now")),
           qPrintable(said));
  QSignalSpy asked(page_.get(), &StartPage::fileRequested);
  QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(1)).center());
  QCOMPARE(asked.size(), 1);
  QCOMPARE(asked.back()[0].toString(), paths[0]);
  list->setFocus();
  QTest::keyClick(list, Qt::Key_Up);
  QTest::keyClick(list, Qt::Key_Return);
  QCOMPARE(asked.size(), 2);
  QCOMPARE(asked.back()[0].toString(), paths[1]);
  QVERIFY(QFile::remove(paths[1]));
  page_->refreshRecent();
  QCOMPARE(list->count(), 1);
}

void TestStartPage::recentTimes() {
  const QDateTime now(QDate(2026, 3, 12), QTime(15, 0));
  QCOMPARE(whenText(now.addSecs(-20), now), QStringLiteral("just now"));
  QCOMPARE(whenText(now.addSecs(-90), now), QStringLiteral("a minute ago"));
  QCOMPARE(whenText(now.addSecs(-59 * 60), now), QStringLiteral("59 minutes ago"));
  QVERIFY(whenText(now.addSecs(-3 * 3600), now).startsWith(QStringLiteral("today, ")));
  QVERIFY(whenText(now.addSecs(-20 * 3600), now).startsWith(QStringLiteral("yesterday, ")));
  QCOMPARE(whenText(now.addDays(-9), now), QLocale().toString(QDate(2026, 3, 3), QLocale::ShortFormat));
  // A clock that was set back.
  QVERIFY(whenText(now.addSecs(600), now).startsWith(QStringLiteral("today, ")));
  QCOMPARE(folderText(QDir::homePath() + QStringLiteral("/nets/a.bypath")), QStringLiteral("~/nets"));
  QCOMPARE(folderText(QDir::homePath() + QStringLiteral("/a.bypath")), QStringLiteral("~"));
  QCOMPARE(folderText(QStringLiteral("/srv/a.bypath")), QStringLiteral("/srv"));
}

void TestStartPage::fitsSmallAndWideWindows() {
  const auto inPage = [this](const QWidget* widget) {
    return QRect(widget->mapTo(page_.get(), QPoint()), widget->size());
  };
  for (const QSize& size : {QSize(1000, 600), QSize(1440, 800), QSize(2200, 1200)}) {
    page_->resize(size);
    QCoreApplication::processEvents();
    const QRect gallery = inPage(page_->gallery()), details = inPage(page_->details());
    const QRect files = inPage(page_->recent()->parentWidget());
    QVERIFY(page_->rect().contains(gallery) && page_->rect().contains(details) &&
            page_->rect().contains(files));
    QVERIFY(!gallery.intersects(details) && !gallery.intersects(files) && !details.intersects(files));
    QCOMPARE(files.left() > details.right(), size.width() >= 1400);
    const QRect lessons = inPage(page_->lessons());
    QVERIFY(page_->rect().contains(lessons) && lessons.top() > files.bottom() &&
            lessons.top() > details.bottom());
    QVERIFY(inPage(page_->openButton()).bottom() < page_->height());
    QVERIFY(page_->minimumSizeHint().height() <= size.height());
  }
}

void TestStartPage::speaksToScreenReaders() {
  QVERIFY(!page_->gallery()->accessibleName().isEmpty());
  QVERIFY(!page_->recent()->accessibleName().isEmpty());
  for (int i = 0; i < page_->gallery()->count(); ++i) {
    const QListWidgetItem* item = page_->gallery()->item(i);
    QVERIFY(!item->data(Qt::AccessibleTextRole).toString().isEmpty());
    QVERIFY(!item->data(Qt::AccessibleDescriptionRole).toString().isEmpty());
  }
  for (const QSpinBox* box : page_->form()->findChildren<QSpinBox*>())
    QVERIFY(!box->accessibleName().isEmpty());
}

QTEST_MAIN(TestStartPage)
#include "test_start_page.moc"
