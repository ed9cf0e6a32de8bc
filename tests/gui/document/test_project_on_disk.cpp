// What a person may and may not write over.
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/layers/catalog.h"
#include "gui/document/document.h"
#include "tests/gui/stored_files.h"

using namespace bypath;

namespace {

QByteArray textOf(const std::string& name) {
  Project project;
  project.network.name = name;
  return QByteArray::fromStdString(projectText(project));
}

void rename(DocumentEditor& editor, const std::string& name) {
  editor.apply(QStringLiteral("Rename"), [&](Project& p) { p.network.name = name; });
}

}  // namespace

class TestProjectOnDisk : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    path_ = folder_->filePath(QStringLiteral("net.bypath"));
    store(path_, textOf("first"));
  }

  void aNewerFileOpensAndIsNeverWrittenOver() {
    const QByteArray newer =
        textOf("from tomorrow").replace("\"version\": 1", "\"version\": 7, \"sound\": \"loud\"");
    store(path_, newer);
    DocumentEditor editor(layerCatalog());
    const Result<void> opened = editor.open(path_);
    QVERIFY2(opened.ok(), opened ? "" : opened.error().message.c_str());
    QCOMPARE(editor.project().network.name, std::string("from tomorrow"));
    QVERIFY(!editor.isModified());
    QVERIFY(editor.file().isNewer());
    QCOMPARE(editor.file().problems().size(), size_t{2});
    QVERIFY(editor.file().problems()[0].find("version 7") != std::string::npos);
    QVERIFY(editor.file().problems()[1].find("sound") != std::string::npos);
    rename(editor, "edited");
    QCOMPARE(editor.checked().diagnostics[1].message, editor.file().problems()[1]);
    for (const bool insist : {false, true}) {
      const Result<void> saved = editor.save(path_, insist);
      QVERIFY(!saved.ok());
      QVERIFY(saved.error().message.find("newer Bypath") != std::string::npos);
    }
    QCOMPARE(stored(path_), newer);
    QVERIFY(editor.isModified());

    const QString other = folder_->filePath(QStringLiteral("other.bypath"));
    QVERIFY(editor.save(other).ok());
    QVERIFY(editor.file().problems().empty());
    for (const Diagnostic& d : editor.checked().diagnostics)
      QVERIFY(d.message.find("newer") == std::string::npos);
    QVERIFY(editor.save(other).ok());
    QCOMPARE(stored(path_), newer);
  }

  void aDamagedFileOpensAsFarAsItGoes() {
    const QByteArray damaged = R"({"format": "bypath-project", "version": 1, "network": {"graph": {"nodes": [
        {"name": "a", "type": "input"}, {"name": 3, "type": "relu"},
        {"name": "b", "type": "relu", "attributes": {"slope": {}, "inplace": true}}],
        "wires": [["a", 0, "b", 0], ["a", 0]]}}})";
    store(path_, damaged);
    DocumentEditor editor(layerCatalog());
    QVERIFY(editor.open(path_).ok());
    QCOMPARE(editor.project().network.graph.nodes.size(), size_t{2});
    QCOMPARE(editor.project().network.graph.wires.size(), size_t{1});
    QCOMPARE(editor.file().problems().size(), size_t{3});
    QVERIFY(!editor.save(path_, true).ok());
    QCOMPARE(stored(path_), damaged);
  }

  void aFileChangedElsewhereIsAskedAbout() {
    DocumentEditor editor(layerCatalog());
    QVERIFY(editor.open(path_).ok());
    QVERIFY(!editor.file().refusal(path_));
    store(path_, textOf("by somebody else"));
    rename(editor, "mine");
    const std::optional<SaveRefusal> refusal = editor.file().refusal(path_);
    QVERIFY(refusal && refusal->mayInsist);
    QVERIFY(!editor.save(path_).ok());
    QCOMPARE(stored(path_), textOf("by somebody else"));
    QVERIFY(editor.save(path_, true).ok());
    QCOMPARE(stored(path_), textOf("mine"));
    QVERIFY(!editor.file().refusal(path_));
  }

  void aLinkIsTheSameFile() {
    const QString link = folder_->filePath(QStringLiteral("link.bypath"));
    QVERIFY(QFile::link(path_, link));
    DocumentEditor editor(layerCatalog());
    QVERIFY(editor.open(link).ok());
    store(path_, textOf("by somebody else"));
    QVERIFY(editor.file().refusal(path_));
  }

  void aDeletedFileMayBeWrittenAgain() {
    DocumentEditor editor(layerCatalog());
    QVERIFY(editor.open(path_).ok());
    QVERIFY(QFile::remove(path_));
    QVERIFY(editor.save(path_).ok());
    QCOMPARE(stored(path_), textOf("first"));
  }

  void aReadOnlyFileIsKept() {
    QVERIFY(QFile::setPermissions(path_, QFile::ReadOwner | QFile::ReadUser));
    if (QFileInfo(path_).isWritable())
      QSKIP("this user, as root does, may write over read-only files, so there is nothing to refuse");
    DocumentEditor editor(layerCatalog());
    QVERIFY(editor.open(path_).ok());
    rename(editor, "mine");
    QVERIFY(!editor.save(path_, true).ok());
    QCOMPARE(stored(path_), textOf("first"));
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  QString path_;
};

QTEST_GUILESS_MAIN(TestProjectOnDisk)
#include "test_project_on_disk.moc"
