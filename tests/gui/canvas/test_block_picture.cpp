// What the pickers of a block's order and shortcut show.
#include <QListWidget>
#include <QtTest>

#include "core/layers/catalog.h"
#include "gui/canvas/block_picture.h"
#include "gui/canvas/picture_menu.h"
#include "gui/document/choice_texts.h"
#include "gui/theme/theme.h"

using namespace bypath;
using namespace std::string_literals;

namespace {

// "conv2d relu | add | relu": branch, sum, what follows.
QString text(const BlockWays& ways) {
  QString line;
  for (const std::string& type : ways.branch) line += QString::fromStdString(type) + ' ';
  line += ways.hasArc ? "+" : "-";
  for (const std::string& type : ways.after) line += ' ' + QString::fromStdString(type);
  return line.replace("conv2d", "W").replace("batch_norm", "BN").replace("relu", "R");
}

}  // namespace

class TestBlockPicture : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { applyTheme(*qApp, ThemeChoice::light); }

  // He et al. 2016, figure 4.
  void ordersAreThePapers_data() {
    QTest::addColumn<QString>("order");
    QTest::addColumn<QString>("ways");
    QTest::newRow("a") << "original"
                       << "W BN R W BN + R";
    QTest::newRow("b") << "bn-after-add"
                       << "W BN R W + BN R";
    QTest::newRow("c") << "relu-before-add"
                       << "W BN R W BN R +";
    QTest::newRow("d") << "relu-only-preactivation"
                       << "R W BN R W BN +";
    QTest::newRow("e") << "full-preactivation"
                       << "BN R W BN R W +";
  }
  void ordersAreThePapers() {
    QFETCH(QString, order);
    QFETCH(QString, ways);
    QCOMPARE(text(blockWays({{"order", order.toStdString()}}, layerCatalog())), ways);
  }

  void shortcutsShowWhatStandsOnThem() {
    const auto onArc = [](const char* kind, int64_t channels) {
      return blockWays({{"shortcut", std::string(kind)}, {"channels", channels}}, layerCatalog());
    };
    QVERIFY(onArc("identity", 0).shortcut.empty() && onArc("identity", 0).hasArc);
    QVERIFY(!onArc("none", 0).hasArc);
    QCOMPARE(onArc("projection", 32).shortcut, (std::vector{"conv2d"s, "batch_norm"s}));
    QCOMPARE(onArc("zero-pad", 32).shortcut, (std::vector{"zero_pad_shortcut"s}));
    QCOMPARE(onArc("dropout", 0).shortcut, (std::vector{"dropout"s}));
    QVERIFY(onArc("exclusive-gating", 0).branch.back() == "multiply");
  }

  void everyChoiceHasWordsAndAPictureOfItsOwn() {
    const LayerType* block = layerCatalog().find("residual_block");
    for (const char* key : {"order", "shortcut"}) {
      QList<QImage> seen;
      for (const std::string& choice : block->attributes.find(key)->choices) {
        QVERIFY2(!choiceNote(key, choice).isEmpty(), choice.c_str());
        QVERIFY(choiceTitle(key, choice) != QString::fromStdString(choice));
        Attributes shown{{key, choice}};
        if (choice == "zero-pad" || choice == "projection") shown["channels"] = int64_t{32};
        const QImage picture = blockPicture(shown, layerCatalog(), 1).toImage();
        QCOMPARE(picture.size(), blockPictureSize());
        // A projection looks the same whether it is there on change or always.
        if (choice != "projection-always") QVERIFY2(!seen.contains(picture), choice.c_str());
        seen << picture;
      }
    }
    QCOMPARE(choiceTitle("schedule", "one-cycle"), QString("one cycle"));
    QVERIFY(choiceNote("schedule", "none").isEmpty());
  }

  void theMenuChoosesByKeysAndByMouse() {
    const auto opened = [](QString& chosen) {
      auto* menu = new PictureMenu("Order", blockPictureSize(), nullptr);
      for (const char* id : {"original", "bn-after-add", "full-preactivation"})
        menu->addChoice(id, blockPicture({{"order", std::string(id)}}, layerCatalog(), 1),
                        choiceTitle("order", id), choiceNote("order", id));
      menu->open({20, 20}, "bn-after-add", [&chosen](const QString& id) { chosen = id; });
      return QPointer<PictureMenu>(menu);
    };
    QString chosen;
    QPointer<PictureMenu> menu = opened(chosen);
    auto* list = menu->findChild<QListWidget*>();
    QCOMPARE(list->currentRow(), 1);
    QTest::keyClick(list, Qt::Key_Down);
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(chosen, QString("full-preactivation"));
    QTRY_VERIFY(!menu);

    menu = opened(chosen);
    list = menu->findChild<QListWidget*>();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(0)).center());
    QCOMPARE(chosen, QString("original"));

    chosen.clear();
    menu = opened(chosen);
    QTest::keyClick(menu->findChild<QListWidget*>(), Qt::Key_Escape);
    QTRY_VERIFY(!menu);
    QVERIFY(chosen.isEmpty());
  }
};

QTEST_MAIN(TestBlockPicture)
#include "test_block_picture.moc"
