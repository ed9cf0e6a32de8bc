// Lessons as files: what the reader refuses, conditions on what they look at, numbers in texts, and every
// lesson that comes with the program: it reads, and all that it names exists.
#include <QDir>
#include <QRegularExpression>
#include <QtTest>

#include "core/layers/catalog.h"
#include "gui/app/actions.h"
#include "gui/app/inside_bench.h"
#include "gui/app/key_bindings.h"
#include "gui/app/lesson_project.h"
#include "gui/app/main_window.h"
#include "gui/lessons/conditions.h"
#include "gui/lessons/lesson_shelf.h"
#include "gui/lessons/numbers.h"
#include "tests/gui/app/main_flow.h"

using namespace bypath;

namespace {

const QByteArray whole = R"({
  "title": "A", "promise": "B", "minutes": 2, "source": "C", "measured": "D",
  "steps": [{"title": "E", "text": ["one", "two"], "see": "seen",
             "project": {"name": "n", "template": "starter", "set": {"width": 4},
                         "change": [{"node": "block2", "set": {"shortcut": "identity"}}],
                         "training": {"steps": 5}},
             "first": {"tab": "curves"}, "then": {"select": "block1"},
             "action": {"text": "do", "command": "train/train",
                        "until": {"condition": "trained", "with": {"steps": 3}}}},
            {"title": "F", "text": "three",
             "question": {"text": "why?", "answers": [{"text": "x", "why": "y", "right": true},
                                                      {"text": "z", "why": "w"}]}}]})";

}  // namespace

class TestLesson : public QObject {
  Q_OBJECT
  std::unique_ptr<OwnHome> home_;

 private Q_SLOTS:
  void initTestCase() { home_ = std::make_unique<OwnHome>(); }

  void readsAWholeOne() {
    const Result<Lesson> lesson = readLesson(whole, "7-example.json");
    QVERIFY2(lesson.ok(), lesson.ok() ? "" : lesson.error().message.c_str());
    QCOMPARE(lesson->id, QString("example"));
    QCOMPARE(lesson->steps.size(), size_t{2});
    QCOMPARE(lesson->steps[0].text, QString("one\n\ntwo"));
    QCOMPARE(lesson->steps[0].project->changes[0].node, std::string("block2"));
    QCOMPARE(lesson->steps[0].action->until.name, std::string("trained"));
    QVERIFY(lesson->steps[1].question->answers[0].right);
    QCOMPARE(lesson->projectStep(1), 0);
  }

  void refusesWhatIsWrong_data() {
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QString>("names");
    const auto row = [](const char* name, const char* from, const char* to, const char* names) {
      QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QString(names);
    };
    row("no JSON", "\"title\": \"A\",", "title", "cannot be read as JSON");
    row("missing", "\"title\": \"A\",", "", "title is missing");
    row("empty", "\"title\": \"A\"", "\"title\": \"\"", "title must not be empty");
    row("misspelt", "\"promise\"", "\"promiss\"", "promiss is not known");
    row("minutes", "\"minutes\": 2", "\"minutes\": 0", "minutes must lie");
    row("no steps", "\"steps\": [{", "\"steps\": [], \"steps2\": [{", "not known");
    row("kind of text", "[\"one\", \"two\"]", "[\"one\", 2]", "steps[0].text must be a text");
    row("condition", "\"condition\": \"trained\"", "\"condition\": \"pressed\"",
        "steps[0].action.until.condition: there is no condition 'pressed'");
    row("its parameter", "{\"steps\": 3}", "{\"stages\": 3}", "stages");
    row("its range", "{\"steps\": 3}", "{\"steps\": 0}", "steps");
    row("command and tab", "\"command\": \"train/train\"",
        "\"command\": \"train/train\", \"tab\": \"curves\"", "steps[0].action.tab");
    row("nothing to see", ", \"see\": \"seen\"", "", "steps[0].see is missing");
    row("two right", "\"why\": \"w\"", "\"why\": \"w\", \"right\": true", "steps[1].question.answers");
    row("right or not", "\"right\": true", "\"right\": 1", "right must be true or false");
  }

