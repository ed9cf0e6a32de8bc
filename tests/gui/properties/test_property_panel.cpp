#include <QAbstractButton>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSpinBox>
#include <QtTest>

#include "core/layers/catalog.h"
#include "core/network/edit.h"
#include "core/templates/catalog.h"
#include "gui/properties/attribute_field.h"
#include "gui/properties/property_panel.h"

using namespace bypath;

namespace {

struct Fixture {
  DocumentEditor editor{layerCatalog()};
  PropertyPanel panel{editor};

  explicit Fixture(const char* templateId = nullptr) {
    panel.resize(300, 900);
    panel.show();
    if (templateId) {
      editor.start({.network = *buildTemplate(templateId, {}), .layout = {}, .training = {}});
      return;
    }
    Project project;
    for (const char* type : {"input", "conv2d", "conv2d", "add"}) (void)addNode(project.network, "", type);
    for (const Wire& wire : {Wire{"input", 0, "conv1", 0},
                             {"conv1", 0, "conv2", 0},
                             {"conv2", 0, "add1", 0},
                             {"conv1", 0, "add1", 1}})
      (void)connect(project.network, "", wire);
    editor.start(project);
  }
  template <class T>
  T* field(const char* key) {
    QCoreApplication::processEvents();  // widgets added to a layout show themselves from the event loop
    for (T* widget : panel.findChildren<T*>(key))
      if (widget->isVisible()) return widget;
    return nullptr;
  }
  bool shows(const QString& text) {
    QCoreApplication::processEvents();
    for (const QLabel* label : panel.findChildren<QLabel*>())
      if (label->isVisible() && label->text().contains(text)) return true;
    return false;
  }
  AttributeValue value(const char* node, const char* key) {
    const Node* n = editor.project().network.graph.find(node);
    return n->attributes.count(key) ? n->attributes.at(key) : AttributeValue(std::string("unset"));
  }
};

}  // namespace

class TestPropertyPanel : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theLeastValueSaysWhatItStandsFor() {
    AttributeDescription description{.key = "limit", .label = "Images", .maximum = 9, .help = "Some."};
    description.least = "all";
    AttributeField field(description);
    const auto* box = field.findChild<QSpinBox*>();
    QVERIFY(box);
    field.setValue(int64_t{0});
    QCOMPARE(box->text(), QStringLiteral("all"));
    field.setValue(int64_t{3});
    QCOMPARE(box->text(), QStringLiteral("3"));
  }

  void fieldsChangeTheDocumentAndMergePerField() {
    Fixture f;
    f.panel.setSelection({"conv1"});
    auto* channels = f.field<QSpinBox>("channels");
    QVERIFY(channels);
    channels->setValue(24);
    channels->setValue(40);
    QCOMPARE(f.value("conv1", "channels"), AttributeValue(int64_t{40}));
    QCOMPARE(f.editor.undoStack().count(), 1);
    auto* kernel = f.field<QSpinBox>("kernel");
    kernel->setValue(5);
    QCOMPARE(f.editor.undoStack().count(), 2);
    QVERIFY(f.field<QSpinBox>("channels") == channels);
    f.editor.undoStack().undo();
    f.editor.undoStack().undo();
    QCOMPARE(f.value("conv1", "channels"), AttributeValue(std::string("unset")));
    QVERIFY(channels->value() != 40);
    QVERIFY(!channels->toolTip().isEmpty());
  }

  void choicesChecksAndLines() {
    Fixture f;
    f.panel.setSelection({"conv1"});
    f.field<QComboBox>("padding")->setCurrentText("valid");
    QCOMPARE(f.value("conv1", "padding"), AttributeValue(std::string("valid")));
    auto* bias = f.field<QCheckBox>("bias");
    const bool was = bias->isChecked();
    bias->click();
    QCOMPARE(f.value("conv1", "bias"), AttributeValue(!was));
    f.panel.setSelection({"input"});
    auto* shape = f.field<QLineEdit>("shape");
    shape->setText("28x28x1");
    QTest::keyClick(shape, Qt::Key_Return);
    QCOMPARE(f.value("input", "shape"), AttributeValue(std::string("28x28x1")));
    const int steps = f.editor.undoStack().count();
    shape->setText("a square");
    QTest::keyClick(shape, Qt::Key_Return);
    QCOMPARE(f.editor.undoStack().count(), steps);
    QVERIFY(f.panel.findChild<QLabel*>("propertyMessage")->isVisible());
  }

  void showsFactsAndTotals() {
    Fixture f("resnet");
    QVERIFY(f.shows("269,722"));
    QVERIFY(f.shows("ready to train"));
    f.panel.setSelection({"stage2"});
    QVERIFY(f.shows(QString::fromUtf8("32×32×16")));
    QVERIFY(f.shows(QString::fromUtf8("16×16×32")));
    f.panel.setSelection({"stage1", "stage2"});
    QVERIFY(f.shows("2 layers selected"));
  }

  void renames() {
    Fixture f;
    f.panel.setSelection({"conv1"});
    QSignalSpy jump(&f.panel, &PropertyPanel::jumpRequested);
    auto* name = f.field<QLineEdit>("name");
    name->setText("stem");
    QTest::keyClick(name, Qt::Key_Return);
    QVERIFY(f.editor.project().network.graph.find("stem"));
    QCOMPARE(f.editor.undoStack().count(), 1);
    QCOMPARE(jump.count(), 1);
    QCOMPARE(jump[0][0].toString(), QString("stem"));
    QCOMPARE(f.field<QLineEdit>("name")->text(), QString("stem"));
    f.field<QLineEdit>("name")->setText("add1");
    QTest::keyClick(f.field<QLineEdit>("name"), Qt::Key_Return);
    QVERIFY(f.editor.project().network.graph.find("stem"));
    QVERIFY(f.panel.findChild<QLabel*>("propertyMessage")->text().contains("add1"));
  }

  void diagnosticsJumpAndMend() {
    Fixture f;
    f.panel.setSelection({"conv2"});
    f.field<QSpinBox>("channels")->setValue(77);
    QVERIFY(!f.editor.checked().ok());
    f.panel.setSelection({});
    QSignalSpy jump(&f.panel, &PropertyPanel::jumpRequested);
    auto* node = f.field<QAbstractButton>("diagnosticNode");
    QVERIFY(node);
    node->click();
    QCOMPARE(jump.count(), 1);
    QCOMPARE(jump[0][0].toString(), QString("add1"));
    f.panel.setSelection({"add1"});
    auto* fix = f.field<QAbstractButton>("fix");
    QVERIFY(fix);
    fix->click();
    for (const Diagnostic& d : f.editor.checked().diagnostics)
      QVERIFY(d.path != "add1" || d.severity != Severity::error);
    f.editor.undoStack().undo();
    QVERIFY(!f.editor.checked().ok());
  }

  void editingInsideAGeneratedBranchMakesItFree() {
    Fixture f("resnet");
    f.panel.setSelection({"stage1/conv1"});
    auto* kernel = f.field<QSpinBox>("kernel");
    QVERIFY(kernel);
    kernel->setValue(5);
    const Node* block = f.editor.project().network.graph.find("stage1");
    QCOMPARE(block->attributes.at("branch"), AttributeValue(std::string("free")));
    QCOMPARE(block->body[0].find("conv1")->attributes.at("kernel"), AttributeValue(int64_t{5}));
  }
};

QTEST_MAIN(TestPropertyPanel)
#include "test_property_panel.moc"
