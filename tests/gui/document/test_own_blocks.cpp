#include "gui/document/own_blocks.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "core/network/edit.h"
#include "core/network/project_file.h"

using namespace bypath;

namespace {

QString piece(const char* type) {
  Project project;
  (void)addNode(project.network, "", type);
  return QString::fromStdString(projectText(project));
}

}  // namespace

class TestOwnBlocks : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void savesReplacesAndRemoves() {
    const QTemporaryDir folder;
    OwnBlocks blocks(folder.path() + "/not yet there");
    QSignalSpy changed(&blocks, &OwnBlocks::changed);
    QVERIFY(blocks.names().isEmpty());
    QVERIFY(blocks.save("stem", piece("conv2d")).ok());
    QVERIFY(blocks.save("block", piece("residual_block")).ok());
    QCOMPARE(blocks.names(), QStringList({"block", "stem"}));
    QCOMPARE(*blocks.text("stem"), piece("conv2d"));
    QVERIFY(blocks.save("stem", piece("relu")).ok());
    QCOMPARE(*blocks.text("stem"), piece("relu"));
    QVERIFY(blocks.remove("stem").ok());
    QCOMPARE(blocks.names(), QStringList({"block"}));
    QCOMPARE(changed.count(), 4);
    // Another window, or the next start, sees the same.
    QCOMPARE(OwnBlocks(folder.path() + "/not yet there").names(), blocks.names());
  }

  void badNamesAndBadFilesGetASentence() {
    const QTemporaryDir folder;
    OwnBlocks blocks(folder.path());
    for (const char* name : {"", "../escape", "with space", "a/b"}) {
      QVERIFY2(!blocks.save(name, piece("relu")).ok(), name);
      QVERIFY2(!blocks.text(name).ok(), name);
      QVERIFY2(!blocks.remove(name).ok(), name);
    }
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 0);
    QFile broken(folder.path() + "/broken.bypath");
    QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("no project") > 0);
    broken.close();
    QVERIFY(!blocks.text("broken").ok());
    QVERIFY(blocks.text("gone").error().message.find("gone") != std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestOwnBlocks)
#include "test_own_blocks.moc"