  void refusesWhatIsWrong() {
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(QString, names);
    QVERIFY(whole.contains(from));
    const Result<Lesson> lesson = readLesson(QByteArray(whole).replace(from, to), "7-example.json");
    QVERIFY(!lesson.ok());
    const QString message = QString::fromStdString(lesson.error().message);
    QVERIFY2(message.contains("7-example.json") && message.contains(names), qPrintable(message));
  }

  void refusesWhatIsTooLarge() {
    QVERIFY(!readLesson(QByteArray(1 << 20, ' '), "7-example.json").ok());
    QVERIFY(!readLesson(QByteArray(100, '['), "7-example.json").ok());
  }

  void conditionsLookAtWhatIs() {
    const Result<NetworkSpec> network = buildNetwork({});
    LessonView view{.network = &*network, .checked = nullptr, .layers = &layerCatalog()};
    const auto isSo = [&](const char* name, const Attributes& with = {}) {
      const LessonCondition condition{name, with};
      return checkCondition(condition).ok() && holds(condition, view);
    };
    QVERIFY(!isSo("trained", {{"steps", int64_t{3}}}));
    view.steps = 3;
    QVERIFY(isSo("trained", {{"steps", int64_t{3}}}));
    QVERIFY(!isSo("trained", {{"steps", int64_t{4}}}));
    QVERIFY(!isSo("run-ended"));
    view.ended = true;
    QVERIFY(isSo("run-ended"));
    QVERIFY(!isSo("twin-trained"));
    view.twins = 1;
    QVERIFY(isSo("twin-trained"));
    view.runsUnder = 1;
    QVERIFY(isSo("curves-under") && !isSo("curves-under", {{"runs", int64_t{2}}}));
    QVERIFY(!isSo("went-back"));
    view.wentBack = true;
    QVERIFY(isSo("went-back"));
    view.tabs = {"curves", "runs"};
    QVERIFY(isSo("tab-shown", {{"tab", "runs"}}) && !isSo("tab-shown", {{"tab", "queue"}}));
    view.results = {"paths"};
    QVERIFY(isSo("page-has-result", {{"page", "paths"}}) && !isSo("page-has-result", {{"page", "lesions"}}));
    // The default counts where nothing is set.
    const auto attribute = [&](const char* node, const char* key, const char* value) {
      return isSo("attribute", {{"node", node}, {"key", key}, {"value", value}});
    };
    QVERIFY(attribute("block1", "shortcut", "projection") && !attribute("block1", "shortcut", "zero-pad"));
    QVERIFY(attribute("block1", "branch", "basic"));
    QVERIFY(!attribute("block9", "branch", "basic") && !attribute("part/block1", "branch", "basic"));
    QVERIFY(!isSo("network-checks"));
    const CheckedNetwork checked = check(*network, layerCatalog());
    view.checked = &checked;
    QVERIFY(isSo("network-checks"));
    QVERIFY(!isSo("blocks-muted"));
    NetworkSpec muted = *network;
    muted.graph.find("block2")->attributes["muted"] = true;
    view.network = &muted;
    QVERIFY(isSo("blocks-muted") && !isSo("blocks-muted", {{"blocks", int64_t{2}}}));
    QVERIFY(!isSo("pressed"));
  }

  void numbersGoIntoTexts() {
    const LessonNumbers numbers = {
        {"a.loss", 2.11173}, {"a.val_accuracy", 0.4236}, {"a.parameters", 269722}, {"b.loss", 1842.04}};
    QCOMPARE(withNumbers("at **{a.loss}**, {a.val_accuracy} %", numbers), QString("at **2.112**, 42.4 %"));
    QVERIFY(withNumbers("{a.parameters}", numbers).contains("269"));
    QCOMPARE(withNumbers("{b.loss}", numbers), QLocale().toString(1842));
    // What nobody measured is not claimed.
    QCOMPARE(withNumbers("First.\n\nThen {c.loss}.\n\nLast {a.loss}.", numbers),
             QString("First.\n\nLast 2.112."));
  }

  void everyShippedFileReads() {
    const QStringList files = QDir(":/bypath/lessons").entryList(QDir::Files);
    QVERIFY(!files.isEmpty());
    for (const QString& name : files) {
      QFile file(QStringLiteral(":/bypath/lessons/") + name);
      QVERIFY(file.open(QIODevice::ReadOnly));
      const Result<Lesson> lesson = readLesson(file.readAll(), name);
      QVERIFY2(lesson.ok(), lesson.ok() ? "" : lesson.error().message.c_str());
      QVERIFY(findLesson(lesson->id));
    }
    QCOMPARE(shippedLessons().size(), size_t(files.size()));
    QCOMPARE(QDir(BYPATH_SOURCE_DIR "/resources/lessons").entryList(QDir::Files), files);
  }

  void everythingItNamesExists_data() {
    QTest::addColumn<QString>("id");
    for (const Lesson& lesson : shippedLessons()) QTest::newRow(qPrintable(lesson.id)) << lesson.id;
  }

  void everythingItNamesExists() {
    QFETCH(QString, id);
    const Lesson& lesson = *findLesson(id);
    MainWindow window;
    QVERIFY(lesson.steps.front().project.has_value());
    QVERIFY(lesson.steps.back().question.has_value());
    QVERIFY2(lesson.measured.contains(QRegularExpression(QStringLiteral("[0-9]"))),
             "what came out is to be measured");
    QStringList kept;
    CheckedNetwork checked;
    NetworkSpec network;
    for (const LessonStep& step : lesson.steps) {
      if (step.project) {
        const Result<Project> project = makeLessonProject(*step.project, layerCatalog());
        QVERIFY2(project.ok(), project.ok() ? "" : project.error().message.c_str());
        QCOMPARE(toText(completed(project->training).at("data")), std::string("shapes"));
        network = project->network;
        checked = check(network, layerCatalog());
        // Only what a person is to mend is broken.
        const bool toMend = step.action && step.action->until.name == "network-checks";
        QVERIFY2(checked.ok() != toMend, qPrintable(step.title));
      }
      const QString texts = step.text + step.see;
      for (const LessonSight& sight : {step.first, step.then}) {
        QVERIFY2(sight.tab.isEmpty() || MainWindow::tabNames().contains(sight.tab), qPrintable(sight.tab));
        QVERIFY2(sight.select.isEmpty() || network.graph.find(sight.select.toStdString()),
                 qPrintable(sight.select));
      }
      if (step.action) {
        const LessonAction& action = *step.action;
        QVERIFY2(action.command.isEmpty() || window.keyBindings().find(action.command) >= 0,
                 qPrintable(action.command));
        QVERIFY2(action.tab.isEmpty() || MainWindow::tabNames().contains(action.tab), qPrintable(action.tab));
        const auto with = [&](const char* key) { return toText(action.until.with.at(key)); };
        if (action.until.name == "attribute") {
          const Node* node = network.graph.find(with("node"));
          QVERIFY(node);
          const auto* known = layerCatalog().find(node->type)->attributes.find(with("key"));
          QVERIFY2(known && (known->choices.empty() || std::ranges::count(known->choices, with("value"))),
                   with("value").c_str());
        }
        if (action.until.name == "tab-shown")
          QVERIFY(MainWindow::tabNames().contains(QString::fromStdString(with("tab"))));
        if (action.until.name == "page-has-result")
          QVERIFY(InsideBench::pageNames().contains(QString::fromStdString(with("page"))));
      }
      if (!step.keep.empty()) kept << QString::fromStdString(step.keep);
      static const QRegularExpression number("\\{([a-z0-9_]+)\\.[a-z0-9_.]+\\}");
      for (auto match = number.globalMatch(texts); match.hasNext();) {
        const QString name = match.next().captured(1);
        QVERIFY2(kept.contains(name), qPrintable(name));
      }
    }
  }

 private:
  static Result<NetworkSpec> buildNetwork(const Attributes& parameters) {
    const Result<Project> project =
        makeLessonProject({.name = "n", .base = "starter", .parameters = parameters}, layerCatalog());
    return project ? Result<NetworkSpec>(project->network) : Result<NetworkSpec>(project.error());
  }
  static Attributes completed(const Attributes& training) {
    Attributes all = {{"data", std::string("shapes")}};
    for (const auto& [key, value] : training) all[key] = value;
    return all;
  }
};

QTEST_MAIN(TestLesson)
#include "test_lesson.moc"
